"""What the methods learn from, and what they share."""

from collections.abc import Mapping
from functools import cached_property
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from mm_laziness.utils.random import derive_seed

from ..generator import SyntheticSet
from .descent import descend
from .late_fusion import LateFusion, late_fusion

# Of the random streams of a task; those of a teacher count on from here.
_TEACHERS = 1000


class Task:
    """A set, its settings, and the uni-modal models that several methods need.

    Args:
        train (SyntheticSet): Training set, of two or more modalities.
        test (SyntheticSet): Test set, which no method trains on.
        cfg (Mapping): The settings ``methods`` of ``configs/paper.py``.
        seed (int): Of all random numbers.

    Raises:
        ValueError: If there are fewer than two modalities, or the two sets differ in
            modalities or classes.
    """

    def __init__(
        self,
        train: SyntheticSet,
        test: SyntheticSet,
        cfg: Mapping[str, Any],
        seed: int,
    ) -> None:
        _check(train, test)
        self.train, self.test, self.cfg, self.seed = train, test, cfg, seed
        self.teacher_seconds = 0.0

    @cached_property
    def teachers(self) -> dict[str, LateFusion]:
        """A uni-modal model per modality, trained alone and then frozen.

        Encoder and linear classifier are the uni-modal network of App. A.10: 100 hidden
        units with ReLU, then linear.
        """
        begin = perf_counter()
        teachers = {}
        for number, name in enumerate(self.train.inputs, start=_TEACHERS):
            seed = derive_seed(self.seed, number)
            model = late_fusion(self.train, self.cfg, seed, modalities=[name])
            # The first to ask for them may be inside of no_grad.
            with torch.enable_grad():
                descend(model.loss, model.parameters(), self.train, self.cfg, seed)
            teachers[name] = model.freeze()
        self.teacher_seconds = perf_counter() - begin
        return teachers

    def teacher_features(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Features (N, C) of the frozen uni-modal encoders."""
        return {
            name: teacher.encoders[name](inputs[name])
            for name, teacher in self.teachers.items()
        }


def _check(train: SyntheticSet, test: SyntheticSet) -> None:
    names = list(train.inputs)
    if len(names) < 2:
        raise ValueError(
            'the methods compare two or more modalities, but the training set has '
            f'only {names}; train a single one with networks.TwoLayerMLP'
        )
    if list(test.inputs) != names or test.num_classes != train.num_classes:
        raise ValueError(
            f'the training set has the modalities {names} and {train.num_classes} '
            f'classes, but the test set {list(test.inputs)} and {test.num_classes}; '
            'take both from one split()'
        )
