#!/usr/bin/env python
"""Compare models class by class (Tables 2, 16, 17 of Du et al., ICML 2023).

Shows where joint training gains or loses against uni-modal training, and the classes in
which it exceeds the sum of the uni-modal models: evidence of features that no modality
has alone.
"""

import argparse
from pathlib import Path

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation.arguments import exit_on_error
from mm_laziness.evaluation.functional import class_report
from mm_laziness.evaluation.predictions import check_same_samples
from mm_laziness.utils.cli import Settings
from mm_laziness.utils.predictions.class_comparison import compare
from mm_laziness.utils.predictions.class_names import read_class_names
from mm_laziness.utils.predictions.sources import parse_source
from mm_laziness.visualization.class_files import write_class_report

EXAMPLES = """\
examples:
  python tools/test.py CONFIG CHECKPOINT --dump joint.pkl   (and so on, then)
  python tools/class_report.py rgb=rgb.pkl audio=audio.pkl joint=joint.pkl
  python tools/class_report.py rgb=work_dirs/rgb audio=work_dirs/audio \\
      joint=work_dirs/joint umt=configs/umt_slim_avdigits.py,umt.pth \\
      --class-names data/avdigits/paired/classes.txt
  python tools/class_report.py joint=joint.pkl   (its own scores of each modality)
"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES,
    )
    parser.add_argument(
        'predictions',
        nargs='+',
        metavar='NAME=WHERE',
        help='a --dump pickle; CONFIG,CHECKPOINT or the CONFIG of an ensemble, which '
        'are evaluated once; or the folder of a run',
    )
    parser.add_argument(
        '--unimodal',
        nargs='+',
        metavar='NAME',
        help='the uni-modal models, or model:modality for the scores of a part '
        '(default: the models of one modality)',
    )
    parser.add_argument(
        '--joint',
        metavar='NAME',
        help='the model to compare with them (default: joint, or the only one left)',
    )
    parser.add_argument('--class-names', metavar='FILE', help='a class name per line')
    parser.add_argument(
        '--top', type=int, default=10, help='classes in each table (default: 10)'
    )
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('work_dirs/class_report'),
        help='folder of the results (default: work_dirs/class_report)',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=Settings,
        help='settings that replace those of the evaluated configs, as key=value',
    )
    args = parser.parse_args()
    if args.top < 1:
        parser.error(f'--top must be at least 1, but is {args.top}')
    return args


def main() -> None:
    """Load or evaluate, compare, print and save."""
    args = parse_args()
    with exit_on_error():
        sources = [parse_source(text) for text in args.predictions]
        names = [source.name for source in sources]
        if len(set(names)) < len(names):
            raise ValueError(f'each model needs a name of its own, but got {names}')
        keep = args.out / 'evaluations'
        loaded = {s.name: s.load(keep, args.cfg_options) for s in sources}
        predictions = {name: own for name, (own, _) in loaded.items()}
        check_same_samples(
            predictions, {name: file for name, (_, file) in loaded.items()}
        )
        joint = args.joint or ('joint' if 'joint' in predictions else None)
        chosen = compare(predictions, args.unimodal, joint)
        first = predictions[names[0]]
        class_names = None
        if args.class_names:
            class_names = read_class_names(args.class_names, first.scores.shape[1])
        report = class_report(
            chosen.scores,
            first.labels,
            class_names,
            unimodal=chosen.unimodal,
            joint=chosen.joint,
            top=args.top,
        )
        text = write_class_report(report, args.out, chosen.notes)
        print(text)
        print(f'saved to {args.out}')


if __name__ == '__main__':
    main()
