"""Predictions that the runs of a study have kept."""

from ...evaluation.predictions import (
    Predictions,
    check_same_samples,
    load_predictions,
)
from .run import Outcome
from .study import Study
from .watch import PREDICTIONS


def predictions_of(study: Study, outcome: Outcome) -> dict[str, list[Predictions]]:
    """Predictions of each method, one per seed that has a result.

    Methods of which a run kept none are left out. Where runs are of other test samples
    than others there are none, and it is said why.
    """
    found: dict[str, list[Predictions]] = {}
    paths: dict[str, str] = {}
    for method in study.methods:
        files = [
            study.cell_folder(method, seed) / PREDICTIONS
            for seed in study.seeds
            if (method, seed) in outcome.cells
        ]
        if files and all(file.exists() for file in files):
            found[method] = [load_predictions(file) for file in files]
            paths.update({f'{method} {i}': str(f) for i, f in enumerate(files)})
    flat = {f'{m} {i}': p for m, own in found.items() for i, p in enumerate(own)}
    try:
        if flat:
            check_same_samples(flat, paths)
    except ValueError as error:
        print(f'methods are not compared: {error}')
        return {}
    return found
