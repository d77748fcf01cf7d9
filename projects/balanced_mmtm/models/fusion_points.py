"""Where units act: after which stages of each encoder, on how many channels."""

from collections.abc import Mapping, Sequence

from mm_laziness.models.utils import require_names

from .stages import Stage

Numbers = Sequence[int]


def fusion_points(
    numbers: Numbers | Mapping[str, Numbers], stages: Mapping[str, Sequence[Stage]]
) -> dict[str, list[int]]:
    """Check after which stages the units act.

    Args:
        numbers (Sequence[int] | Mapping[str, Sequence[int]]): 1-based, increasing; by
            modality if they differ, as many for all.
        stages (Mapping[str, Sequence[Stage]]): Of each modality's encoder.

    Returns:
        dict[str, list[int]]: By modality, in the order of ``stages``.

    Raises:
        ValueError: If they are none of these.
    """
    if not isinstance(numbers, Mapping):
        numbers = dict.fromkeys(stages, numbers)
    require_names(stages, numbers, 'fusion_stages')
    require_names(numbers, stages, 'encoders')
    if not all(isinstance(own, list | tuple) for own in numbers.values()):
        raise ValueError(
            f'fusion_stages must be a list of numbers of stages, or one by modality, '
            f'but is {numbers}; write [2] for a single unit'
        )
    points = {name: list(numbers[name]) for name in stages}
    for name, own in points.items():
        count = len(stages[name])
        inside = all(1 <= number <= count for number in own)
        if not own or not inside or own != sorted(set(own)):
            raise ValueError(
                f'fusion_stages of {name!r} must be increasing numbers of the stages '
                f'1 to {count} of its encoder, but are {own}'
            )
    _check_counts(points, 'fusion_stages')
    return points


def fusion_widths(
    points: Mapping[str, Numbers],
    stages: Mapping[str, Sequence[Stage]],
    channels: Mapping[str, Numbers] | None = None,
) -> list[dict[str, int]]:
    """Channels of each modality's map, unit by unit.

    Args:
        points (Mapping[str, Sequence[int]]): What :func:`fusion_points` returns.
        stages (Mapping[str, Sequence[Stage]]): Of each modality's encoder.
        channels (Mapping[str, Sequence[int]], optional): Where they are known better
            than from the stages' layers.

    Raises:
        ValueError: If neither says it, or ``channels`` is not of as many units.
    """
    widths = {name: list(own) for name, own in (channels or {}).items()}
    require_names(widths, points, 'encoders')
    for name, own in points.items():
        if name not in widths:
            widths[name] = [_read(name, n, stages[name][n - 1]) for n in own]
    units = len(next(iter(points.values())))
    _check_counts(widths, 'fusion_channels', units)
    return [{name: widths[name][unit] for name in points} for unit in range(units)]


def _read(name: str, number: int, stage: Stage) -> int:
    if stage.channels is None:
        raise ValueError(
            f'no layer tells how many channels stage {number} of {name!r} gives; let '
            'fusion_stages name a stage that gives maps, or set '
            f'fusion_channels=dict({name}=[...]), one number per unit'
        )
    return stage.channels


def _check_counts(
    entries: Mapping[str, Numbers], argument: str, units: int | None = None
) -> None:
    counts = {name: len(own) for name, own in entries.items()}
    if set(counts.values()) != {units or next(iter(counts.values()))}:
        raise ValueError(
            f'each unit takes one map of every modality, but {argument} has {counts} '
            'entries; give as many for all'
        )
