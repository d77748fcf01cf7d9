#!/usr/bin/env python
"""Write contact sheets of what a model is given: look before you train.

One picture per sample, out of the config's own pipeline: the frames with their times,
the spectrogram of the sound that belongs to them, flow, further views; label and faults
in the title.
"""

import argparse
from pathlib import Path

import numpy as np
from mmaction.registry import DATASETS, MODELS
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from tqdm import tqdm

import mm_laziness  # noqa: F401  (mends the stack before a config is read)
from mm_laziness.utils.cli import add_common_arguments, load_config
from mm_laziness.utils.config import resolve_config
from mm_laziness.visualization.samples import plot_sample


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/browse_dataset.py configs/joint_slim_avdigits.py '
        '--number 5 --out samples',
    )
    parser.add_argument('config', help='config file')
    parser.add_argument('--split', choices=['train', 'val', 'test'], default='train')
    parser.add_argument(
        '--number', type=int, default=10, help='how many samples, evenly spread'
    )
    parser.add_argument('--out', help='folder; default: samples in the work folder')
    parser.add_argument('--classes', help='text file with the name of a class per line')
    parser.add_argument('--seed', type=int, default=0)
    add_common_arguments(parser)
    return parser.parse_args()


class Recorder:
    """A transform that remembers the times of the frames, which are not packed."""

    times: np.ndarray | None = None

    def __call__(self, results: dict) -> dict:
        """Remember."""
        self.times = results.get('frame_times')
        return results


def main() -> None:
    """Browse."""
    args = parse_args()
    cfg = resolve_config(load_config(args))
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    dataset = DATASETS.build(cfg[f'{args.split}_dataloader'].dataset)
    recorder = Recorder()
    if hasattr(dataset, 'pipeline'):
        dataset.pipeline.transforms.insert(-1, recorder)
    stage = (cfg.get('model') or {}).get('data_preprocessor')
    preprocessors = getattr(MODELS.build(stage), 'preprocessors', {}) if stage else {}
    names = Path(args.classes).read_text().splitlines() if args.classes else []
    out = Path(args.out or Path(cfg.work_dir) / 'samples')
    out.mkdir(parents=True, exist_ok=True)
    if args.number < 1:
        raise SystemExit(f'--number must be positive, but got {args.number}')
    count = min(args.number, len(dataset))
    faults = 0
    for index in tqdm(np.linspace(0, len(dataset) - 1, count).round().astype(int)):
        # Each sheet is the same, whichever others are asked for.
        set_random_seed(args.seed + int(index))
        recorder.times = None
        data = dataset[int(index)]
        sample, inputs = data['data_samples'], data['inputs']
        label = ', '.join(
            f'{value} ({names[value]})' if value < len(names) else str(value)
            for value in sample.gt_label.tolist()
        )
        found = sample.get('faults', ())
        faults += bool(found)
        told = [f'{fault.modality}: {fault.reason} ({fault.action})' for fault in found]
        title = '\n'.join([f'{sample.get("filename")}   label {label}', *told])
        inputs = inputs if isinstance(inputs, dict) else dict(inputs=inputs)
        known = {name: preprocessors[name] for name in inputs if name in preprocessors}
        figure = plot_sample(inputs, title, known, recorder.times)
        figure.savefig(out / f'{args.split}_{index:06d}.png', dpi=100)
    print(f'saved {count} sheets in {out}; {faults} samples had faults')


if __name__ == '__main__':
    main()
