"""What the commands under tools/data/ have in common."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def add_preparation_arguments(parser: argparse.ArgumentParser, root: str) -> None:
    """Add the arguments that :func:`run_preparation` reads.

    Args:
        parser (argparse.ArgumentParser): The command's own.
        root (str): Default of ``--root``.
    """
    parser.add_argument(
        '--root', default=root, help='folder of the data set (default: %(default)s)'
    )
    parser.add_argument(
        '--workers',
        type=_positive,
        default=_count_cores(),
        help='files that are looked at at once (default: one per core)',
    )
    parser.add_argument(
        '--val-fraction',
        type=float,
        default=0.0,
        metavar='F',
        help='cut this fraction of each class from training for validation',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='of the validation split (default: 0)'
    )
    parser.add_argument(
        '--keep-missing',
        action='store_true',
        help='keep clips whose files are missing or unreadable; on_error of the data '
        'set then decides',
    )
    parser.add_argument(
        '--drop-silent',
        action='store_true',
        help='leave out clips without sound, which are otherwise kept and counted',
    )
    parser.add_argument(
        '--skip-inspection',
        action='store_true',
        help='open no file; only see whether it is there, and count extracted frames',
    )
    parser.add_argument(
        '--force',
        action='store_true',
        help='overwrite annotation files that this command did not write',
    )


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Turn errors about the data into one line and exit status 1.

    An interrupted command exits with 130. Not every one goes on where it was, so that
    the message does not promise it.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        sys.exit(f'error: {error}')
    except KeyboardInterrupt:
        print('interrupted; what was saved so far is kept', file=sys.stderr)
        sys.exit(130)


def _positive(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f'must be at least 1, but is {text}')
    return int(text)


def _count_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1
