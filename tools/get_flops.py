#!/usr/bin/env python
"""Count the operations and parameters of a model, per modality and in total.

Each encoder is given what the config's validation pipeline makes of a ten-second video
of 340 x 256 pixels with sound. For data that are not in videos, such as flow, give the
shape of one view with --shape. An operation is a multiplication and an addition, of
layers that MMEngine knows; heads, spectrograms and UMT's teachers, which are needed in
training only and cost what their encoders cost, are not counted.
"""

import argparse

from mmaction.registry import MODELS
from mmengine.config import Config, DictAction
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.utils.complexity import model_cost
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_files import find_config


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='examples:\n'
        '  python tools/get_flops.py configs/joint_slim_avdigits.py\n'
        '  python tools/get_flops.py configs/joint_r18_ucf101.py --shape rgb=3,224,224 '
        'flow=20,224,224\n'
        '  python tools/get_flops.py mmaction::recognition/tsn/tsn_imagenet-pretrained-'
        'r50_8xb32-1x1x3-100e_kinetics400-rgb.py',
    )
    parser.add_argument('config', help="config file, or MMAction2's as mmaction::...")
    parser.add_argument(
        '--shape',
        nargs='+',
        default=[],
        metavar='NAME=SIZES',
        help='shape of one view by encoder, e.g. rgb=3,32,224,224 audio=1,128,80',
    )
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    try:
        pairs = [text.split('=') for text in args.shape]
        args.shape = {k: tuple(map(int, v.split(','))) for k, v in pairs}
    except ValueError:
        parser.error(f'--shape takes rgb=3,224,224, but got {" ".join(args.shape)}')
    return args


def main() -> None:
    """Count."""
    args = parse_args()
    MMLogger.get_instance('get_flops', log_level='ERROR')
    cfg = Config.fromfile(find_config(args.config))
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    cfg = resolve_config(cfg)
    if 'members' in cfg.model:
        members = [str(member.config) for member in cfg.model.members.values()]
        raise SystemExit(f'an ensemble costs what its members cost: count {members}')
    model = MODELS.build(cfg.model)
    costs = model_cost(cfg, model, args.shape)
    row = '{:<12}{:>22}{:>7}{:>12}{:>14}'
    print(row.format('encoder', 'one view', 'views', 'GFLOPs', 'parameters'))
    for cost in costs:
        shape = ' x '.join(map(str, cost.shape))
        flops = f'{cost.operations / 1e9:.4f}'
        print(row.format(cost.name, shape, cost.views, flops, f'{cost.parameters:,}'))
    total = sum(cost.operations for cost in costs)
    every = sum(parameter.numel() for parameter in model.parameters())
    print(row.format('in all', '', '', f'{total / 1e9:.4f}', f'{every:,}'))


if __name__ == '__main__':
    main()
