#!/usr/bin/env python
"""Draw the conditional learning speeds that runs have logged.

A panel per run; behind the lines, the steps in which a modality was re-balanced. Runs
should log every step: train them with default_hooks.logger.interval=1.
"""

import argparse
from pathlib import Path

import mm_laziness  # noqa: F401  (finds the project)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.run_reading.logs import read_run_log
from projects.balanced_mmtm.visualization import plot_learning_speeds

EXAMPLE = """example:
  python projects/balanced_mmtm/plot_learning_speeds.py \\
      vanilla=work_dirs/mmtm_slim_avdigits guided=work_dirs/mmtm_guided_slim_avdigits"""


def main() -> None:
    """Read the logs, draw and save."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLE,
    )
    parser.add_argument(
        'runs', nargs='+', metavar='NAME=FOLDER', help='work folders of runs'
    )
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('work_dirs/learning_speeds.png'),
        help='picture (default: %(default)s)',
    )
    args = parser.parse_args()
    pairs = [word.partition('=') for word in args.runs]
    if any(not (name and folder) for name, _, folder in pairs):
        parser.error(f'runs are given as NAME=FOLDER, but got {args.runs}')
    with exit_on_error():
        runs = {name: read_run_log(folder).steps for name, _, folder in pairs}
        figure = plot_learning_speeds(runs)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(args.out, metadata={'Software': None})
    print(f'saved to {args.out}')


if __name__ == '__main__':
    main()
