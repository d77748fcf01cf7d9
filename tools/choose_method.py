#!/usr/bin/env python
"""Say whether a data set needs UMT or UME (Du et al., ICML 2023, Sec. 3.3).

Trains a multi-modal linear classifier (MM Clf) on the features of the uni-modal models
and compares it with the average of their predictions, of logits and of probabilities,
by a paired test and a paired bootstrap; splits MM Clf by modality (Table 4). Prints a
table and the advice, and saves guidance.json and choose_method.png in the work folder.
"""

import argparse
import json
from pathlib import Path

from mmengine.device import get_device
from mmengine.dist import init_dist, is_main_process

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.evaluation.functional import choose_method
from mm_laziness.utils.cli import add_common_arguments, load_config
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.probing.features import unimodal_features
from mm_laziness.visualization import guidance_sentence
from mm_laziness.visualization.advice import guidance_table
from mm_laziness.visualization.advice_figure import plot_guidance


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/choose_method.py configs/umt_slim_avdigits.py',
    )
    parser.add_argument(
        'config', help='config of UMT or MM Clf, whose uni-modal models are trained'
    )
    parser.add_argument(
        '--alpha',
        type=float,
        default=0.05,
        help='significance level of the paired test',
    )
    parser.add_argument('--seed', type=int, default=0, help='seed of MM Clf')
    add_common_arguments(parser)
    args = parser.parse_args()
    if not 0 < args.alpha < 1:
        parser.error(f'--alpha must lie between 0 and 1, but is {args.alpha}')
    return args


def main() -> None:
    """Extract, compare, print and save."""
    args = parse_args()
    with exit_on_error():
        cfg = resolve_config(load_config(args))
        if args.launcher != 'none':
            init_dist(args.launcher, **cfg.get('env_cfg', {}).get('dist_cfg', {}))
        folder = Path(cfg.work_dir)
        data = unimodal_features(cfg, folder / 'unimodal_features.pt')
        if not is_main_process():
            return
        train, val = data['train'], data['val']
        guidance = choose_method(
            train['feats'],
            train['labels'],
            val['feats'],
            val['labels'],
            val['scores'],
            alpha=args.alpha,
            seed=args.seed,
            device=get_device(),
        )
        guidance['advice'] = guidance_sentence(guidance)
        print(guidance_table(guidance), guidance['advice'], sep='\n\n')
        path = folder / 'guidance.json'
        write_text(path, json.dumps(guidance, indent=2) + '\n')
        picture = folder / 'choose_method.png'
        plot_guidance(guidance).savefig(picture, metadata={'Software': None})
        print(f'\nsaved to {path} and {picture}')


if __name__ == '__main__':
    main()
