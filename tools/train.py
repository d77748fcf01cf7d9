#!/usr/bin/env python
"""Train a recognizer, with the arguments of MMAction2's tools/train.py."""

import argparse

from mmengine.config import Config

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.utils.cli import (
    add_common_arguments,
    build_runner,
    load_config,
    use_amp,
)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog='example: python tools/train.py configs/joint_slim_avdigits.py --seed 0 '
        '--cfg-options data_root=data/avdigits/paired num_classes=11',
    )
    parser.add_argument('config', help="config file, or MMAction2's as mmaction::...")
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='resume from this checkpoint; without one, from the latest in the work '
        'folder',
    )
    parser.add_argument('--amp', action='store_true', help='mixed precision')
    parser.add_argument(
        '--no-validate', action='store_true', help='do not evaluate while training'
    )
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate with the batch size',
    )
    parser.add_argument('--seed', type=int, help='random seed')
    parser.add_argument(
        '--diff-rank-seed', action='store_true', help='another seed on each rank'
    )
    parser.add_argument(
        '--deterministic', action='store_true', help='deterministic cuDNN'
    )
    add_common_arguments(parser)
    return parser.parse_args()


def set_randomness(cfg: Config, args: argparse.Namespace) -> None:
    """Let the command line add to the config's ``randomness``."""
    randomness = dict(cfg.get('randomness') or dict(seed=None))
    if args.seed is not None:
        randomness['seed'] = args.seed
    for name in ('diff_rank_seed', 'deterministic'):
        randomness[name] = getattr(args, name) or randomness.get(name, False)
    cfg.randomness = randomness


def main() -> None:
    """Train."""
    args = parse_args()
    cfg = load_config(args)
    if args.no_validate:
        cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
        # There is no accuracy to choose a best checkpoint by.
        if 'checkpoint' in cfg.get('default_hooks', {}):
            cfg.default_hooks.checkpoint.save_best = None
    if args.amp:
        use_amp(cfg)
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = None if args.resume == 'auto' else args.resume
    if args.auto_scale_lr:
        if 'base_batch_size' not in (cfg.get('auto_scale_lr') or {}):
            raise SystemExit(
                '--auto-scale-lr: the config does not say which batch size its '
                'learning rate is for; set auto_scale_lr = dict(base_batch_size=...)'
            )
        cfg.auto_scale_lr.enable = True
    set_randomness(cfg, args)
    build_runner(cfg).train()


if __name__ == '__main__':
    main()
