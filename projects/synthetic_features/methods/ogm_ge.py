"""OGM and OGM-GE."""

from typing import Any

import torch
from torch import Tensor, nn

from mm_laziness.engine.hooks.generalization_enhancement import (
    GeneralizationEnhancement,
)
from mm_laziness.evaluation.functional import modulation_coefficients
from mm_laziness.utils.random import derive_seed

from .descent import descend
from .joint import new_model
from .late_fusion import LateFusion
from .task import Task


def ogm_ge(task: Task, head: str, noise: bool = True) -> LateFusion:
    """Slow down the encoder of the modality that is ahead (Peng et al., CVPR 2022).

    The package's hook modulates convolutions, as the authors' code does. These encoders
    have none, so that their weight matrices are modulated instead.

    Args:
        task (Task): What to learn.
        head (str): 'linear' or 'mlp'.
        noise (bool): Whether to add noise (OGM-GE) or not (OGM).
    """
    model, settings = new_model(task, head), task.cfg['ogm']
    alpha = settings['alpha']
    enhance = GeneralizationEnhancement(derive_seed(task.seed))
    until = settings['share'] * task.cfg['epochs']
    steps_per_epoch = -(-len(task.train) // (task.cfg['batch_size'] or len(task.train)))
    last: dict[str, Any] = {}

    def loss(inputs: dict[str, Tensor], labels: Tensor) -> Tensor:
        feats = model.features(inputs)
        last.update(feats=feats, labels=labels)
        return model.head.criterion(model.head(feats), labels)

    def modulate(step: int) -> None:
        if step >= until * steps_per_epoch:
            return
        with torch.no_grad():
            splits = model.head.split_scores(last['feats'])
        coefficients = modulation_coefficients(splits, last['labels'], alpha)
        enhance.start_step(step)
        for name, coefficient in coefficients.items():
            for grad in weight_gradients(model.encoders[name]):
                if noise:
                    enhance(grad, coefficient)
                else:
                    grad.mul_(coefficient)

    descend(loss, model.parameters(), task.train, task.cfg, task.seed, None, modulate)
    return model


def weight_gradients(encoder: nn.Module) -> list[Tensor]:
    """Gradients of the weight matrices of an encoder, without its biases."""
    grads = (p.grad for p in encoder.parameters() if p.ndim > 1)
    return [grad for grad in grads if grad is not None]
