"""The two-layer perceptrons of Appendix A.10."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class TwoLayerMLP(nn.Module):
    """Concatenate the inputs, then linear, ReLU, linear.

    "We use a two layer MLP with ReLU as activation function. As for hidden layer, we
    use 200 dimensions for multi-modal training and 100 dimensions for uni-modal
    training." (Du et al., ICML 2023, App. A.10) One modality makes the uni-modal one.

    Args:
        in_channels (Mapping[str, int]): Width of each input, in order.
        hidden (int): Number of hidden units.
        num_classes (int): Number of classes.
        seed (int): Of PyTorch's default initialization; the global random state stays
            as it is.

    Raises:
        ValueError: If there is no hidden unit.
    """

    def __init__(
        self, in_channels: Mapping[str, int], hidden: int, num_classes: int, seed: int
    ) -> None:
        super().__init__()
        if hidden < 1:
            raise ValueError(
                f'a network needs at least 1 hidden unit (--hidden), but got {hidden}'
            )
        self.modalities = tuple(in_channels)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.hidden = nn.Linear(sum(in_channels.values()), hidden)
            self.classifier = nn.Linear(hidden, num_classes)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Score inputs of shape (N, d_m) each; scores (N, K).

        Raises:
            ValueError: If a modality is missing; more than it needs are no mistake.
        """
        if missing := [m for m in self.modalities if m not in inputs]:
            raise ValueError(
                f'expected {missing} in the inputs, but got {list(inputs)}'
            )
        x = torch.cat([inputs[m] for m in self.modalities], dim=1)
        return self.classifier(self.hidden(x).relu())
