#!/usr/bin/env python
"""Draw the conditional learning speeds that runs have logged.

A panel per run; behind the lines, the steps in which a modality was re-balanced. Runs
should log every step: train them with default_hooks.logger.interval=1.
"""

import argparse
from pathlib import Path

import mm_laziness  # noqa: F401  (finds the project)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.folders import writable_folder
from mm_laziness.utils.run_reading.logs import log_files, read_run_log
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
        'runs', nargs='+', metavar='NAME=FOLDER', help='work folders of runs, or logs'
    )
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('work_dirs/learning_speeds.png'),
        help='picture (default: %(default)s)',
    )
    args = parser.parse_args()
    # As matplotlib completes it.
    out = args.out if args.out.suffix else args.out.with_suffix('.png')
    pairs = [word.partition('=') for word in args.runs]
    folders = {name: folder for name, _, folder in pairs if name and folder}
    if len(folders) < len(pairs):
        parser.error(f'runs are given as NAME=FOLDER, each name once: {args.runs}')
    with exit_on_error():
        for folder in folders.values():
            if not log_files(folder):
                raise FileNotFoundError(
                    f'{folder} holds no vis_data/scalars.json; name the work folder of '
                    'a training'
                )
        runs = {name: read_run_log(folder).steps for name, folder in folders.items()}
        figure = plot_learning_speeds(runs)
        writable_folder(out.parent)
        figure.savefig(out, metadata={'Software': None})
    print(f'saved to {out}')


if __name__ == '__main__':
    main()
