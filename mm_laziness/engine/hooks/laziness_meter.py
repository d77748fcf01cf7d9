"""What a training epoch says about each modality, summed up on the device."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.dist import all_reduce
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from ...evaluation.functional import confidence_sums, label_ranks


class LazinessMeter:
    """Sums over the steps of an epoch, of M modalities.

    No step waits for the device: sums stay there until :meth:`sums`, which reduces all
    of them over the processes at once. Nothing counts unless :attr:`armed`.

    Args:
        head (MultiModalHead): Whose losses :meth:`observe` is told of.
        encoders (dict[str, nn.Module]): By modality, in order.
    """

    def __init__(self, head: Any, encoders: dict[str, nn.Module]) -> None:
        self.head = head
        self.parameters = {m: list(net.parameters()) for m, net in encoders.items()}
        # OGM's ratio is of split scores, also beside classifiers of single modalities.
        self._splits_differ = hasattr(head, 'split_scores') and bool(
            getattr(head, 'unimodal_classifiers', None)
        )
        weights = [p for several in self.parameters.values() for p in several]
        self._device = weights[0].device if weights else 'cpu'
        self.armed = False
        self.reset()

    def reset(self) -> None:
        """Begin an epoch."""
        self._sums: dict[str, Tensor] = {}
        # Known to the host. Rows are samples times their clips.
        self._rows = self._hard_rows = self._fused_rows = self._last_rows = 0

    @torch.no_grad()
    def observe(self, feats: dict[str, Tensor], labels: Tensor) -> None:
        """Add a micro-batch: features (rows, C_m) and labels (rows,) or (rows, K)."""
        if not self.armed:
            return
        self._last_rows = len(labels)
        self._rows += len(labels)
        norms = [feats[m].float().norm(dim=1).sum() for m in self.parameters]
        self._add('feature_norm', torch.stack(norms))
        if labels.ndim > 1:
            return
        self._hard_rows += len(labels)
        with _casts_not_kept(labels.device.type):
            own = self.head.unimodal_scores(feats)
            split = self.head.split_scores(feats) if self._splits_differ else own
        hits = [(label_ranks(own[m], labels) == 0).sum() for m in self.parameters]
        self._add('hits', torch.stack(hits))
        sums = confidence_sums({m: split[m] for m in self.parameters}, labels)
        self._add('confidence', sums)

    @torch.no_grad()
    def observe_gradients(self, optimizer: Any, *_: Any) -> None:
        """Add the norms of a step's gradients: a step pre-hook of the optimizer."""
        if not self.armed:
            return
        zero, one = (
            make((), device=self._device) for make in (torch.zeros, torch.ones)
        )
        found = []
        for parameters in self.parameters.values():
            grads = [p.grad for p in parameters if p.grad is not None]
            found.append((get_total_norm(grads), one) if grads else (zero, zero))
        norms, steps = (torch.stack(part) for part in zip(*found, strict=True))
        # A fused optimizer unscales gradients itself, and itself skips infinite ones.
        if (scale := getattr(optimizer, 'grad_scale', None)) is not None:
            norms = norms / scale
        if (infinite := getattr(optimizer, 'found_inf', None)) is not None:
            norms, steps = (x.where(infinite == 0, 0.0) for x in (norms, steps))
        self._add('grad_norm', norms)
        self._add('steps', steps)

    def observe_outputs(self, outputs: Any) -> None:
        """Add the fused accuracy that the head has logged of the last micro-batch."""
        if isinstance(outputs, dict) and 'top1_acc' in outputs and self._last_rows:
            self._fused_rows += self._last_rows
            hits = outputs['top1_acc'].detach().reshape(1) * self._last_rows
            self._add('fused_hits', hits)
        self._last_rows = 0

    def _add(self, name: str, values: Tensor) -> None:
        values = values.float()
        before = self._sums.get(name)
        self._sums[name] = values if before is None else before + values

    def sums(self) -> dict[str, Tensor]:
        """Sums over the epoch and all processes; to be called by each of these.

        Returns:
            dict[str, Tensor]: On the CPU, float64: of shape (M,) ``feature_norm``,
            ``hits``, ``confidence``, ``grad_norm`` and ``steps`` (how many had a
            gradient), of shape (1,) ``fused_hits``, ``rows``, ``hard_rows`` (that have
            one label) and ``fused_rows`` (whose fused accuracy is known).
        """
        rows = torch.tensor([self._rows, self._hard_rows, self._fused_rows])
        parts = dict(
            zip(('rows', 'hard_rows', 'fused_rows'), rows.split(1), strict=True)
        )
        # One layout on all processes, whatever each has met.
        for name in ('feature_norm', 'hits', 'confidence', 'grad_norm', 'steps'):
            parts[name] = self._sums.get(name, torch.zeros(len(self.parameters)))
        parts['fused_hits'] = self._sums.get('fused_hits', torch.zeros(1))
        packed = torch.cat([part.cpu().double() for part in parts.values()])
        all_reduce(packed)
        sizes = [len(part) for part in parts.values()]
        return dict(zip(parts, packed.split(sizes), strict=True))


@contextmanager
def _casts_not_kept(device_type: str) -> Iterator[None]:
    """Compute as autocast does around here, but keep none of its copies of weights.

    Older versions of PyTorch would use a copy that was made without gradient again for
    the loss, which could not train that weight any more.
    """
    with torch.autocast(
        device_type,
        dtype=torch.get_autocast_dtype(device_type),
        enabled=torch.is_autocast_enabled(device_type),
        cache_enabled=False,
    ):
        yield
