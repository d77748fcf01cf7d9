"""Late fusion of encoders of one layer, with the package's heads."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mm_laziness.models import LinearFusionHead, MLPFusionHead

from ..generator import SyntheticSet

HEADS = ('linear', 'mlp')


class LateFusion(nn.Module):
    """An encoder per modality, then a head on their features.

    The heads' own ``loss()`` and ``predict()`` take a data sample per row, which here
    costs more than the training itself; their other methods do the same on tensors.

    Args:
        encoders (Mapping[str, nn.Module]): From inputs (N, d_m) to features (N, C).
        head (nn.Module): A head of the package, for the same modalities.
    """

    def __init__(self, encoders: Mapping[str, nn.Module], head: Any) -> None:
        super().__init__()
        self.encoders = nn.ModuleDict(encoders)
        self.head = head

    def features(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Features (N, C) of each modality."""
        return {m: encoder(inputs[m]) for m, encoder in self.encoders.items()}

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Fused scores (N, K)."""
        return self.head(self.features(inputs))

    def unimodal_scores(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) of each modality's own classifier, or its part of the head."""
        return self.head.unimodal_scores(self.features(inputs))

    def loss(self, inputs: Mapping[str, Tensor], labels: Tensor) -> Tensor:
        """Cross-entropy of the fused scores, the loss of naive joint training."""
        return self.head.criterion(self(inputs), labels)

    def freeze(self) -> 'LateFusion':
        """Train no more; returns itself."""
        self.requires_grad_(False)
        return self.eval()


def make_encoders(
    data: SyntheticSet, cfg: Mapping[str, Any], modalities: Sequence[str]
) -> dict[str, nn.Module]:
    """Make the hidden layer of App. A.10's uni-modal network for each modality."""
    return {
        name: nn.Sequential(
            nn.Linear(data.inputs[name].shape[1], cfg['hidden']), nn.ReLU()
        )
        for name in modalities
    }


def late_fusion(
    data: SyntheticSet,
    cfg: Mapping[str, Any],
    seed: int,
    head: str = 'linear',
    modalities: Sequence[str] | None = None,
    **options: Any,
) -> LateFusion:
    """Build a model with PyTorch's default initialization, as the paper's networks.

    Args:
        data (SyntheticSet): For widths and classes.
        cfg (Mapping): ``hidden`` units of an encoder, and ``head_hidden`` of the head.
        seed (int): Of the initialization; the global random state stays as it is.
        head (str): 'linear' or 'mlp'.
        modalities (Sequence[str], optional): Defaults to all.
        **options: Further arguments of the head.

    Raises:
        ValueError: If there is no such head.
    """
    if head not in HEADS:
        raise ValueError(f'head must be one of {list(HEADS)}, but is {head!r}')
    names = list(modalities or data.inputs)
    widths = dict.fromkeys(names, cfg['hidden'])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # In this order, so that both heads meet the same encoders.
        encoders = make_encoders(data, cfg, names)
        if head == 'mlp':
            hidden = cfg['head_hidden']
            top = MLPFusionHead(data.num_classes, widths, hidden, **options)
        else:
            top = LinearFusionHead(data.num_classes, widths, **options)
    return LateFusion(encoders, top)
