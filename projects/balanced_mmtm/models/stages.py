"""What encoders do, in stages, so that something can happen between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mmaction.models.backbones import ResNet, ResNet2Plus1d, ResNet3d, ResNetAudio
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torchvision.models import ResNet as TorchvisionResNet


@dataclass(frozen=True)
class Stage:
    """Some layers of an encoder, run one after the other.

    Args:
        layers (Sequence[Callable]): Modules or functions, of one tensor.
    """

    layers: Sequence[Callable[[Tensor], Tensor]]

    def __call__(self, x: Tensor) -> Tensor:
        """Map (B, ...) to (B, C, ...)."""
        for layer in self.layers:
            x = layer(x)
        return x

    @property
    def channels(self) -> int | None:
        """Channels C that the last norm layer has, or else the last weight has.

        None if there is neither, as in a stage that only pools.
        """
        found = [
            module
            for layer in self.layers
            if isinstance(layer, nn.Module)
            for module in layer.modules()
        ]
        norms = [m for m in found if isinstance(m, (_NormBase, nn.GroupNorm))]
        # Not the last weight if there are norm layers: an attention block's may lie
        # beside the way. Not a layer's attributes: its weights count.
        for module in reversed(norms or found):
            weight = getattr(module, 'weight', None)
            if isinstance(weight, Tensor):
                return len(weight)
            if isinstance(module, _NormBase):
                return module.num_features
        return None


def encoder_stages(encoder: nn.Module) -> list[Stage]:
    """What an encoder does, in stages: one after the other equals ``encoder(x)``.

    Stage k ends with the k-th group of residual blocks (``layer<k>``); the stem belongs
    to the first. An encoder may say itself what its stages are, by a method
    ``stages()`` that returns modules or functions.

    Args:
        encoder (nn.Module): One with ``stages()``, such as ``SlimResNet``; MMAction2's
            ResNet, ResNetTSM, ResNetAudio, ResNet3d, ResNet3dSlowOnly, ResNet3dCSN,
            ResNet2Plus1d; or torchvision's ResNets, whose last stage is the pooling.

    Raises:
        ValueError: If it is none of these, or gives the maps of several stages.
    """
    own: Any = getattr(encoder, 'stages', None)
    if callable(own):
        return [Stage((stage,)) for stage in own()]
    # By the forward that runs: a subclass may have one of its own.
    way = _WAYS.get(type(encoder).forward)
    if way is None:
        raise ValueError(
            f'the stages of {type(encoder).__name__} are not known; give it a method '
            'stages() that returns modules which, one after the other, do what its '
            "forward() does, or use SlimResNet, one of MMAction2's ResNet, ResNetTSM, "
            'ResNetAudio, ResNet3d, ResNet3dSlowOnly, ResNet3dCSN and ResNet2Plus1d, '
            "or one of torchvision's ResNets"
        )
    return way(encoder)


def _residual(encoder: Any, stem: list, count: int | None = None) -> list[Stage]:
    layers = [getattr(encoder, name) for name in encoder.res_layers[:count]]
    return [Stage((*stem, layers[0])), *(Stage((layer,)) for layer in layers[1:])]


def _resnet(encoder: Any) -> list[Stage]:
    stem = [encoder.conv1, encoder.maxpool]
    return _residual(encoder, stem, _last_stage(encoder))


def _resnet3d(encoder: Any) -> list[Stage]:
    stem = [encoder.conv1, encoder.maxpool] if encoder.with_pool1 else [encoder.conv1]
    first, *others = _residual(encoder, stem, _last_stage(encoder))
    if encoder.with_pool2:
        first = Stage((*first.layers, encoder.pool2))
    return [first, *others]


def _resnet2plus1d(encoder: Any) -> list[Stage]:
    return _residual(encoder, [encoder.conv1, encoder.maxpool])


def _resnet_audio(encoder: Any) -> list[Stage]:
    return _residual(encoder, [encoder.conv1])


def _torchvision(encoder: Any) -> list[Stage]:
    stem = (encoder.conv1, encoder.bn1, encoder.relu, encoder.maxpool)
    pooling = (encoder.avgpool, nn.Flatten(), encoder.fc)
    return [
        Stage((*stem, encoder.layer1)),
        *(Stage((layer,)) for layer in (encoder.layer2, encoder.layer3)),
        Stage((encoder.layer4,)),
        Stage(pooling),
    ]


def _last_stage(encoder: Any) -> int:
    if len(encoder.out_indices) != 1:
        raise ValueError(
            f'{type(encoder).__name__} gives the maps of the stages '
            f'{tuple(encoder.out_indices)} (0-based), but only one can be passed on; '
            'set out_indices to the last one'
        )
    return encoder.out_indices[0] + 1


_WAYS: dict[Callable, Callable[[Any], list[Stage]]] = {
    ResNet.forward: _resnet,
    ResNet3d.forward: _resnet3d,
    ResNet2Plus1d.forward: _resnet2plus1d,
    ResNetAudio.forward: _resnet_audio,
    TorchvisionResNet.forward: _torchvision,
}
