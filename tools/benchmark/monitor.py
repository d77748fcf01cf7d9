#!/usr/bin/env python
"""Time what LazinessMonitorHook costs, beside steps without it.

Runs with and without the hook take turns in one process, so that a slow moment of the
machine meets both; each ratio is of two steps in a row, and the table gives quartiles
over the rounds. A second run without the hook shows how much of a ratio is noise. What
is below that noise is timed by itself: the hook's own work inside a step, and what it
does once per epoch (one reduction, one file). On a CPU time is that of the process, on
an accelerator that of the clock.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from bench import Bench
from methods import METHODS, Method
from mmengine.device import get_device
from mmengine.runner import Runner
from step_time import clock, measure

from mm_laziness.engine.hooks.laziness_meter import LazinessMeter
from mm_laziness.engine.runner.atomic_files import write_text

METHODS['monitored'] = Method(hooks=[dict(type='LazinessMonitorHook')])
METHODS['again'] = Method()


class KeepingBench(Bench):
    """Keeps the runners, whose hooks are called between steps, too."""

    def _runner(self, name: str) -> Runner:
        self.runners[name] = super()._runner(name)
        return self.runners[name]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/benchmark/monitor.py --encoders r18 --rounds 15 '
        '--epoch-steps 1000 --out monitor.json',
    )
    parser.add_argument(
        '--encoders',
        choices=['r18', 'r50'],
        help='as in step_time.py; default: r18 on a CPU, r50 elsewhere',
    )
    parser.add_argument('--batch-size', type=int, default=16)
    parser.add_argument('--picture', type=int, default=224, help='side, in pixels')
    parser.add_argument('--rounds', type=int, default=9, help='after one to warm up')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument(
        '--epoch-steps',
        type=int,
        default=1000,
        help='steps over which the cost of an epoch is spread (default: 1000)',
    )
    parser.add_argument('--out', type=Path, help='JSON file for the numbers')
    return parser.parse_args()


class OwnWork:
    """Adds up the seconds that a monitored step spends in the hook's functions."""

    def __init__(self, device: str) -> None:
        self.read, self.counts, self.seconds = clock(device), False, 0.0
        for name in ('observe', 'observe_gradients', 'observe_outputs'):
            setattr(LazinessMeter, name, self._timed(getattr(LazinessMeter, name)))

    def _timed(self, function: Callable) -> Callable:
        def timed(*args: Any) -> None:
            if not self.counts:
                return function(*args)
            start = self.read()
            function(*args)
            self.seconds += self.read() - start

        return timed

    def shares(self, step: Callable[[], None], repeats: int) -> list[float]:
        """Of the seconds of each of some steps; their waiting slows only these."""
        found, self.counts = [], True
        for _ in range(repeats):
            self.seconds, start = 0.0, self.read()
            step()
            found.append(self.seconds / (self.read() - start - self.seconds))
        self.counts = False
        return found


def epoch_end(runner: Runner, device: str, repeats: int = 5) -> float:
    """Median of the seconds that the hook takes at the end of an epoch."""
    (hook,) = (h for h in runner.hooks if type(h).__name__ == 'LazinessMonitorHook')
    read, seconds = clock(device), []
    for _ in range(repeats):
        start = read()
        hook.after_train_epoch(runner)
        hook.after_val_epoch(runner, {'acc/top1': 0.5})
        seconds.append(read() - start)
    return statistics.median(seconds)


def compare(seconds: dict[str, list], name: str) -> dict:
    """Ratios of a run's steps to those without the hook: median and quartiles."""
    pairs = zip(seconds[name], seconds['joint'], strict=True)
    ratios = sorted(own / plain for own, plain in pairs)
    low, middle, high = (
        statistics.quantiles(ratios, method='inclusive')
        if len(ratios) > 1
        else ratios * 3
    )
    return dict(seconds=statistics.median(seconds[name]), ratio=middle) | dict(
        quartiles=[low, high]
    )


def table(rows: dict[str, dict]) -> str:
    """Markdown: seconds, ratio and quartiles."""
    lines = [
        '| run | seconds per step | x without | quartiles |',
        '| --- | --: | --: | --- |',
    ]
    for name, row in rows.items():
        low, high = row['quartiles']
        lines.append(
            f'| {name} | {row["seconds"]:.4f} | {row["ratio"]:.4f} | '
            f'{low:.4f} to {high:.4f} |'
        )
    return '\n'.join(lines)


def main() -> None:
    """Build the runs, let them take turns, print the table."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    device = get_device()
    encoders = args.encoders or ('r18' if device == 'cpu' else 'r50')
    own = OwnWork(device)
    with tempfile.TemporaryDirectory() as folder:
        bench = KeepingBench(encoders, args.batch_size, args.picture, Path(folder))
        names = ('joint', 'monitored', 'again')
        parts: dict[str, Callable] = {name: bench.step(name) for name in names}
        seconds = measure(parts, args.rounds, device)
        shares = own.shares(parts['monitored'], max(3, args.rounds // 3))
        once = epoch_end(bench.runners['monitored'], device)
    rows = {
        'without': compare(seconds, 'joint'),
        'without, again': compare(seconds, 'again'),
        'with the hook': compare(seconds, 'monitored'),
    }
    share = statistics.median(shares) + once / args.epoch_steps / statistics.median(
        seconds['joint']
    )
    print(
        f'{encoders}, batch {args.batch_size}, {device}, {args.threads} thread(s), '
        f'torch {torch.__version__}, {args.rounds} rounds\n\n{table(rows)}\n\n'
        f'Timed by itself, the hook takes {100 * share:.2f} % of the time without it: '
        f'{100 * statistics.median(shares):.2f} % in steps ({100 * min(shares):.2f} to '
        f'{100 * max(shares):.2f} %), and {1000 * once:.1f} ms at the end of an epoch '
        f'of {args.epoch_steps} steps.'
    )
    if args.out:
        found = dict(rows=rows, shares=shares, epoch_end=once, share=share)
        where = dict(encoders=encoders, device=device, batch_size=args.batch_size)
        write_text(args.out, json.dumps({**where, **found}, indent=2) + '\n')


if __name__ == '__main__':
    main()
