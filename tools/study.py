#!/usr/bin/env python
"""Compare training methods on one data set, over seeds, with a report.

Teachers are trained first, finished parts are skipped, failed ones stop only what needs
them, and a study that was stopped goes on where it was. Every number is of the last
epoch: no checkpoint is chosen on test data. Exit status 1 says that something failed.
"""

import argparse
from pathlib import Path

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.utils.cli import Settings
from mm_laziness.utils.studies.plan import all_methods
from mm_laziness.utils.studies.report import StudyReport
from mm_laziness.utils.studies.run import default_workers, run_study
from mm_laziness.utils.studies.study import Study
from mm_laziness.utils.studies.table import plan_table
from mm_laziness.utils.studies.variants import parse_variants

METHODS = ('rgb', 'audio', 'joint', 'mm_clf', 'ume', 'umt')
EXAMPLES = """examples:
  python tools/study.py slim_avdigits --seeds 0 1 2 --work-dir work_dirs/paired \\
      --cfg-options data_root=data/avdigits/paired num_classes=11
  python tools/study.py slim_avdigits --work-dir work_dirs/weights --methods joint \\
      --vary umt model.loss_distill.loss_weight=0,1,10,20,50,100
every method on four GPUs, four runs at a time, with curves over epochs and without each
modality; then the same command with --dry-run says what would be left to do:
  CUDA_VISIBLE_DEVICES=0,1,2,3 python tools/study.py r18_ucf101 --methods all \\
      --seeds 0 1 2 --workers 4 --monitor --probe-interval 5 --missing zeros mean split
"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES,
    )
    add = parser.add_argument
    add('name', help='encoders and data set, as in <method>_<name>.py')
    add('--methods', nargs='+', default=METHODS, help='"all": every one with a config')
    add(
        '--vary',
        nargs='+',
        action='append',
        default=[],
        metavar=('METHOD', 'KEY=V1,V2,...'),
        help="run a method once per value of a config's key; several keys change "
        'together; may be repeated',
    )
    add('--seeds', nargs='+', type=int, default=[0])
    add('--work-dir', help='default: work_dirs/study_<name>')
    add(
        '--config-dir',
        nargs='+',
        type=Path,
        default=[Path('configs')],
        help='folder of the configs, or several, such as configs and that of a project',
    )
    add('--workers', type=int, help='runs at once; default: one per GPU, at least one')
    add('--dry-run', action='store_true', help='say what would be run, and end')
    add('--baseline', help='method that others are compared with; default: joint')
    add(
        '--monitor',
        action='store_true',
        help='validate and watch every encoder in every epoch, for the curves',
    )
    add('--probe-interval', type=int, help='with --monitor: probe every n-th epoch')
    add(
        '--missing',
        nargs='+',
        choices=['zeros', 'mean', 'split'],
        default=[],
        help='test without each modality, with this in its place; see tools/test.py',
    )
    add('--class-names', type=Path, help='default: classes.txt in the data, if there')
    add(
        '--guidance-from',
        help='method whose uni-modal models the advice is about (default: umt); "none" '
        'for no advice',
    )
    add('--title', help='heading of the report')
    add('--cfg-options', nargs='+', action=Settings, help='for every config')
    args = parser.parse_args()
    if args.probe_interval is not None and not args.monitor:
        parser.error('--probe-interval is for --monitor: add that')
    for name in ('workers', 'probe_interval'):
        if (value := getattr(args, name)) is not None and value < 1:
            parser.error(f'--{name.replace("_", "-")} must be at least 1, not {value}')
    return args


def main() -> None:
    """Run all cells, then write results and report."""
    args = parse_args()
    configs = args.config_dir
    with exit_on_error():
        methods = args.methods
        study = Study(
            args.name,
            all_methods(args.name, configs) if methods == ['all'] else methods,
            list(dict.fromkeys(args.seeds)),
            Path(args.work_dir or f'work_dirs/study_{args.name}'),
            configs,
            args.cfg_options or {},
            [variant for words in args.vary for variant in parse_variants(*words)],
            monitor=args.monitor,
            probe_interval=args.probe_interval,
            missing=args.missing,
        )
        study.check()
        report = StudyReport(
            study,
            baseline=args.baseline,
            guidance_from=args.guidance_from,
            class_names=args.class_names,
            title=args.title,
        )
        if args.dry_run:
            print(plan_table(study))
            return
        outcome = run_study(study, args.workers or default_workers())
        report.write(outcome)
    if outcome.failures:
        raise SystemExit(1)


if __name__ == '__main__':
    main()
