"""What all parts of a model must agree on: names of modalities, and widths."""

from collections.abc import Iterable
from typing import Any


def require_names(names: Iterable[str], known: Iterable[str], where: str) -> None:
    """Refuse a part of a model that lacks modalities.

    Raises:
        ValueError: If some of ``names`` are not among ``known``.
    """
    known = list(known)
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(
            f'{where} has {known}, but {missing} are needed as well; all parts '
            'of the model must name the same modalities'
        )


def require_inputs(modalities: Iterable[str], inputs: Iterable[str]) -> None:
    """Refuse inputs that lack a modality, or have one that the model has not.

    Raises:
        ValueError: If both do not name the same.
    """
    if set(inputs) != set(modalities):
        raise ValueError(
            f'the encoders take {list(modalities)}, but the inputs hold '
            f'{list(inputs)}; set modalities of the data set to those of encoders'
        )


def require_width(head: Any, name: str, width: int) -> None:
    """Refuse an encoder that does not fit the head.

    Raises:
        ValueError: If ``head.in_channels`` says another width than that of the features
            of modality ``name``.
    """
    expected = getattr(head, 'in_channels', {}).get(name)
    if expected not in (None, width):
        raise ValueError(
            f'the encoder of {name!r} gives {width} features, but '
            f'cls_head.in_channels says {expected}'
        )
