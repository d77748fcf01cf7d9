#!/usr/bin/env python
"""Say whether a data set needs UMT or UME (Du et al., ICML 2023, Sec. 3.3).

Trains a multi-modal linear classifier (MM Clf) on the features of the uni-modal models
and compares it with the average of their predictions.
"""

import argparse
import json
from pathlib import Path

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.evaluation.functional import choose_method
from mm_laziness.utils.cli import add_common_arguments, load_config
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.features import unimodal_features
from mm_laziness.visualization import guidance_sentence


def main() -> None:
    """Extract, compare, print and save."""
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
    cfg = resolve_config(load_config(args))
    folder = Path(cfg.work_dir)
    data = unimodal_features(cfg, folder / 'unimodal_features.pt')
    train, val = data['train'], data['val']
    guidance = choose_method(
        train['feats'],
        train['labels'],
        val['feats'],
        val['labels'],
        val['scores'],
        alpha=args.alpha,
        seed=args.seed,
    )
    for name, top1 in guidance['unimodal'].items():
        print(f'{name + " alone":<28}{100 * top1:6.2f}')
    print(f'{"average of logits":<28}{100 * guidance["average_score"]:6.2f}')
    print(f'{"average of probabilities":<28}{100 * guidance["average_prob"]:6.2f}')
    print(f'{"MM Clf":<28}{100 * guidance["mm_clf"]:6.2f}')
    print(guidance_sentence(guidance))
    path = folder / 'guidance.json'
    path.write_text(json.dumps(guidance, indent=2) + '\n')
    print(f'saved to {path}')


if __name__ == '__main__':
    main()
