#!/usr/bin/env python
"""Write the report of a study, or of trained runs, as one HTML file and as Markdown.

A study writes it by itself; this makes it anew, with what has been measured since.
Give each run a name: that of its method (joint, umt), where it has one.
"""

import argparse
from pathlib import Path

import mm_laziness  # noqa: F401  (mends the stack before a file is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.run_reading.reports import read_runs, read_study
from mm_laziness.visualization import write_report
from mm_laziness.visualization.report.data import ReportData

EXAMPLES = """examples:
  python tools/report.py work_dirs/study_slim_avdigits
  python tools/report.py rgb=work_dirs/rgb_r18_ucf101 \\
      audio=work_dirs/audio_r18_ucf101 joint=work_dirs/joint_r18_ucf101 \\
      umt=work_dirs/umt_r18_ucf101 --out work_dirs/ucf101
"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES,
    )
    parser.add_argument(
        'sources',
        nargs='+',
        metavar='SOURCE',
        help="a study's folder, or NAME=WORK_DIR for each run",
    )
    parser.add_argument(
        '--out',
        help="where to write; default: the study's folder, or work_dirs/report",
    )
    parser.add_argument('--title', help='heading of the report')
    return parser.parse_args()


def read_sources(sources: list[str], title: str | None) -> ReportData:
    """Read a study's folder, or runs by name."""
    if is_study(sources):
        return read_study(sources[0], title)
    unnamed = [source for source in sources if '=' not in source.strip('=')]
    if unnamed:
        raise ValueError(
            f'expected the folder of one study, or NAME=WORK_DIR for each run, but '
            f'{unnamed} have no name; for example: joint={unnamed[0].strip("=")}'
        )
    pairs = [source.split('=', 1) for source in sources]
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f'each run needs a name of its own, but {twice} come twice')
    return read_runs(dict(pairs), title or f'Comparison of {", ".join(names)}')


def is_study(sources: list[str]) -> bool:
    """Whether it is one folder without a name; folders may have a = in theirs."""
    return len(sources) == 1 and ('=' not in sources[0] or Path(sources[0]).is_dir())


def main() -> None:
    """Read, write and say where."""
    args = parse_args()
    with exit_on_error():
        data = read_sources(args.sources, args.title)
        default = args.sources[0] if is_study(args.sources) else 'work_dirs/report'
        for path in write_report(data, args.out or default).values():
            print(path)


if __name__ == '__main__':
    main()
