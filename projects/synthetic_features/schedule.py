"""Which parts there are to train, and which of them are missing."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from .experiment import networks_of, train_network
from .feasibility import MODALITIES, check
from .generator import generate, split
from .methods import METHODS, Task, run_method
from .store import Results, ResultStore
from .workers import run_tasks


@dataclass(frozen=True)
class Job:
    """Networks (``kind`` is ``'network'``) or methods to train on one set."""

    kind: str
    letter: str
    seed: int
    names: tuple[str, ...]
    sizes: dict[str, Any]
    settings: dict[str, Any]


def run_all(
    cfg: dict[str, Any], methods: Sequence[str], store: ResultStore, jobs: int = 1
) -> tuple[Results, Results]:
    """Train each network and each method on each set with each seed, unless it is done.

    A part is kept as soon as it is finished.

    Args:
        cfg (dict): As in configs/paper.py.
        methods (Sequence[str]): Of :data:`METHODS`.
        store (ResultStore): Where results are, and are put.
        jobs (int): Number of processes.

    Returns:
        tuple[Results, Results]: Of the networks and of the methods.

    Raises:
        ValueError: If a set, a size or a method is impossible; before any training.
    """
    sets, seeds, sizes = cfg['sets'], cfg['seeds'], cfg['generator']
    for letter in sets:
        for seed in seeds:
            check(letter, seed=seed, **sizes)
    if unknown := [name for name in methods if name not in METHODS]:
        raise ValueError(
            f'there is no method {unknown} (--methods), only {list(METHODS)}'
        )
    networks = list(networks_of(list(MODALITIES)))
    kinds = {'method': (list(methods), 'methods'), 'network': (networks, 'training')}
    keys: dict[str, dict[str, Any]] = {
        kind: dict(kind=kind, sizes=sizes, settings=cfg.get(block))
        for kind, (_, block) in kinds.items()
    }
    missing = []
    # The longest first, so that no process is left with it at the end.
    for kind, (names, block) in kinds.items():
        for letter in sorted(sets, reverse=True):
            for seed in seeds:
                key = dict(set=letter, seed=seed, **keys[kind])
                left = tuple(n for n in names if store.find(name=n, **key) is None)
                if left:
                    missing.append(Job(kind, letter, seed, left, sizes, cfg[block]))
    total = sum(len(job.names) for job in missing)
    with tqdm(total=total, unit='model', disable=None) as bar:
        finished = run_tasks(run_job, missing, jobs)
        for count, (name, result, job) in enumerate(finished, 1):
            key = dict(set=job.letter, seed=job.seed, name=name, **keys[job.kind])
            store.add(result, **key)
            done = f'set {job.letter}, seed {job.seed}: {name}'
            bar.set_postfix_str(done)
            bar.update()
            if bar.disable:  # no terminal: a log gets lines
                print(f'{count}/{total} {done}', file=sys.stderr, flush=True)
    return (
        store.collect(networks, sets, seeds, **keys['network']),
        store.collect(methods, sets, seeds, **keys['method']),
    )


def run_job(job: Job) -> Iterator[tuple[str, dict[str, Any], Job]]:
    """Train what a job names; yields name, result and job."""
    seed = job.seed
    train, test = split(generate(job.letter, seed=seed, **job.sizes), seed=seed)
    # One for all methods, so that their teachers are trained once.
    task = Task(train, test, job.settings, seed) if job.kind == 'method' else None
    for name in job.names:
        if task is None:
            result = train_network(name, train, test, seed=seed, **job.settings)
        else:
            result = run_method(name, train, test, job.settings, seed, task)
        yield name, result, job
