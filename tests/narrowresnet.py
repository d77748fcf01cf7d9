"""MMAction2's 2-D ResNet with fewer channels."""

import torch
from mmaction.models.backbones import ResNet
from mmaction.registry import MODELS

# Channels of the first stage of all encoders of the papers.
WIDTH = 64


@MODELS.register_module()
class NarrowResNet(ResNet):
    """MMAction2's 2-D ResNet, whose 64 channels cannot be set, with fewer of them."""

    def __init__(self, base_channels, **kwargs):
        super().__init__(**kwargs)

        def narrow(value):
            return torch.nn.Parameter(value[: len(value) * base_channels // WIDTH])

        for module in self.modules():
            if isinstance(module, torch.nn.Conv2d):
                # The pictures' own channels stay.
                first = module is self.conv1.conv
                inputs = module.in_channels
                inputs = inputs if first else inputs * base_channels // WIDTH
                module.weight = narrow(module.weight[:, :inputs].detach())
            elif isinstance(module, torch.nn.BatchNorm2d):
                for name in ('weight', 'bias'):
                    setattr(module, name, narrow(getattr(module, name).detach()))
                for name in ('running_mean', 'running_var'):
                    setattr(module, name, narrow(getattr(module, name)).data)
