#!/usr/bin/env python
"""Time a training step of each method, relative to joint training.

All methods take turns in one process, so that a slow moment of the machine meets them
alike; the table gives medians over the rounds. Beside each ratio stands the floor that
the method's own arithmetic sets, measured in the same rounds: UMT cannot be faster than
joint training and its teachers' forward pass. On a CPU time is that of the process, so
that other jobs do not count; on an accelerator it is that of the clock.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from bench import Bench
from methods import METHODS, methods_for
from mmengine.device import get_device
from tqdm import tqdm


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/benchmark/step_time.py --threads 1 --rounds 9 '
        '--methods ogm ogm_ge umt',
    )
    parser.add_argument(
        '--encoders',
        choices=['r18', 'r50'],
        help='r18: two ResNet-18, on 3 pictures of 224 x 224 and a spectrogram of 257 '
        'x 188 (default on a CPU); r50: SlowOnly-R50 on 8 frames and ResNet-50 on 128 '
        'x 80 (default elsewhere)',
    )
    parser.add_argument(
        '--methods',
        nargs='+',
        choices=METHODS,
        help='default: all that the encoders allow; r50 differ in width, so neither '
        'attention nor di_mml',
    )
    parser.add_argument('--batch-size', type=int, default=16)
    parser.add_argument('--picture', type=int, default=224, help='side, in pixels')
    parser.add_argument('--rounds', type=int, default=7, help='after one to warm up')
    parser.add_argument('--threads', type=int, default=1)
    return parser.parse_args()


def clock(device: str) -> Callable[[], float]:
    """A stopwatch that waits for an accelerator to be done."""
    if device == 'cpu':
        return time.process_time

    def wait_and_read() -> float:
        torch.accelerator.synchronize()
        return time.perf_counter()

    return wait_and_read


def measure(parts: dict[str, Callable], rounds: int, device: str) -> dict[str, list]:
    """Seconds of each part in each round, after a round that does not count."""
    read = clock(device)
    seconds: dict[str, list] = {name: [] for name in parts}
    names = list(parts)
    for number in tqdm(range(rounds + 1), desc='rounds'):
        # Another one begins each round: the first finds the caches cold.
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            start = read()
            parts[name]()
            if number:
                seconds[name].append(read() - start)
    return seconds


def table(seconds: dict[str, list], floors: dict[str, list[str]]) -> str:
    """Markdown: seconds, ratio to joint training, floor of that ratio, excess."""
    lines = [
        '| method | seconds | x joint | floor | over the floor |',
        '| --- | --: | --: | --: | --: |',
    ]
    joint = seconds['joint']
    for name, floor in floors.items():
        own = seconds[name]
        bottom = [sum(seconds[part][i] for part in floor) for i in range(len(own))]
        ratio, least, excess = (
            statistics.median(a / b for a, b in zip(*pair, strict=True))
            for pair in ((own, joint), (bottom, joint), (own, bottom))
        )
        lines.append(
            f'| {name} | {statistics.median(own):.3f} | {ratio:.3f} | {least:.3f} '
            f'({" + ".join(floor)}) | {100 * (excess - 1):+.1f} % |'
        )
    return '\n'.join(lines)


def main() -> None:
    """Build all methods, let them take turns, print the table."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    device = get_device()
    encoders = args.encoders or ('r18' if device == 'cpu' else 'r50')
    methods = args.methods or methods_for(encoders)
    names = list(dict.fromkeys(['joint', *methods]))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(encoders, args.batch_size, args.picture, Path(folder))
        parts = {name: bench.step(name) for name in names}
        floors = {name: METHODS[name].floor for name in names}
        for part in {part for floor in floors.values() for part in floor} - {*parts}:
            parts[part] = bench.part(part)
        seconds = measure(parts, args.rounds, device)
    print(
        f'{encoders}, batch {args.batch_size}, {device}, {args.threads} thread(s), '
        f'torch {torch.__version__}, medians of {args.rounds} rounds\n'
    )
    print(table(seconds, floors))


if __name__ == '__main__':
    main()
