"""A fixed part of a data set, decoded once and kept on the disk."""

import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import get_rank, get_world_size, is_main_process
from torch import Tensor
from torch.utils.data import DataLoader, Subset
from tqdm import tqdm


def stratified_subset(labels: list[int], size: int, seed: int) -> list[int]:
    """Indices of a random part that has each class in proportion, sorted.

    Args:
        labels (list[int]): Of all N samples.
        size (int): How many; all if there are not more.
        seed (int): Of the draw.
    """
    if size >= len(labels):
        return list(range(len(labels)))
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(labels), generator=generator)
    # Evenly spaced places in an order by class: each has its share, give or take one.
    order = order[torch.tensor(labels)[order].argsort(stable=True)]
    places = (2 * torch.arange(size) + 1) * len(labels) // (2 * size)
    return sorted(order[places].tolist())


class KeptSamples:
    """This process's share of some samples, as their pipeline leaves them.

    They lie in files of one batch each that are mapped into memory: in RAM only as
    long as there is room, since clips of a thousand samples are gigabytes, and as
    small as decoded (pictures in bytes), before the model's data preprocessor. The
    files are removed by :meth:`remove`, or when the process ends.

    Args:
        loader (DataLoader): Of the whole data set, in order.
        indices (list[int]): Samples to keep, on all processes alike.
        folder (Path): Of this process alone; emptied first, since a killed run may
            have left files in it.

    Raises:
        ValueError: If the files cannot be written.
    """

    def __init__(self, loader: DataLoader, indices: list[int], folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.size = len(indices)
        self.own = list(range(get_rank(), self.size, get_world_size()))
        self.files: list[Path] = []
        self.labels = torch.zeros(self.size, dtype=torch.long)
        self.remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        _or_no_room(folder, folder.mkdir, parents=True)
        self._decode(loader, [indices[place] for place in self.own], folder)

    def _decode(self, loader: DataLoader, rows: list[int], folder: Path) -> None:
        batches = DataLoader(
            Subset(loader.dataset, rows),
            batch_size=loader.batch_size or 1,
            num_workers=loader.num_workers,
            collate_fn=loader.collate_fn,
            worker_init_fn=loader.worker_init_fn,
            multiprocessing_context=loader.multiprocessing_context,
            # Without one of its own an iterator draws from the model's.
            generator=torch.Generator(),
        )
        hidden = not is_main_process()
        labels: list[Tensor] = []
        for batch in tqdm(batches, 'samples to probe', leave=False, disable=hidden):
            # Copies, because a view would be saved with all that it is a view of.
            inputs = {m: [x.clone() for x in xs] for m, xs in batch['inputs'].items()}
            self.files.append(folder / f'{len(self.files)}.pt')
            _or_no_room(folder, torch.save, inputs, self.files[-1])
            labels += [sample.gt_label for sample in batch['data_samples']]
        if labels:
            self.labels[self.own] = torch.cat(labels).cpu()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Batches of this process's share, ready for the data preprocessor."""
        for file in self.files:
            inputs = torch.load(file, mmap=True, weights_only=True)
            yield dict(inputs=inputs, data_samples=None)


def _or_no_room(folder: Path, write: Callable, *args: Any, **kwargs: Any) -> None:
    """Write, or say what to do where that is not possible."""
    try:
        write(*args, **kwargs)
    # PyTorch's zip writer reports a full disk as a RuntimeError.
    except (OSError, RuntimeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ValueError(
            f'samples to probe cannot be kept in {folder}: {error}; free some space, '
            'or set a smaller probe_samples, or probe_interval=None, of '
            'LazinessMonitorHook'
        ) from error
