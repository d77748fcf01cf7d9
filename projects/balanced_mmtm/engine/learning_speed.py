"""Conditional learning speed: do the branches learn, or the units between them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

Groups = dict[str, list[nn.Parameter]]


@dataclass
class SpeedGroups:
    """Trained parameters by modality, in one order.

    Attributes:
        fusion (dict): Of what gates a modality in all units, and of their squeeze
            layers, which count for every modality.
        branch (dict): Of its encoder and its classifier.
    """

    fusion: Groups
    branch: Groups


def speed_groups(model: Any) -> SpeedGroups:
    """Find the groups by the structure of a model, not by names of parameters.

    What belongs to no group, such as the biased classifiers of RUBi, is left out, as
    are frozen parameters: they learn at no speed.

    Args:
        model (MMTMRecognizer): Not wrapped, with a ``BranchHead``.

    Raises:
        ValueError: If nothing of a group is trained.
    """
    classifiers = model.cls_head.unimodal_classifiers
    fusion, branch = {}, {}
    for name, encoder in model.encoders.items():
        parts = [(unit.squeeze, unit.gates[name]) for unit in model.units]
        fusion[name] = _trained(part for pair in parts for part in pair)
        branch[name] = _trained([encoder, classifiers[name]])
        trained = {
            'the encoder': _trained([encoder]),
            'the classifier': _trained([classifiers[name]]),
            'the MMTM units': fusion[name],
        }
        if frozen := [what for what, found in trained.items() if not found]:
            raise ValueError(
                f'nothing is trained in {" and ".join(frozen)} of {name!r}, so that '
                'learning speeds cannot be compared; set '
                'frozen_encoders=False (frozen_stages=-1), or remove RebalancingHook '
                'from custom_hooks'
            )
    return SpeedGroups(fusion, branch)


def _trained(modules: Iterable[nn.Module]) -> list[nn.Parameter]:
    return [p for module in modules for p in module.parameters() if p.requires_grad]


@torch.no_grad()
def relative_gradients(groups: Groups, like: Tensor) -> Tensor:
    r"""How much each group is about to change, of gradients right before a step.

    .. math:: \mu = \frac{\sum_i g_i^2}{\sum_i w_i^2}

    over all elements of all parameters w of a group that have a gradient g.

    Source: Wu et al., ICML 2022; a ratio of sums over a group, as in the official code.

    Args:
        groups (dict): Parameters by modality.
        like (Tensor): Gives dtype and device of the result.

    Returns:
        Tensor: Of shape (M,); NaN where no parameter has a gradient.
    """
    ratios = []
    for parameters in groups.values():
        used = [(p, p.grad) for p in parameters if p.grad is not None]
        weights, gradients = zip(*used, strict=True) if used else ((), ())
        weight = get_total_norm(weights).to(like).square()
        gradient = get_total_norm(gradients).to(like).square()
        ratios.append(gradient / weight)
    return torch.stack(ratios)


def conditional_speeds(fusion: Tensor, branch: Tensor) -> Tensor:
    r"""Conditional learning speed of each modality.

    .. math:: s_m = \log_{10} \frac{M_{fusion, m}}{M_{branch, m}}

    with M the sums of :func:`relative_gradients` over measured steps. The paper writes
    log; the official code, and thus its threshold, has base 10.

    Args:
        fusion (Tensor): Of shape (M,).
        branch (Tensor): Of shape (M,).
    """
    return (fusion / branch).log10()
