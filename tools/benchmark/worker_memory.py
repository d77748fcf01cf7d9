"""What a worker of a DataLoader occupies while it loads clip after clip."""

import os
import statistics
from typing import Any

import cv2
import torch
from mmengine.dataset import pseudo_collate
from tqdm import tqdm

_EVERY = 200
# Of growth. What an allocator keeps comes and goes by tens of MiB, with MMAction2's own
# pipeline too; each sound file left open holds 2 MiB, each reader of a video 20.
_FLAT_MIB = 64.0
# Each batch on its way is one.
_FLAT_FILES = 16


def use_one_thread(_: int = 0) -> None:
    """As MMEngine sets up a training's workers."""
    torch.set_num_threads(1)
    cv2.setNumThreads(0)


def watch_memory(dataset: Any, clips: int, batch_size: int) -> dict[str, Any]:
    """Memory and open files of the worker, printed every 200 clips.

    Args:
        dataset (Dataset): With at least ``clips`` samples.
        clips (int): How many to load; at least 3.
        batch_size (int): Clips per batch.

    Returns:
        dict: ``rows`` of (clips, MiB of resident memory, open files); ``growth_mib``,
        from the median of the first third of the rows to that of the last;
        ``growth_files``; and ``flat``, whether both are small.
    """
    loader = torch.utils.data.DataLoader(
        torch.utils.data.Subset(dataset, range(clips)),
        batch_size=batch_size,
        num_workers=1,
        persistent_workers=True,  # there to be looked at, after the last batch
        collate_fn=pseudo_collate,
        worker_init_fn=use_one_thread,
    )
    batches: Any = iter(loader)
    worker = batches._workers[0].pid
    every = min(_EVERY, clips // 3)
    rows: list[tuple[int, float, int]] = []
    bar = tqdm(total=clips, desc='clips')
    for batch in batches:
        bar.update(len(batch['data_samples']))
        if bar.n >= (len(rows) + 1) * every:
            rows.append((bar.n, _resident_mib(worker), _open_files(worker)))
            tqdm.write('{:6d} clips: {:8.1f} MiB, {:3d} open files'.format(*rows[-1]))
    bar.close()
    _, mib, files = zip(*rows, strict=True)
    third = len(rows) // 3
    growth = statistics.median(mib[-third:]) - statistics.median(mib[:third])
    opened = files[-1] - files[0]
    return dict(
        rows=rows,
        growth_mib=growth,
        growth_files=opened,
        flat=growth <= _FLAT_MIB and opened <= _FLAT_FILES,
    )


def _resident_mib(process: int) -> float:
    # Without the batches that wait in shared memory, whose number varies.
    with open(f'/proc/{process}/status') as status:
        fields = dict(line.split(':', 1) for line in status)
    kib = [int(fields[name].split()[0]) for name in ('VmRSS', 'RssShmem')]
    return (kib[0] - kib[1]) / 1024


def _open_files(process: int) -> int:
    return len(os.listdir(f'/proc/{process}/fd'))
