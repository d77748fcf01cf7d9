"""Which test samples the linear probe of each encoder gets right.

N test samples.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ...engine.runner.atomic_files import write_text
from ..json_files import read_json

FILE = 'probe_hits.json'
_DAMAGED = (
    'must hold the labels and, by modality, 0 or 1 for each: it is damaged; remove it '
    'to do without'
)


class ProbeHits(NamedTuple):
    """Hits of the probes of one model, so that two models can be paired.

    ``labels`` are the class indices (N,), which tell whether the samples are the same;
    ``right`` has a bool (N,) by modality.
    """

    labels: Tensor
    right: dict[str, Tensor]

    def top1(self) -> dict[str, float]:
        """Accuracies in percent."""
        return {m: 100 * int(own.sum()) / len(own) for m, own in self.right.items()}

    def of(self, modalities: Sequence[str]) -> 'ProbeHits | None':
        """Those of some modalities; None if one is not there."""
        if not set(modalities) <= set(self.right):
            return None
        return ProbeHits(self.labels, {m: self.right[m] for m in modalities})

    def same_samples(self, other: 'ProbeHits') -> bool:
        """Whether both are of the same samples, as far as the labels tell."""
        return torch.equal(self.labels, other.labels)


def write_hits(folder: str | Path, hits: ProbeHits) -> None:
    """Keep hits in ``probe_hits.json`` of a run's folder, as 0 and 1."""
    right = {m: own.int().tolist() for m, own in hits.right.items()}
    content = dict(labels=hits.labels.tolist(), right=right)
    write_text(Path(folder) / FILE, json.dumps(content, separators=(',', ':')) + '\n')


def read_hits(folder: str | Path) -> ProbeHits | None:
    """What :func:`write_hits` kept, None if there is nothing.

    Raises:
        ValueError: If the file is damaged.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return None
    kept = read_json(path)
    try:
        labels = torch.tensor(kept['labels'])
        right = {
            m: torch.tensor(own, dtype=torch.bool) for m, own in kept['right'].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f'{path} {_DAMAGED}') from error
    if any(own.shape != labels.shape for own in right.values()):
        raise ValueError(f'{path} {_DAMAGED}')
    return ProbeHits(labels, right)
