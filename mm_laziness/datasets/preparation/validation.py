"""Cut a validation split from a training split."""

import random
from collections import defaultdict

from .clips import Clip, Preparation, partner


def cut_validation(
    preparation: Preparation, fraction: float, seed: int = 0
) -> dict[str, list[Clip]]:
    """Move a fraction of each class from every training split to a new one.

    Clips of one file stay together, and who goes does not depend on which files are
    there.

    Args:
        preparation (Preparation): The data set.
        fraction (float): Of each class's clips, in [0, 1); 0 changes nothing.
        seed (int): Another seed takes other clips. Defaults to 0.

    Returns:
        dict[str, list[Clip]]: The splits; ``train<x>`` is followed by ``val<x>``.

    Raises:
        ValueError: If the fraction is out of range, or the data set has a validation
            split of its own, or no training split.
    """
    if not 0 <= fraction < 1:
        raise ValueError(f'--val-fraction must be in [0, 1), but got {fraction}')
    if fraction == 0:
        return preparation.splits
    splits: dict[str, list[Clip]] = {}
    for split, clips in preparation.splits.items():
        splits[split] = clips
        own = partner(split, 'val', preparation.splits)
        if own:
            raise ValueError(
                f'--val-fraction cuts a validation split, but {preparation.name} has '
                f'its own, {own}; leave the option out'
            )
        if split.startswith('train'):
            chosen = _choose(clips, preparation.clock, fraction, seed)
            splits[split] = [clip for clip in clips if id(clip) not in chosen]
            splits['val' + split.removeprefix('train')] = [
                clip for clip in clips if id(clip) in chosen
            ]
    if len(splits) == len(preparation.splits):
        raise ValueError(f'--val-fraction: no split of {list(splits)} is for training')
    return splits


def _choose(clips: list[Clip], clock: str, fraction: float, seed: int) -> set[int]:
    by_class: dict[int, dict[str, list[Clip]]] = defaultdict(lambda: defaultdict(list))
    labels: dict[str, int] = {}
    for clip in clips:
        name = clip.sources[clock]
        # A file with clips of several classes counts for the first.
        by_class[labels.setdefault(name, clip.label)][name].append(clip)
    chosen: set[int] = set()
    for label, files in by_class.items():
        names = sorted(files)
        random.Random(f'{seed} {label}').shuffle(names)
        wanted = round(fraction * sum(len(group) for group in files.values()))
        taken = 0
        for name in names[1:]:  # one stays for training
            if taken >= wanted:
                break
            chosen.update(id(clip) for clip in files[name])
            taken += len(files[name])
    return chosen
