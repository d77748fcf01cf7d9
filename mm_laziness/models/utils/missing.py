"""What stands in for modalities that are missing at test time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from torch import Tensor

STRATEGIES = ('zeros', 'mean', 'split')

T = TypeVar('T')


@dataclass(frozen=True)
class MissingModalities:
    """Modalities that a recognizer has to do without.

    Args:
        names (tuple[str, ...]): The missing modalities.
        stand_ins (dict[str, Tensor], optional): What takes the place of their features
            (for an ensemble, of their members' scores), each of shape (C_m,). Without
            it, the remaining modalities' own scores decide.
    """

    names: tuple[str, ...]
    stand_ins: Mapping[str, Tensor] = field(default_factory=dict)

    def remaining(self, entries: Mapping[str, T]) -> dict[str, T]:
        """The entries of the other modalities, in their order."""
        return {name: of for name, of in entries.items() if name not in self.names}

    def fill(
        self, feats: Mapping[str, Tensor], order: Iterable[str]
    ) -> dict[str, Tensor]:
        """Put stand-ins beside the features of the remaining modalities.

        Args:
            feats (Mapping[str, Tensor]): Of shapes (N, V_m, C_m), V_m views per sample;
                those of missing modalities are not looked at.
            order (Iterable[str]): All modalities.

        Returns:
            dict[str, Tensor]: In that order; a stand-in has the shape (N, 1, C_m).
            Missing modalities without one are left out.

        Raises:
            ValueError: If a modality is neither there nor missing.
        """
        kept = self.remaining(feats)
        if absent := [m for m in order if m not in kept and m not in self.names]:
            raise ValueError(
                f'{absent} are not declared missing, but the inputs hold only '
                f'{list(kept)}; set modalities of the data set'
            )
        like = next(iter(kept.values()))
        filled = {}
        for name in order:
            if name in kept:
                filled[name] = kept[name]
            elif name in self.stand_ins:
                row = self.stand_ins[name].to(like)
                filled[name] = row.expand(len(like), 1, -1)
        return filled
