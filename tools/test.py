#!/usr/bin/env python
"""Evaluate a recognizer, with the arguments of MMAction2's tools/test.py."""

import argparse

from mmengine.config import Config
from mmengine.dist import is_main_process

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.models.utils import STRATEGIES
from mm_laziness.utils.cli import add_common_arguments, build_runner, load_config
from mm_laziness.utils.missing.evaluation import evaluate_without

_EXAMPLES = """examples:
  python tools/test.py configs/umt_slim_avdigits.py \\
      work_dirs/umt_slim_avdigits/best.pth --dump scores.pkl
  python tools/test.py configs/ume_slim_avdigits.py
  python tools/test.py configs/umt_slim_avdigits.py \\
      work_dirs/umt_slim_avdigits/best.pth --missing audio --missing-as all
"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help="config file, or MMAction2's as mmaction::...")
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='checkpoint file or URL; an ensemble (UME) names its own in the config',
    )
    parser.add_argument('--dump', help='pickle file for the predictions')
    parser.add_argument(
        '--missing',
        nargs='+',
        metavar='MODALITY',
        help='test without these modalities, whose files are not read; beside the '
        'test with all of them, and in missing.json of the work folder',
    )
    parser.add_argument(
        '--missing-as',
        choices=[*STRATEGIES, 'all'],
        help='what stands in for them: zeros as input (default), the mean feature of '
        "the training set, nothing (the others' own scores decide), or a test of each",
    )
    parser.add_argument('--show-dir', help='folder for visualized predictions')
    parser.add_argument('--show', action='store_true', help='show predictions')
    parser.add_argument(
        '--interval', type=int, default=1, help='visualize every n-th sample'
    )
    parser.add_argument(
        '--wait-time', type=float, default=2, help='seconds that a window stays'
    )
    add_common_arguments(parser)
    args = parser.parse_args()
    if args.dump is not None and not args.dump.endswith(('.pkl', '.pickle')):
        parser.error(f'--dump takes a .pkl or .pickle file, but got {args.dump}')
    if args.missing_as and not args.missing:
        parser.error('--missing-as says how, but --missing MODALITY does not say what')
    return args


def main() -> None:
    """Test."""
    args = parse_args()
    with exit_on_error():
        cfg = load_config(args)
    if args.show or args.show_dir is not None:
        if 'visualization' not in cfg.get('default_hooks', {}):
            raise SystemExit(
                '--show and --show-dir need default_hooks.visualization = dict(type='
                "'VisualizationHook') in the config; MMAction2's draws uni-modal "
                'pictures only'
            )
        cfg.default_hooks.visualization.update(
            enable=True,
            show=args.show,
            wait_time=args.wait_time,
            out_dir=args.show_dir,
            interval=args.interval,
        )
    if args.dump is not None:
        evaluators = cfg.test_evaluator
        if not isinstance(evaluators, (list, tuple)):
            evaluators = [evaluators]
        dump = dict(type='DumpResults', out_file_path=args.dump)
        cfg.test_evaluator = [*evaluators, dump]
    ensemble = 'members' in cfg.get('model', {})
    if ensemble and args.checkpoint is not None:
        raise SystemExit(
            f'{args.config} is an ensemble, whose members have their checkpoints in '
            f'the config: leave out {args.checkpoint}'
        )
    if args.checkpoint is None and not ensemble:
        raise SystemExit(
            f'{args.config} needs a checkpoint: python tools/test.py {args.config} '
            f'{cfg.work_dir}/best.pth'
        )
    cfg.load_from = args.checkpoint
    cfg.resume = False
    if args.missing:
        test_without(cfg, args.missing, args.missing_as or STRATEGIES[0])
    else:
        build_runner(cfg).test()


def test_without(cfg: Config, missing: list[str], how: str) -> None:
    """Test without modalities, and print a table."""
    with exit_on_error():
        results = evaluate_without(cfg, missing, STRATEGIES if how == 'all' else [how])
    if is_main_process():
        print(results)


if __name__ == '__main__':
    main()
