"""Check Kinetics-400 in MMAction2's layout, or make MMAction2's lists from CVDF's.

Lists that are there already are used as they are. Otherwise annotations/train.csv and
val.csv and the videos in train/ and val/, or in videos_train/ and videos_val/, become
lists that MMAction2's and our configs read. Videos are neither moved nor changed.

Example:
    python tools/data/kinetics/prepare.py --root data/kinetics400 --workers 16
"""

import argparse
from pathlib import Path

from cvdf import read_cvdf
from lists import FILES, read_lists

from mm_laziness.datasets.preparation import (
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
    written_files,
)


def main(argv: list[str] | None = None) -> None:
    """Prepare the data set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_preparation_arguments(parser, 'data/kinetics400')
    parser.add_argument(
        '--lists',
        choices=['auto', 'keep', 'make'],
        default='auto',
        help="keep the lists in MMAction2's format that are there, make them from "
        "CVDF's annotations, or keep those that this command did not make (default)",
    )
    options = parser.parse_args(argv)
    with exit_on_error():
        run_preparation(read_kinetics(options.root, options.lists), options)


def read_kinetics(root: str, lists: str) -> Preparation:
    """Read the lists of one kind or the other; see ``--lists``."""
    ours = written_files(root)
    others = [f for f in FILES.values() if Path(root, f).is_file() and f not in ours]
    keep = lists == 'keep' or (lists == 'auto' and others)
    return read_lists(root) if keep else read_cvdf(root)


if __name__ == '__main__':
    main()
