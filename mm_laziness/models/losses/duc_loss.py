"""The loss by which modalities teach each other in DI-MML."""

from itertools import permutations

import numpy as np
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.dist import all_gather, get_rank, get_world_size
from mmengine.model import BaseModule
from torch import Tensor

_KINDS = (torch.int64, torch.int32, torch.bool)


@MODELS.register_module()
class DUCLoss(BaseModule):
    r"""Dimension-decoupled unidirectional contrastive loss (Fan et al., ACM MM 2024).

    .. math:: L = \sum_{p \ne q} -\frac{1}{N} \sum_i \log \frac{\exp(q_i p_i / T)}
        {\sum_j \exp(q_i p_j / T)}

    A teacher p teaches a student q the dimensions that are effective in p and not in q;
    only these enter the products. Features are not normalized, hence temperatures of 10
    to 50. All other samples are negatives, also those of the same class. The official
    code overflows at products of 88 and counts a teacher with nothing to teach as ln N;
    this one stays finite and counts 0.

    With several processes each student meets the teachers of all of them, so that the
    average of the processes' losses is the loss of the whole batch. All processes must
    have the same number of rows, as MMEngine's samplers with ``round_up`` give them.

    Args:
        temperature (float): T. Defaults to 1.0; the official code has 50 for CREMA-D
            and ModelNet40, 10 for AVE and UCF101.
        loss_weight (float): Defaults to 1.0.

    Raises:
        ValueError: If the temperature is not positive.
    """

    def __init__(self, temperature: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f'temperature must be positive, but got {temperature}')
        self.temperature = temperature
        self.loss_weight = loss_weight

    def forward(
        self, feats: dict[str, Tensor], dimensions: dict[str, Tensor]
    ) -> Tensor:
        """Sum over all ordered pairs of modalities; teachers get no gradient.

        Args:
            feats (dict[str, Tensor]): Of shapes (N, C), C the same for all.
            dimensions (dict[str, Tensor]): The effective dimensions of each modality,
                as indices (int64) or as a mask (C,) (bool). The fastest are indices on
                the CPU, wherever the features are: the host then knows what is taught.

        Returns:
            Tensor: A scalar, float32 also under autocast.

        Raises:
            ValueError: If shapes differ, or a modality's dimensions are not given, or
                neither indices nor a mask.
        """
        _check(feats, dimensions)
        device = next(iter(feats.values())).device
        with torch.autocast(device.type, enabled=False):
            students = {name: _at_least_float32(feat) for name, feat in feats.items()}
            teachers, first = _of_all_processes(students)
            rows = len(next(iter(students.values())))
            targets = torch.arange(first, first + rows, device=device)
            losses = [
                self._teach(
                    teachers[p], students[q], dimensions[p], dimensions[q], targets
                )
                for p, q in permutations(feats, 2)
            ]
            return self.loss_weight * torch.stack(losses).sum()

    def _teach(
        self,
        teacher: Tensor,
        student: Tensor,
        own: Tensor,
        known: Tensor,
        targets: Tensor,
    ) -> Tensor:
        """Teach the teacher's ``own`` dimensions without those ``known`` already."""
        if _on_host(own) and _on_host(known):
            found = np.setdiff1d(own.numpy(), known.numpy())
            if not len(found):
                # A zero that autograd can still go back from.
                return student[:, :0].sum()
            columns = torch.from_numpy(found).long()
            columns = columns.to(student.device, non_blocking=True)
            teacher, student = (x.index_select(1, columns) for x in (teacher, student))
            # Divided here, where no gradient has to pass.
            teacher = teacher / self.temperature
            return F.cross_entropy(student @ teacher.T, targets)
        # Zeros instead of a selection, and a loss chosen on the device: how many
        # dimensions are taught the host could learn only by waiting.
        taught = _mask(own, student) & ~_mask(known, student)
        scores = (student * taught) @ teacher.T / self.temperature
        loss = F.cross_entropy(scores, targets)
        return torch.where(taught.any(), loss, torch.zeros_like(loss))


def _at_least_float32(feat: Tensor) -> Tensor:
    return feat.to(torch.promote_types(feat.dtype, torch.float32))


def _on_host(dimensions: Tensor) -> bool:
    return dimensions.device.type == 'cpu' and dimensions.dtype != torch.bool


def _mask(dimensions: Tensor, feat: Tensor) -> Tensor:
    """Mask (C,) on the device of ``feat`` (N, C)."""
    dimensions = dimensions.to(feat.device, non_blocking=True)
    if dimensions.dtype == torch.bool:
        return dimensions
    mask = torch.zeros(feat.shape[1], dtype=torch.bool, device=feat.device)
    # An empty tensor is float32, unless its type is said.
    return mask.index_fill(0, dimensions.long(), True)


def _of_all_processes(feats: dict[str, Tensor]) -> tuple[dict[str, Tensor], int]:
    """Detached features of shapes (processes * N, C), and the first row of our own."""
    detached = {name: feat.detach() for name, feat in feats.items()}
    if get_world_size() == 1:
        return detached, 0
    own = torch.cat(list(detached.values()), dim=1)
    everyone = torch.cat(all_gather(own)).chunk(len(feats), dim=1)
    return dict(zip(feats, everyone, strict=True)), get_rank() * len(own)


def _check(feats: dict[str, Tensor], dimensions: dict[str, Tensor]) -> None:
    if missing := [name for name in feats if name not in dimensions]:
        raise ValueError(
            f'features are of {list(feats)}, but dimensions lack {missing}; pass the '
            'result of separate_dimensions() on the same modalities'
        )
    shapes = {name: tuple(feat.shape) for name, feat in feats.items()}
    if len(feats) < 2 or len(set(shapes.values())) != 1:
        raise ValueError(
            f'features of two or more modalities must have one shape (N, C), but are '
            f'{shapes}; choose encoders of equal width'
        )
    for name, feat in feats.items():
        given = dimensions[name]
        if given.numel() and given.dtype not in _KINDS:
            raise ValueError(
                f'dimensions of {name!r} must be indices (int64) or a mask (bool), but '
                f'are {given.dtype}'
            )
        if given.dtype == torch.bool and given.shape != feat.shape[1:]:
            raise ValueError(
                f'the mask of {name!r} has the shape {tuple(given.shape)}, but its '
                f'features have {feat.shape[1]} dimensions'
            )
