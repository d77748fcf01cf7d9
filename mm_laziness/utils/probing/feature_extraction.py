"""Run encoders over whole data sets, in one process or in several."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import torch
from mmengine.device import get_device
from mmengine.dist import broadcast_object_list, get_dist_info, is_main_process
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from .feature_parts import MemoryParts

# Samples of a part: what a killed extraction loses at most, per process.
PART = 64


@torch.no_grad()
def extract_features(model: Any, dataloader: DataLoader, title: str = '') -> dict:
    """Pooled features and labels of all samples; shows a progress bar.

    Args:
        model (LateFusionRecognizer): On its device; put into eval mode.
        dataloader (DataLoader): Of the samples, or of this process's share of them.
        title (str): Of the progress bar.

    Returns:
        dict: ``feats`` (dict of (N, C_m), clips averaged), ``labels`` (N,), on the CPU.
    """
    model.eval()
    hidden = not is_main_process()
    batches = tqdm(dataloader, desc=title, leave=False, disable=hidden)
    return _join([_run(model, batch) for batch in batches])


@torch.no_grad()
def collect_features(
    model: Any,
    dataloader: DataLoader,
    parts: MemoryParts,
    *,
    title: str = '',
    amp: bool = False,
) -> dict | None:
    """Features of all samples in order, of which ``parts`` may hold some already.

    All processes of a launch call this; they share what is left. Every sample is
    computed once, in a batch that does not depend on the number of processes.

    Args:
        model (LateFusionRecognizer): On its device, or a model with ``modalities``,
            ``data_preprocessor`` and ``extract_feat`` like one; put into eval mode.
        dataloader (DataLoader): Its data set, batch size and workers are used.
        parts (MemoryParts): Where parts are kept.
        title (str): Of the progress bar, which counts samples of all processes.
        amp (bool): Run the encoders under autocast: bfloat16 on CPUs, else float16.

    Returns:
        dict: As of :func:`extract_features`; None on all processes but the first.

    Raises:
        ValueError: If there is no sample, a sample has several labels, or features
            overflow under autocast.
        OSError: If the disk is full.
    """
    model.eval()
    total = len(dataloader.dataset)  # type: ignore[arg-type]
    if not total:
        raise ValueError(
            f'the data set of {title or "the features"} has no samples; check ann_file '
            'and indices in the config'
        )
    spans = [range(i, min(i + PART, total)) for i in range(0, total, PART)]
    rank, processes = get_dist_info()
    held: dict[int, dict] = {}
    if rank == 0:
        for index, span in enumerate(spans):
            if (part := parts.load(index, len(span))) is not None:
                held[index] = part
    # One process decides: others would already see what a faster one has written.
    todo = [[index for index in range(len(spans)) if index not in held]]
    broadcast_object_list(todo)
    mine = todo[0][rank::processes]
    done = total - sum(len(spans[index]) for index in todo[0])
    with tqdm(
        total=total,
        initial=done,
        desc=title,
        unit='sample',
        leave=False,
        disable=rank != 0,
    ) as bar:
        batches = _batches(dataloader, [spans[index] for index in mine])
        for number, index in enumerate(mine):
            rows: list[dict] = []
            while sum(len(row['labels']) for row in rows) < len(spans[index]):
                rows.append(_run(model, next(batches), amp))
                # The others are about as far, without a message for every batch.
                step = processes * len(rows[-1]['labels'])
                bar.update(min(step, total - bar.n))
            left = (len(mine) - number) * processes
            parts.save(index, _join(rows), left=left)
        parts.share()
    if rank != 0:
        return None
    for index in todo[0]:
        found = parts.load(index, len(spans[index]))
        if found is None:
            raise ValueError(
                f'samples {spans[index][0]} to {spans[index][-1]} of {title} are '
                'missing after all processes have ended: the folder of the cache must '
                'be one that all machines see'
            )
        held[index] = found
    return _join([held[index] for index in range(len(spans))])


def _batches(dataloader: DataLoader, spans: list[range]) -> Iterator:
    """Batches that end where a part ends."""
    size = dataloader.batch_size or 1
    batches = [
        list(span[start : start + size])
        for span in spans
        for start in range(0, len(span), size)
    ]
    if not batches:
        return iter(())
    return iter(
        DataLoader(
            dataloader.dataset,
            batch_sampler=batches,
            num_workers=dataloader.num_workers,
            collate_fn=dataloader.collate_fn,
            pin_memory=dataloader.pin_memory,
            worker_init_fn=dataloader.worker_init_fn,
        )
    )


def _run(model: Any, batch: Any, amp: bool = False) -> dict:
    """Features (N, C_m) of a batch, clips averaged, and labels (N,), on the CPU."""
    data = model.data_preprocessor(batch, False)
    samples = data['data_samples']
    with _autocast() if amp else nullcontext():
        outputs = model.extract_feat(data['inputs'])
    feats = {}
    for name, rows in outputs.items():
        rows = rows.float().unflatten(0, (len(samples), -1)).mean(dim=1)
        feats[name] = rows.cpu()
        if amp and not feats[name].isfinite().all():
            raise ValueError(
                f'features of {name!r} are not finite under automatic mixed precision; '
                'leave out --amp'
            )
    return dict(feats=feats, labels=_labels(samples))


def _labels(samples: list) -> Tensor:
    labels = [sample.gt_label for sample in samples]
    several = [label for label in labels if label.numel() != 1]
    if several:
        raise ValueError(
            f'a sample has a label of the shape {tuple(several[0].shape)}, but one '
            'class index per sample is expected; multi-label data (multi_class=True) '
            'cannot be probed'
        )
    return torch.cat(labels).cpu()


def _autocast() -> torch.autocast:
    device = get_device()
    dtype = torch.bfloat16 if device == 'cpu' else torch.float16
    return torch.autocast(device, dtype)


def _join(parts: list[dict]) -> dict:
    names = parts[0]['feats']
    return dict(
        feats={
            name: torch.cat([part['feats'][name] for part in parts]) for name in names
        },
        labels=torch.cat([part['labels'] for part in parts]),
    )
