#!/usr/bin/env python
"""Time our vectorized functions beside plain loops, and their extra peak memory.

Each pair takes turns in one process, so that a slow moment of the machine meets both
alike; the table gives medians, and checks that both compute the same.
"""

import argparse
import math
import multiprocessing
import statistics
import time
from collections.abc import Callable
from itertools import permutations

import torch
from mmengine.device import get_device
from torch import Tensor

import mm_laziness  # noqa: F401  (mends the stack)
from mm_laziness.evaluation.functional import confidence_sums, separate_dimensions
from mm_laziness.models import DUCLoss

TEMPERATURE = 50.0
# Seconds that a measurement takes at least.
_LEAST = 0.02
Pair = tuple[Callable, Callable]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='example: python tools/benchmark/functions.py --threads 1 --repeats 9',
    )
    parser.add_argument('--device', default=get_device())
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--repeats', type=int, default=9, help='after one to warm up')
    parser.add_argument('--batches', type=int, nargs='+', default=[16, 64, 256])
    parser.add_argument('--width', type=int, default=512, help='feature dimensions')
    parser.add_argument('--samples', type=int, default=2000, help='to separate by')
    parser.add_argument('--classes', type=int, default=40)
    return parser.parse_args()


def duc_slowly(feats: dict[str, Tensor], dimensions: dict[str, Tensor]) -> Tensor:
    """DI-MML's loss, one sample after the other."""
    loss = 0
    for p, q in permutations(feats, 2):
        taught = sorted({*dimensions[p].tolist()} - {*dimensions[q].tolist()})
        students, teachers = feats[q][:, taught], feats[p][:, taught].detach()
        rows = []
        for i, student in enumerate(students):
            products = (student * teachers).sum(dim=1) / TEMPERATURE
            rows.append(products.logsumexp(dim=0) - products[i])
        loss = loss + torch.stack(rows).mean()
    return loss


def separate_at_once(feats: Tensor, labels: Tensor, classes: int) -> Tensor:
    """DI-MML's separation with all N x K x C distances at once."""
    means = [feats[labels == k].double().mean(dim=0).float() for k in range(classes)]
    nearest = (feats.unsqueeze(1) - torch.stack(means)).abs().argmin(dim=1)
    hits = (nearest == labels.unsqueeze(1)).sum(dim=0)
    return (hits * len(hits) > hits.sum()).nonzero()[:, 0]


def confidences_slowly(scores: dict[str, Tensor], labels: Tensor) -> Tensor:
    """OGM's scores, one sample after the other."""
    return torch.stack(
        [
            sum(rows[i].softmax(dim=0)[label] for i, label in enumerate(labels))
            for rows in scores.values()
        ]
    )


def duc_pair(batch: int, width: int, device: str) -> Pair:
    """Forward and backward; each teaches about a quarter of the dimensions."""
    feats = {m: torch.randn(batch, width, device=device) for m in 'av'}
    leaves = [feat.requires_grad_() for feat in feats.values()]
    order = torch.randperm(width, device=device)
    sets = dict(a=order[: width // 4], v=order[-(width // 4) :])

    def step(loss: Callable) -> Callable:
        def run() -> list[Tensor]:
            value = loss(feats, sets)
            return [value, *torch.autograd.grad(value, leaves)]

        return run

    return step(DUCLoss(TEMPERATURE)), step(duc_slowly)


def separation_pair(samples: int, classes: int, width: int, device: str) -> Pair:
    """One modality, every class with samples."""
    feats = torch.randn(samples, width, device=device)
    labels = torch.arange(samples, device=device) % classes
    # Dimensions differ in how well they tell the classes apart.
    rates = torch.rand(width, device=device)
    for k in range(classes):
        feats[k::classes] += rates * torch.randn(width, device=device)
    return (
        lambda: separate_dimensions(dict(m=feats), labels, classes)['m'],
        lambda: separate_at_once(feats, labels, classes),
    )


def confidence_pair(batch: int, classes: int, device: str) -> Pair:
    """Two modalities."""
    scores = {m: torch.randn(batch, classes, device=device) for m in 'av'}
    labels = torch.randint(classes, (batch,), device=device)
    return (
        lambda: confidence_sums(scores, labels),
        lambda: confidences_slowly(scores, labels),
    )


def seconds(pair: Pair, repeats: int, device: str) -> tuple[float, float]:
    """Median seconds of both, after a round in which their results are compared."""
    ours, plain = (run() for run in pair)
    torch.testing.assert_close(ours, plain, rtol=1e-3, atol=1e-5)
    # The process's own time, where it is that of one thread: other jobs do not count.
    alone = device == 'cpu' and torch.get_num_threads() == 1
    read = time.process_time if alone else time.perf_counter

    def per_call(run: Callable, calls: int) -> float:
        _wait(device)
        start = read()
        for _ in range(calls):
            run()
        _wait(device)
        return (read() - start) / calls

    # So many calls that what the other has left in the caches does not count.
    calls = [math.ceil(_LEAST / per_call(run, 1)) for run in pair]
    rounds = [list(map(per_call, pair, calls)) for _ in range(repeats)]
    ours_each, plain_each = zip(*rounds, strict=True)
    return statistics.median(ours_each), statistics.median(plain_each)


def _wait(device: str) -> None:
    if device != 'cpu':
        torch.accelerator.synchronize()


def extra_memory(which: int, sizes: tuple, device: str) -> float:
    """MiB beyond the inputs at the peak of one of a pair, in a process of its own."""
    torch.set_num_threads(1)
    # Loads what the first call loads.
    separation_pair(8, 4, 8, device)[which]()
    run = separation_pair(*sizes, device)[which]
    if device.startswith('cuda'):
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    # Not getrusage's peak, which counts what the parent held when it forked.
    with open('/proc/self/clear_refs', 'w') as peak:
        peak.write('5')  # begins anew
    before = _peak_mib()
    run()
    return _peak_mib() - before


def _peak_mib() -> float:
    with open('/proc/self/status') as status:
        line = next(line for line in status if line.startswith('VmHWM'))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure all pairs and print a table."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    device, width, classes = args.device, args.width, args.classes
    sizes = (args.samples, classes, width)
    pairs = {
        f'DUC loss and gradient, B={batch}, C={width}': duc_pair(batch, width, device)
        for batch in args.batches
    }
    separation = 'separation of dimensions, N={}, K={}, C={}'.format(*sizes)
    pairs[separation] = separation_pair(*sizes, device)
    for batch in args.batches:
        pairs[f'OGM scores, B={batch}, K=6'] = confidence_pair(batch, 6, device)
    with multiprocessing.get_context('spawn').Pool(1, maxtasksperchild=1) as pool:
        jobs = [(which, sizes, device) for which in range(2)]
        memory = pool.starmap(extra_memory, jobs, chunksize=1)
    print(
        f'{device}, {args.threads} thread(s), torch {torch.__version__}, medians of '
        f'{args.repeats} repeats\n\n'
        '| function | ours, ms | plain, ms | plain / ours | extra MiB, ours / plain |\n'
        '| --- | --: | --: | --: | --: |'
    )
    for name, pair in pairs.items():
        ours, plain = seconds(pair, args.repeats, device)
        extra = '' if name != separation else ' / '.join(f'{mib:.1f}' for mib in memory)
        print(
            f'| {name} | {1e3 * ours:.3f} | {1e3 * plain:.3f} | {plain / ours:.1f} '
            f'| {extra} |'
        )


if __name__ == '__main__':
    main()
