"""A part of the training set that is held out to measure generalization."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence


def split_holdout(
    labels: Sequence[int], holdout: float, seed: int
) -> tuple[list[int], list[int]]:
    """Split samples into kept and held-out ones, each class in proportion.

    Args:
        labels (Sequence[int]): Label of each of N samples.
        holdout (float): Share that is held out, between 0 and 1.
        seed (int): Of the draw; the same seed gives the same split.

    Returns:
        tuple[list[int], list[int]]: Indices of the kept and of the held-out samples,
        sorted.

    Raises:
        ValueError: If ``holdout`` is not between 0 and 1, or a class would be left
            without a sample on one side.
    """
    # Slow to import, and needed by this method alone.
    from sklearn.model_selection import train_test_split

    if not 0 < holdout < 1:
        raise ValueError(
            f'holdout must be a share between 0 and 1, but got {holdout}; 0.1 holds '
            'out a tenth of the training set'
        )
    labels = [int(label) for label in labels]
    counts = Counter(labels)
    held_size = math.ceil(holdout * len(labels))
    single = [label for label, count in counts.items() if count < 2]
    if single or len(counts) > min(held_size, len(labels) - held_size):
        # Too few for any split; the rarest classes would be left out.
        _refuse(single or [min(counts, key=counts.__getitem__)], counts, holdout)
    kept, held = train_test_split(
        range(len(labels)), test_size=holdout, random_state=seed, stratify=labels
    )
    for part in (kept, held):
        if missing := counts.keys() - {labels[index] for index in part}:
            _refuse(missing, counts, holdout)
    return sorted(kept), sorted(held)


def _refuse(classes: Iterable[int], counts: Counter, holdout: float) -> None:
    few = {label: counts[label] for label in sorted(classes)}
    raise ValueError(
        f'holdout={holdout} of {counts.total()} samples in {len(counts)} classes '
        'leaves classes without a sample on one side (label: samples): '
        f'{few}; set holdout nearer to 0.5, at least 1 / samples of the rarest class, '
        'or give these classes more samples'
    )
