"""Class by class, from the predictions that runs have kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...evaluation.functional import class_report
from ...evaluation.predictions import load_predictions
from .folders import PREDICTIONS, run_modalities


def classes_of_runs(folders: Mapping[str, Path]) -> dict[str, Any] | None:
    """Compare runs class by class.

    Those of one modality are the uni-modal ones; the other one, if there is only one,
    is compared with them.

    Args:
        folders (Mapping[str, Path]): Work folders by method; those without
            ``predictions.pkl`` take no part.

    Returns:
        dict, optional: What :func:`class_report` returns, None without predictions.

    Raises:
        ValueError: If a file is damaged, or two are of different test sets.
    """
    runs = {m: f for m, f in folders.items() if (f / PREDICTIONS).is_file()}
    if not runs:
        return None
    loaded = {m: load_predictions(f / PREDICTIONS) for m, f in runs.items()}
    first, *others = loaded
    for other in others:
        if loaded[first].labels.tolist() != loaded[other].labels.tolist():
            raise ValueError(
                f'{runs[first] / PREDICTIONS} and {runs[other] / PREDICTIONS} are of '
                'different test sets: their labels differ; test both on one, in its '
                'order, or report them apart'
            )
    single = [m for m, folder in runs.items() if len(run_modalities(folder)) == 1]
    several = [m for m in runs if m not in single]
    return class_report(
        {method: of.scores for method, of in loaded.items()},
        loaded[first].labels,
        unimodal=single,
        joint=several[0] if len(several) == 1 else None,
    )
