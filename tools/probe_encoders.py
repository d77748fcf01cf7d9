#!/usr/bin/env python
"""Measure every encoder of a trained model by a linear classifier on its features.

Takes any checkpoint of ours or of MMAction2's. Features are extracted once: they are
kept by encoders, weights, data and precision, and an extraction that was stopped goes
on where it was. Beside each encoder stands one that was trained alone, if it is given
or named by the config (teachers, encoder_checkpoints).
"""

import argparse
import json
from pathlib import Path

from mmengine.config import Config
from mmengine.dist import init_dist, is_main_process
from mmengine.logging import MMLogger

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.utils.cli import add_common_arguments, load_config
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_files import find_config
from mm_laziness.utils.probing.evaluation_data import take_data
from mm_laziness.utils.probing.probes import probe_checkpoint
from mm_laziness.utils.probing.reference_models import (
    named_references,
    parse_references,
)
from mm_laziness.visualization.probes import plot_probes, probes_table

EXAMPLES = """examples:
  python tools/probe_encoders.py configs/umt_slim_avdigits.py \\
      work_dirs/umt_slim_avdigits/best.pth
  python tools/probe_encoders.py configs/joint_slim_avdigits.py \\
      work_dirs/joint_slim_avdigits/best.pth --reference \\
      rgb=work_dirs/rgb_slim_avdigits audio=work_dirs/audio_slim_avdigits
  python tools/probe_encoders.py configs/ume_slim_avdigits.py
  python tools/probe_encoders.py mmaction::recognition/slowonly/slowonly_r50_8xb16-\\
4x16x1-256e_kinetics400-rgb.py slowonly.pth --data configs/rgb_r50_kinetics.py
  torchrun --nproc_per_node 8 tools/probe_encoders.py CONFIG CHECKPOINT --amp \\
      --launcher pytorch"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES,
    )
    parser.add_argument('config', help="config file, or MMAction2's as mmaction::...")
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help="checkpoint file, URL or a run's folder; none for an ensemble (UME)",
    )
    parser.add_argument(
        '--reference',
        nargs='+',
        default=[],
        metavar='NAME=CHECKPOINT',
        help='uni-modal model per encoder, as a checkpoint or the folder of a run',
    )
    parser.add_argument(
        '--no-reference',
        action='store_true',
        help='compare with no uni-modal model, even if the config names some',
    )
    parser.add_argument('--data', metavar='CONFIG', help='take the data of this config')
    parser.add_argument(
        '--modality',
        metavar='NAME',
        help="for MMAction2's own models: what to call the encoder, or which of the "
        "data's modalities it takes",
    )
    parser.add_argument('--amp', action='store_true', help='extract in mixed precision')
    parser.add_argument(
        '--cache',
        default='work_dirs/cache/features',
        help='folder of the features (default: %(default)s)',
    )
    parser.add_argument(
        '--no-cache', action='store_true', help='keep features in memory only'
    )
    parser.add_argument('--seed', type=int, default=0, help='seed of the classifiers')
    add_common_arguments(parser)
    return parser.parse_args()


def main() -> None:
    """Extract, probe, print and save."""
    args = parse_args()
    MMLogger.get_instance('probe_encoders', log_level='WARNING')
    with exit_on_error():
        cfg = resolve_config(load_config(args))
        if args.data:
            data = Config.fromfile(find_config(args.data))
            take_data(cfg, resolve_config(data))
        if args.launcher != 'none':
            init_dist(args.launcher, **cfg.get('env_cfg', {}).get('dist_cfg', {}))
        references = parse_references(args.reference)
        if not (args.reference or args.no_reference):
            references = named_references(cfg)
        probes = probe_checkpoint(
            cfg,
            args.checkpoint,
            references,
            cache=None if args.no_cache else Path(args.cache),
            amp=args.amp,
            name=args.modality,
            seed=args.seed,
        )
    if not is_main_process():
        return
    folder = Path(cfg.work_dir)
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(config=args.config, checkpoint=args.checkpoint, amp=args.amp)
    result = json.dumps({**files, **probes}, indent=2)
    write_text(folder / 'probes.json', result + '\n')
    title = args.checkpoint or args.config
    plot_probes(probes, title).savefig(folder / 'probes.png')
    print(probes_table(probes))
    print(f'saved to {folder / "probes.json"} and probes.png')


if __name__ == '__main__':
    main()
