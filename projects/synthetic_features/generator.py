"""The synthetic sets A, B and C of Appendix A.10."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .feasibility import MODALITIES, NUM_CLASSES, check

# Of candidates, n times one or two unit vectors (n, d) each, which are kept (n,).
_Keep = Callable[..., np.ndarray]


@dataclass(frozen=True)
class SyntheticSet:
    """Samples with an input per modality.

    Args:
        inputs (dict[str, Tensor]): Inputs (N, d_m) of each modality, float32.
        labels (Tensor): Labels (N,), int64.
        num_classes (int): Number of classes K.
    """

    inputs: dict[str, Tensor]
    labels: Tensor
    num_classes: int

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.labels)


def generate(
    name: str,
    *,
    latent: int = 50,
    widths: Sequence[int] = (200, 100),
    delta: float = 0.25,
    num_samples: int = 5000,
    seed: int = 0,
    chunk: int = 8192,
) -> SyntheticSet:
    r"""Draw set A, B or C (Du et al., ICML 2023, App. A.10; after Hessel & Lee, 2020).

    With unit vectors z (one a set), v and t, and projections P1 and P2 with entries
    uniform in (-0.5, 0.5):

    - A, uni-modal features: v with \|v.z\| > delta; inputs P1 v and P2 v; label
      v.z > 0.
    - B, paired features: v, t with \|v.t\| > delta; inputs P1 v and P2 t; label
      v.t > 0.
    - C, both: a third as v with v.z > delta, inputs P1 v and P2 v, label 0; the others
      as v, t with v.z <= delta, t.z <= delta and \|v.t\| > delta, inputs P1 v and P2 t,
      label 1 if v.t > 0, else 2.

    [reconstructed]: the range of the projections, ``latent``, ``widths``, ``delta``,
    ``num_samples`` and the third are not printed, or their symbols are lost.

    Args:
        name (str): 'A', 'B' or 'C'.
        latent (int): Dimension d of z, v and t.
        widths (Sequence[int]): Dimensions d1 and d2 of the two inputs.
        delta (float): Margin, in [0, 1).
        num_samples (int): Number of samples N.
        seed (int): Of everything that is drawn.
        chunk (int): Candidates drawn at a time; changes memory, not the set.

    Raises:
        ValueError: If the letter is unknown, or no such set can be drawn.
    """
    check(name, latent, widths, delta, num_samples, seed)
    # A stream per step: what one step draws too much does not shift the next.
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4)]
    projections = [streams[0].uniform(-0.5, 0.5, (w, latent)) for w in widths]
    z = _unit(streams[1].standard_normal(latent))
    if name == 'A':
        (v,) = _collect(num_samples, (1, chunk, latent), streams[2], _outside(z, delta))
        t, labels = v, v @ z > 0
    elif name == 'B':
        v, t = _collect(num_samples, (2, chunk, latent), streams[2], _apart(delta))
        labels = _dot(v, t) > 0
    else:
        easy = num_samples // 3
        (u,) = _collect(easy, (1, chunk, latent), streams[2], lambda v: v @ z > delta)
        v, t = _collect(
            num_samples - easy, (2, chunk, latent), streams[3], _apart(delta, z)
        )
        labels = np.append(np.zeros(easy, int), np.where(_dot(v, t) > 0, 1, 2))
        v, t = np.concatenate([u, v]), np.concatenate([u, t])
    inputs = {
        m: torch.from_numpy((x @ p.T).astype(np.float32))
        for m, x, p in zip(MODALITIES, (v, t), projections, strict=True)
    }
    return SyntheticSet(
        inputs, torch.from_numpy(labels.astype(np.int64)), NUM_CLASSES[name]
    )


def split(
    data: SyntheticSet, train_fraction: float = 0.8, seed: int = 0
) -> tuple[SyntheticSet, SyntheticSet]:
    """Split at random: "80% of the generated data as train set" (App. A.10).

    Returns:
        tuple[SyntheticSet, SyntheticSet]: Training and test set.

    Raises:
        ValueError: If one of them lacks a class.
    """
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    cut = round(train_fraction * len(data))
    parts = []
    for part, index in (('training', order[:cut]), ('test', order[cut:])):
        labels = data.labels[index]
        present = labels.unique().numel()
        if present < data.num_classes:
            raise ValueError(
                f'the {part} set has samples of {present} of the {data.num_classes} '
                f'classes; draw more than {len(data)} samples (--num-samples)'
            )
        inputs = {m: x[index] for m, x in data.inputs.items()}
        parts.append(SyntheticSet(inputs, labels, data.num_classes))
    return parts[0], parts[1]


def _collect(
    number: int, shape: tuple[int, int, int], stream: np.random.Generator, keep: _Keep
) -> np.ndarray:
    """Collect the first kept candidates of a stream.

    Args:
        number (int): How many.
        shape (tuple[int, int, int]): Vectors per candidate, candidates drawn at a
            time, dimensions of a vector.
        stream (np.random.Generator): Source of the candidates, read in order.
        keep (_Keep): Which are kept.

    Returns:
        np.ndarray: Unit vectors, (vectors, number, dimensions).
    """
    each, chunk, latent = shape
    parts, found = [], 0
    while found < number:
        vectors = _unit(stream.standard_normal((chunk, each, latent))).swapaxes(0, 1)
        parts.append(vectors[:, keep(*vectors)])
        found += parts[-1].shape[1]
    return np.concatenate(parts, axis=1)[:, :number]


def _outside(z: np.ndarray, delta: float) -> _Keep:
    return lambda v: abs(v @ z) > delta


def _apart(delta: float, z: np.ndarray | None = None) -> _Keep:
    """Keep v and t with a margin; with z, only those that class 0 has not."""

    def keep(v: np.ndarray, t: np.ndarray) -> np.ndarray:
        apart = abs(_dot(v, t)) > delta
        return apart if z is None else apart & (v @ z <= delta) & (t @ z <= delta)

    return keep


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _dot(v: np.ndarray, t: np.ndarray) -> np.ndarray:
    return np.einsum('nd,nd->n', v, t)
