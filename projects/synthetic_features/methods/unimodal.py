"""UME and MM Clf: what uni-modal models can do without training together."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mm_laziness.evaluation.functional import (
    average_scores,
    choose_method,
    fit_linear_classifier,
)
from mm_laziness.models import LinearFusionHead

from .late_fusion import LateFusion
from .task import Task


class Ensemble(nn.Module):
    """Average the logits of uni-modal models (UME; Du et al., ICML 2023, Sec. 3.3).

    Args:
        members (Mapping[str, LateFusion]): A model of each modality.
    """

    def __init__(self, members: Mapping[str, LateFusion]) -> None:
        super().__init__()
        self.members = nn.ModuleDict(members)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Fused scores (N, K)."""
        return average_scores(self.unimodal_scores(inputs))

    def unimodal_scores(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) of each member."""
        return {m: member({m: inputs[m]}) for m, member in self.members.items()}


def ume(task: Task) -> Ensemble:
    """Train nothing but the members."""
    return Ensemble(task.teachers)


def mm_clf(task: Task) -> LateFusion:
    """Train a linear classifier on the features of frozen uni-modal encoders."""
    encoders = {m: teacher.encoders[m] for m, teacher in task.teachers.items()}
    widths = dict.fromkeys(encoders, task.cfg['hidden'])
    model = LateFusion(encoders, LinearFusionHead(task.train.num_classes, widths))
    feats = torch.cat(list(model.features(task.train.inputs).values()), dim=1)
    model.head.fc_cls = fit_linear_classifier(
        feats, task.train.labels, num_classes=task.train.num_classes
    )
    return model.freeze()


def guidance(task: Task) -> dict[str, Any]:
    """Ask the paper's trick which method the set needs, UMT or UME.

    Returns:
        dict: As of :func:`mm_laziness.evaluation.functional.choose_method`, measured on
        the test set.
    """
    with torch.no_grad():
        return choose_method(
            task.teacher_features(task.train.inputs),
            task.train.labels,
            task.teacher_features(task.test.inputs),
            task.test.labels,
            ume(task).unimodal_scores(task.test.inputs),
        )
