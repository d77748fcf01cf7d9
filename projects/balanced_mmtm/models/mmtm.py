"""The unit through which convolutional branches tell each other what to look at."""

from collections.abc import Iterable, Mapping

import torch
from mmengine.dist import all_reduce
from mmengine.model import BaseModule, ModuleDict
from torch import Tensor, nn


def require_several(names: Iterable[str], argument: str) -> None:
    """Raise a ValueError if ``argument`` names fewer than two modalities."""
    if len(found := list(names)) < 2:
        raise ValueError(
            'MMTM exchanges information between two modalities or more, but '
            f'{argument} names {found}; use LateFusionRecognizer for one encoder'
        )


class MMTM(BaseModule):
    r"""Multi-modal transfer module with running averages of its gates.

    .. math::
        e = relu(W_z [s_1; ...; s_M] + b_z), \quad
        g_m = \sigma(W_m e + b_m), \quad \tilde x_m = g_m x_m

    with the squeeze :math:`s_m`, the mean of the map :math:`x_m` over its positions.
    Each gate has the cumulative mean of its batch means over all training forwards;
    in place of the gate it keeps the other modalities' signal from a branch
    (re-balancing).

    Source: Joze et al., CVPR 2020; averages and re-balancing: Wu et al., ICML 2022, and
    their official code. There all averages are fed with the first modality's gate, also
    by forwards in evaluation, and are lost with the process. Here each has its own,
    updated in training only, over all processes, and kept in the checkpoint.

    Args:
        in_channels (dict[str, int]): Channels :math:`C_m` of each modality's map; any
            M >= 2, and its order is the only one.
        ratio (float): The joint layer e is ``int(2 * sum(C_m) / ratio)`` wide.
            Defaults to 4.
        init_cfg (dict, optional): Defaults to PyTorch's initialization.

    Raises:
        ValueError: For fewer than two modalities, a width that is not positive, or a
            ratio that leaves no joint layer.
    """

    average_gates: Tensor
    forwards: Tensor

    def __init__(
        self,
        in_channels: Mapping[str, int],
        ratio: float = 4.0,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        require_several(in_channels, 'in_channels')
        total = sum(in_channels.values())
        width = int(2 * total / ratio) if ratio > 0 else 0
        if min(in_channels.values()) < 1 or width < 1:
            raise ValueError(
                'MMTM needs positive channels and 0 < ratio <= 2 * sum of channels, '
                f'but got in_channels={dict(in_channels)} and ratio={ratio}'
            )
        self.in_channels = dict(in_channels)
        self.squeeze = nn.Linear(total, width)
        self.gates = ModuleDict(
            {name: nn.Linear(width, count) for name, count in in_channels.items()}
        )
        # One vector for all modalities, so that it is reduced at once.
        self.register_buffer('average_gates', torch.zeros(total))
        self.register_buffer('forwards', torch.zeros((), dtype=torch.long))

    @property
    def mean_gates(self) -> dict[str, Tensor]:
        """Views (C_m,) of the running averages, by modality."""
        parts = self.average_gates.split(list(self.in_channels.values()))
        return dict(zip(self.in_channels, parts, strict=True))

    def squeezes(self, maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Means (B, C_m) over all positions of maps (B, C_m, ...), any rank >= 3.

        Raises:
            ValueError: If maps are missing or have other channels or batch sizes.
        """
        self._check(maps)
        dtype = self.squeeze.weight.dtype
        return {m: maps[m].flatten(2).mean(2, dtype=dtype) for m in self.in_channels}

    def forward(
        self,
        maps: Mapping[str, Tensor],
        rebalanced: Tensor | None = None,
        mean_squeezes: Mapping[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """Weigh the channels of all maps by what all modalities show.

        Args:
            maps (Mapping[str, Tensor]): Of shapes (B, C_m, ...), any rank >= 3.
            rebalanced (Tensor, optional): Of shape (M,) and bool, on the device: the
                modalities whose gates are replaced by their averages. No effect in
                evaluation.
            mean_squeezes (Mapping[str, Tensor], optional): Of shapes (C_m,). If given,
                a gate sees its own squeeze and these of all other modalities: no
                information flows between the modalities of a sample.

        Returns:
            dict[str, Tensor]: Maps of the same shapes, in the order of ``in_channels``.
        """
        gates = self.open_gates(self.squeezes(maps), mean_squeezes)
        if self.training and mean_squeezes is None:
            self.update_averages(gates)
        if self.training and rebalanced is not None:
            # Chosen on the device: no host synchronization. A gate that is not used
            # gets a zero gradient, where the official code leaves none: to SGD without
            # momentum and decay, as in the paper, the same, and DDP wants a gradient
            # of each parameter in each step.
            for index, (name, mean) in enumerate(self.mean_gates.items()):
                mean = mean.to(gates[name].dtype)
                gates[name] = torch.where(rebalanced[index], mean, gates[name])
        return {
            name: maps[name] * gate[(...,) + (None,) * (maps[name].ndim - 2)]
            for name, gate in gates.items()
        }

    def open_gates(
        self,
        squeezes: Mapping[str, Tensor],
        mean_squeezes: Mapping[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """Gates (B, C_m) of squeezes (B, C_m), none of them replaced."""
        # The MMTM paper has 2 * sigmoid; its authors' and Wu et al.'s codes have not.
        if mean_squeezes is None:
            joint = torch.relu(self.squeeze(self._concat(squeezes)))
            return {m: torch.sigmoid(gate(joint)) for m, gate in self.gates.items()}
        gates = {}
        for name, gate in self.gates.items():
            own = squeezes[name]
            seen = {
                m: mean.to(own).expand(len(own), -1)
                for m, mean in mean_squeezes.items()
            } | {name: own}
            gates[name] = torch.sigmoid(
                gate(torch.relu(self.squeeze(self._concat(seen))))
            )
        return gates

    @torch.no_grad()
    def update_averages(self, gates: Mapping[str, Tensor]) -> None:
        """Let the gates (B, C_m) of one more forward, of all processes, count."""
        gate = self._concat(gates).detach().to(self.average_gates.dtype)
        # The number of samples travels along: processes may have unequal batches.
        sums = torch.cat([gate.sum(0), gate.new_full((1,), len(gate))])
        all_reduce(sums)
        self.forwards += 1
        self.average_gates += (
            sums[:-1] / sums[-1] - self.average_gates
        ) / self.forwards

    def _concat(self, parts: Mapping[str, Tensor]) -> Tensor:
        return torch.cat([parts[name] for name in self.in_channels], dim=1)

    def _check(self, maps: Mapping[str, Tensor]) -> None:
        shapes = {name: tuple(value.shape) for name, value in maps.items()}
        fit = shapes.keys() == self.in_channels.keys() and all(
            len(shapes[name]) > 2 and shapes[name][1] == count
            for name, count in self.in_channels.items()
        )
        if not fit or len({shape[0] for shape in shapes.values()}) > 1:
            raise ValueError(
                'MMTM takes maps (B, C, ...) of one B and of the channels '
                f'{self.in_channels}, but got the shapes {shapes}; in a recognizer set '
                'fusion_stages to stages that give maps, and fusion_channels to their '
                'channels'
            )
