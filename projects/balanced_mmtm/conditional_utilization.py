#!/usr/bin/env python
"""Measure how much of its accuracy each branch of an MMTM model owes to the others.

Mean squeezes are recorded on the training set (unaugmented, in eval mode); then the
branches' accuracies on the test set are measured with the exchange between modalities,
and with these means in place of the other modalities' squeezes (Wu et al., ICML 2022).
Runs in one process. Prints a table; saves utilization.json and utilization.png.
"""

import argparse
import json
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

import mm_laziness  # noqa: F401  (mends the stack, finds the project)
from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.engine.runner.atomic_files import write_text
from mm_laziness.utils.cli import Settings
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_files import find_config
from mm_laziness.utils.folders import writable_folder
from projects.balanced_mmtm.evaluation import (
    branch_hits,
    load_mmtm,
    utilization_report,
)
from projects.balanced_mmtm.visualization import plot_utilization, utilization_table

EXAMPLE = """example:
  python projects/balanced_mmtm/conditional_utilization.py \\
      projects/balanced_mmtm/configs/mmtm_guided_slim_avdigits.py \\
      work_dirs/balanced_mmtm/mmtm_guided/seed0/best.pth \\
      --cfg-options data_root=data/avdigits/paired num_classes=11"""


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLE,
    )
    add = parser.add_argument
    add('config', help='config of an MMTMRecognizer')
    add('checkpoint', help="checkpoint file, or a run's folder")
    add('--out', type=Path, help="folder of the results; default: the checkpoint's")
    add('--seed', type=int, default=0, help='seed of the bootstrap')
    add(
        '--cfg-options',
        nargs='+',
        action=Settings,
        help='settings that replace those of the config, as key=value',
    )
    return parser.parse_args()


def main() -> None:
    """Record, evaluate, print and save."""
    args = parse_args()
    MMLogger.get_instance('conditional_utilization', log_level='WARNING')
    with exit_on_error():
        cfg = Config.fromfile(find_config(args.config))
        cfg.merge_from_dict(args.cfg_options or {})
        cfg = resolve_config(cfg)
        model = load_mmtm(cfg, args.checkpoint)
        path = Path(args.checkpoint)
        folder = args.out or (path if path.is_dir() else path.parent)
        # What cannot be saved need not be measured.
        writable_folder(folder)
        hits = branch_hits(model, cfg)
        report = utilization_report(hits.full, hits.off, seed=args.seed)
        files = dict(config=args.config, checkpoint=args.checkpoint)
        content = dict(files, num_train=hits.num_train, **report)
        write_text(folder / 'utilization.json', json.dumps(content, indent=2) + '\n')
        plot_utilization(report, Path(args.config).stem).savefig(
            folder / 'utilization.png'
        )
    print(utilization_table(report))
    print(f'saved to {folder / "utilization.json"} and utilization.png')


if __name__ == '__main__':
    main()
