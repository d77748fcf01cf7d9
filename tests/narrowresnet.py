"""MMAction2's 2-D ResNet with fewer channels."""

from unittest.mock import patch

import torch
from mmaction.models.backbones import ResNet
from mmaction.registry import MODELS

# Channels of the first stage of all encoders of the papers.
WIDTH = 64


@MODELS.register_module()
class NarrowResNet(ResNet):
    """MMAction2's 2-D ResNet, whose 64 channels cannot be set, with fewer of them."""

    def __init__(self, base_channels, **kwargs):
        # To draw the weights of all channels takes longer than a test's training.
        with patch.object(torch.nn.Conv2d, 'reset_parameters'):
            super().__init__(**kwargs)

        def narrow(value):
            # A copy: a checkpoint would hold all that a view is of.
            return value[: len(value) * base_channels // WIDTH].clone()

        for module in self.modules():
            if isinstance(module, torch.nn.Conv2d):
                # The pictures' own channels stay.
                first = module is self.conv1.conv
                inputs = module.in_channels
                inputs = inputs if first else inputs * base_channels // WIDTH
                weight = narrow(module.weight[:, :inputs].detach())
                module.weight = torch.nn.Parameter(weight)
                module.reset_parameters()
            elif isinstance(module, torch.nn.BatchNorm2d):
                for name in ('weight', 'bias'):
                    value = narrow(getattr(module, name).detach())
                    setattr(module, name, torch.nn.Parameter(value))
                for name in ('running_mean', 'running_var'):
                    setattr(module, name, narrow(getattr(module, name)))
