"""What the runs of a study have kept of each test sample."""

from pathlib import Path

from ...evaluation.predictions import (
    Predictions,
    check_same_samples,
    load_predictions,
)
from ..probing.probe_hits import ProbeHits, read_hits
from .run import Outcome
from .study import Study
from .watch import PREDICTIONS


def predictions_of(study: Study, outcome: Outcome) -> dict[str, list[Predictions]]:
    """Predictions of each method, one per seed that has a result.

    Only fused scores are kept: those of all runs are in memory at once. Methods of
    which a run kept none, or of which a file is damaged, are left out. Where runs are
    of other test samples than others there are none. What is damaged or different is
    said.
    """
    found: dict[str, list[Predictions]] = {}
    paths: dict[str, str] = {}
    for method in study.methods:
        files = [
            study.cell_folder(method, seed) / PREDICTIONS
            for seed in study.seeds
            if (method, seed) in outcome.cells
        ]
        if not files or not all(file.exists() for file in files):
            continue
        try:
            found[method] = [_fused(file) for file in files]
        except ValueError as error:
            print(f'{method} is not compared: {error}; remove the file to have it anew')
            continue
        paths.update({f'{method} {i}': str(f) for i, f in enumerate(files)})
    flat = {f'{m} {i}': p for m, own in found.items() for i, p in enumerate(own)}
    try:
        if flat:
            check_same_samples(flat, paths)
    except ValueError as error:
        print(f'methods are not compared: {error}')
        return {}
    return found


def _fused(path: Path) -> Predictions:
    own = load_predictions(path)
    return Predictions(own.scores, own.labels)


def probe_hits_of(study: Study, outcome: Outcome) -> dict[str, list[ProbeHits]]:
    """What the probes of each method get right, one per seed that has a result.

    Methods of which a run kept nothing, as those of older studies, are left out. Where
    runs were probed on different test samples there are none, and it is said so.
    """
    found: dict[str, list[ProbeHits]] = {}
    first: tuple[str, ProbeHits] | None = None
    for method in study.methods:
        cells = [seed for seed in study.seeds if (method, seed) in outcome.cells]
        kept = [read_hits(study.cell_folder(method, seed)) for seed in cells]
        own = [hits for hits in kept if hits is not None]
        if not own or len(own) < len(kept):
            continue
        for seed, hits in zip(cells, own, strict=True):
            name = f'{method}, seed {seed}'
            first = first or (name, hits)
            if not hits.same_samples(first[1]):
                print(
                    f'encoders are not compared sample by sample: {first[0]} and '
                    f'{name} were probed on different test samples'
                )
                return {}
        found[method] = own
    return found
