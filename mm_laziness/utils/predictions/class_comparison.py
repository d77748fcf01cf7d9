"""Which models a class-level analysis compares with which."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...evaluation.functional import average_scores
from ...evaluation.predictions import Predictions

AVERAGE = 'average'


@dataclass
class Comparison:
    """What ``class_report`` needs, and what a reader should know about it.

    Args:
        scores (dict[str, Tensor]): Scores (N, K) by model: the uni-modal ones, their
            average, the others.
        unimodal (list[str]): Names of the uni-modal models.
        joint (str, optional): Name of the model that is compared with them.
        notes (list[str]): Sentences.
    """

    scores: dict[str, Tensor]
    unimodal: list[str]
    joint: str | None
    notes: list[str] = field(default_factory=list)


def compare(
    predictions: Mapping[str, Predictions],
    unimodal: Sequence[str] | None = None,
    joint: str | None = None,
) -> Comparison:
    """Sort models into uni-modal ones and others, and add the uni-modal average.

    Args:
        predictions (Mapping[str, Predictions]): By name, of the same samples.
        unimodal (Sequence[str], optional): Names of models, or ``model:part`` for
            the scores of a model's part (a modality, another average). Defaults to the
            models of one modality; else to the parts of ``joint``.
        joint (str, optional): As such. Defaults to the only model that is not
            uni-modal, if it is the only one.

    Raises:
        ValueError: If a name is unknown; the nearest one is named.
    """
    parts = {
        f'{name}:{part}': scores
        for name, own in predictions.items()
        for part, scores in {**own.unimodal, **own.alternatives}.items()
    }
    offered = {**{name: own.scores for name, own in predictions.items()}, **parts}
    _check([*(unimodal or ()), *([joint] if joint else [])], offered)
    notes: list[str] = []
    singles = list(dict.fromkeys(unimodal or ()))
    if unimodal is None:
        singles = [n for n, own in predictions.items() if len(own.unimodal) == 1]
        singles = [name for name in singles if name != joint]
    others = [name for name in predictions if name not in singles]
    if joint is None and len(others) == 1:
        joint = others[0]
    if not singles and unimodal is None and joint and joint in predictions:
        singles = [f'{joint}:{name}' for name in predictions[joint].unimodal]
        if singles:
            notes.append(
                f"No uni-modal model was given: {joint}'s own scores of each modality "
                'stand for them, which are those of lazy encoders if it is lazy.'
            )
    if joint in singles:
        raise ValueError(
            f'joint is {joint!r}, which is among the uni-modal models {singles}; name '
            'another one of them'
        )
    _explain_what_lacks(singles, joint, others, notes)
    scores = {name: offered[name] for name in singles}
    if len(singles) > 1 and AVERAGE not in offered:
        scores[AVERAGE] = _average(scores, notes)
    scores.update({name: offered[name] for name in others})
    if joint is not None:
        scores.setdefault(joint, offered[joint])
    return Comparison(scores, singles, joint, notes)


def _check(names: Iterable[str], offered: Mapping[str, Tensor]) -> None:
    for name in names:
        if name not in offered:
            near = difflib.get_close_matches(name, offered, n=1)
            hint = f'; did you mean {near[0]!r}' if near else ''
            raise ValueError(
                f'there are no predictions called {name!r}{hint}. There are '
                f'{", ".join(offered)}'
            )


def _explain_what_lacks(
    singles: list[str], joint: str | None, others: list[str], notes: list[str]
) -> None:
    if not singles:
        notes.append(
            'No model of one modality is known, so that there is nothing to compare '
            'with: name them with --unimodal.'
        )
    elif joint is None:
        known = f' (one of {", ".join(others)})' if others else ''
        notes.append(
            'Which model to compare with the uni-modal ones is not known: name it with '
            f'--joint{known}.'
        )


def _average(scores: Mapping[str, Tensor], notes: list[str]) -> Tensor:
    """Average logits; probabilities where some models give nothing else."""
    kinds = {name: _are_probabilities(rows) for name, rows in scores.items()}
    if not any(kinds.values()):
        return average_scores(scores)
    given = ', '.join(name for name, kind in kinds.items() if kind)
    notes.append(
        f'The scores of {given} are probabilities, so that {AVERAGE!r} is the average '
        'of probabilities, not of logits.'
    )
    rows = {
        name: own if kinds[name] else own.softmax(dim=1) for name, own in scores.items()
    }
    return average_scores(rows)


def _are_probabilities(rows: Tensor) -> bool:
    sums = rows.sum(dim=1)
    return bool((rows >= 0).all()) and torch.allclose(
        sums, torch.ones_like(sums), atol=1e-3
    )
