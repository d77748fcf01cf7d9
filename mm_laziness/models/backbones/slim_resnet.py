"""A small 2-D ResNet for small data: the demo's sound encoder."""

from collections.abc import Sequence
from itertools import islice

import torch.nn as nn
from mmaction.registry import MODELS
from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from torch import Tensor


def _conv(inplanes: int, planes: int, kernel: int, stride: int, norm: dict) -> list:
    """A convolution and its norm layer, as PyTorch initializes them.

    Under Adam a step is of the same size for all weights, so that behind a norm layer
    PyTorch's smaller weights learn faster than MMCV's.
    """
    conv = nn.Conv2d(inplanes, planes, kernel, stride, kernel // 2, bias=False)
    return [conv, build_norm_layer(norm, planes)[1]]


class SlimBlock(nn.Module):
    """Two 3 x 3 convolutions around a shortcut (He et al., CVPR 2016)."""

    def __init__(self, inplanes: int, planes: int, stride: int, norm: dict) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            *_conv(inplanes, planes, 3, stride, norm),
            nn.ReLU(inplace=True),
            *_conv(planes, planes, 3, 1, norm),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inplanes != planes:
            self.shortcut = nn.Sequential(*_conv(inplanes, planes, 1, stride, norm))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, planes, H / stride, W / stride)."""
        return self.relu(self.residual(x) + self.shortcut(x))


@MODELS.register_module()
class SlimResNet(BaseModule):
    """A 2-D ResNet with few and narrow blocks.

    MMAction2's ``ResNetAudio`` begins at 50 layers and its ``ResNet`` at 64 channels;
    both are too slow and too large for the demo on two CPU cores.

    Args:
        in_channels (int): Channels of the input; 1 for spectrograms. Defaults to 1.
        base_channels (int): Channels of the stem and first stage; each further stage
            doubles them. Defaults to 16.
        stage_blocks (Sequence[int]): Blocks per stage. Defaults to ``(1, 1, 1)``.
        norm_cfg (dict, optional): Norm layers. Defaults to ``dict(type='BN2d')``.
        init_cfg (dict | list[dict], optional): Defaults to PyTorch's initialization.

    Raises:
        ValueError: If a channel or block count is not positive.
    """

    def __init__(
        self,
        in_channels: int = 1,
        base_channels: int = 16,
        stage_blocks: Sequence[int] = (1, 1, 1),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if not stage_blocks or min(in_channels, base_channels, *stage_blocks) < 1:
            raise ValueError(
                'in_channels, base_channels and stage_blocks must be positive, but got '
                f'{in_channels}, {base_channels} and {tuple(stage_blocks)}'
            )
        norm = norm_cfg or dict(type='BN2d')
        self.stem = nn.Sequential(
            *_conv(in_channels, base_channels, 3, 2, norm), nn.ReLU(inplace=True)
        )
        blocks = []
        width = base_channels
        for stage, count in enumerate(stage_blocks):
            planes = base_channels * 2**stage
            for index in range(count):
                stride = 2 if stage and not index else 1
                blocks.append(SlimBlock(width, planes, stride, norm))
                width = planes
        self.blocks = nn.Sequential(*blocks)
        self.stage_blocks = tuple(stage_blocks)
        self.out_channels = width

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H', W')."""
        return self.blocks(self.stem(x))

    def stages(self) -> list[nn.Sequential]:
        """What :meth:`forward` does, stage by stage; the stem belongs to the first."""
        layers = iter(self.blocks)
        stages = [nn.Sequential(*islice(layers, count)) for count in self.stage_blocks]
        return [nn.Sequential(self.stem, *stages[0]), *stages[1:]]
