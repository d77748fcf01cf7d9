"""Features of a sample, as chances to be right and to be wrong (Def. 3.1 to 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Room for sums such as 0.7 + 0.3 in binary.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Features:
    r"""Specification of F features, in one or in many trials at once.

    Given the label :math:`y`, drawn uniformly from :math:`\{-1, +1\}`, features are
    independent, and each is

    .. math::
        f = y \text{ w.p. } p, \quad -y \text{ w.p. } \epsilon, \quad 0 \text{ else.}

    A feature of one modality is uni-modal (Def. 3.1), one of two or more is paired
    (Def. 3.2) and not seen by uni-modal training; a feature with
    :math:`p = \epsilon` is empty (Def. 3.3). All that is learned and all errors depend
    on :math:`v = f y` alone, so that labels are never drawn.

    [reconstructed] The formulas of Def. 3.1 to 3.3 are lost in the text that was
    available; the form follows from their words, Table 23 and Lemma B.1.

    Args:
        modalities (Sequence[str]): Names of the M >= 2 modalities, in order.
        owners (Sequence[Sequence[str]]): F entries: the modalities that a feature
            needs, one of a uni-modal and at least two of a paired one. Their order
            decides between features of equal priority.
        p (np.ndarray): Predicting probabilities, (..., F).
        epsilon (np.ndarray): Probabilities of the wrong sign, broadcast to ``p``.

    Raises:
        ValueError: If there are fewer than two modalities, a feature needs one that is
            unknown or a probability is impossible.
    """

    modalities: Sequence[str]
    owners: Sequence[Sequence[str]]
    p: np.ndarray
    epsilon: np.ndarray

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, 'modalities', tuple(self.modalities))
        set_(self, 'owners', tuple(tuple(owner) for owner in self.owners))
        p = np.asarray(self.p, dtype=float)
        set_(self, 'p', p)
        _check_owners(self.modalities, self.owners, p.shape)
        _check_probabilities(p, np.asarray(self.epsilon, dtype=float))
        set_(self, 'epsilon', np.broadcast_to(np.asarray(self.epsilon, float), p.shape))

    @classmethod
    def group(
        cls,
        unimodal: Mapping[str, Sequence[float]],
        paired: Sequence[float] | Mapping[Sequence[str], Sequence[float]] = (),
        epsilon: float = 0.0,
    ) -> Features:
        """List features by modality, then the paired ones.

        Args:
            unimodal (Mapping[str, Sequence[float]]): Predicting probabilities by
                modality.
            paired (Sequence[float] | Mapping): Those of features that need all
                modalities, or by the modalities (a tuple) that they need.
            epsilon (float): Probability of the wrong sign, of all features.

        Raises:
            ValueError: As the constructor; or if a paired feature needs one modality.
        """
        names = tuple(unimodal)
        pairs = paired if isinstance(paired, Mapping) else {names: paired}
        if single := [owner for owner in pairs if len(owner) < 2 <= len(names)]:
            raise ValueError(
                f'a paired feature needs at least two modalities, but {single[0]!r} is '
                'given; list it in unimodal'
            )
        groups: list[tuple[tuple[str, ...], Sequence[float]]] = [
            ((name,), ps) for name, ps in unimodal.items()
        ]
        groups += [(tuple(owner), ps) for owner, ps in pairs.items()]
        owners = [owner for owner, ps in groups for _ in ps]
        p = np.array([value for _, ps in groups for value in ps], dtype=float)
        return cls(names, owners, p, np.asarray(epsilon))

    def of(self, modality: str) -> np.ndarray:
        """Which features uni-modal training of ``modality`` sees, (F,) bool."""
        if modality not in self.modalities:
            raise ValueError(
                f'there is no modality {modality!r}, only {list(self.modalities)}'
            )
        return np.array([owner == (modality,) for owner in self.owners], dtype=bool)

    @property
    def paired(self) -> np.ndarray:
        """Which features need several modalities, (F,) bool."""
        return np.array([len(owner) > 1 for owner in self.owners], dtype=bool)

    @property
    def empty(self) -> np.ndarray:
        """Which features predict nothing, (..., F) bool."""
        return self.p <= self.epsilon

    def draw(self, samples: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the values of all features on new samples.

        Args:
            samples (int): N, at least 1.
            rng (np.random.Generator): Source of chance.

        Returns:
            np.ndarray: ``f * y``, (..., N, F), int8, each -1, 0 or 1.

        Raises:
            ValueError: If ``samples`` is less than 1.
        """
        if samples < 1:
            raise ValueError(f'samples must be at least 1, but is {samples}')
        shape = (*self.p.shape[:-1], samples, self.p.shape[-1])
        chance = rng.random(shape, dtype=np.float32)
        right = chance < self.p[..., None, :]
        # 1 - p >= epsilon: no value is right and wrong at once.
        wrong = ~right & (chance < (self.p + self.epsilon)[..., None, :])
        return right.astype(np.int8) - wrong.astype(np.int8)


def _check_owners(
    modalities: Sequence[str],
    owners: Sequence[Sequence[str]],
    shape: tuple[int, ...],
) -> None:
    if len(modalities) < 2 or len(set(modalities)) < len(modalities):
        raise ValueError(
            'modalities must be at least two different names, since one alone has no '
            f'joint training to compare with, but are {list(modalities)}'
        )
    if not shape or shape[-1] != len(owners):
        raise ValueError(
            f'p must have one column per feature, (..., {len(owners)}), but has shape '
            f'{shape}'
        )
    for index, owner in enumerate(owners):
        unknown = [name for name in owner if name not in modalities]
        if not owner or unknown or len(set(owner)) < len(owner):
            raise ValueError(
                f'owners[{index}] must name one modality, or several different ones of '
                f'a paired feature, of {list(modalities)}, but is {list(owner)}'
            )


def _check_probabilities(p: np.ndarray, epsilon: np.ndarray) -> None:
    for name, values in (('p', p), ('epsilon', epsilon)):
        if wrong := values[~((values >= 0) & (values <= 1))].tolist():
            raise ValueError(
                f'{name} holds probabilities from 0 to 1, but {wrong[0]} is among them'
            )
    total = p + epsilon
    if (total > 1 + _ROUNDING).any():
        raise ValueError(
            'p + epsilon, the chance that a feature is present, can be at most 1, but '
            f'is {total.max():g}; lower p or epsilon'
        )
    if (p < epsilon).any():
        raise ValueError(
            'p must not be below epsilon (equal for an empty feature): a feature that '
            f'is wrong more often than right is none, but p - epsilon is '
            f'{(p - epsilon).min():g}; raise p or lower epsilon'
        )
