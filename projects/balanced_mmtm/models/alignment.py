"""Bring the inputs of all modalities to the same views, before any encoder."""

from torch import Tensor


def align_inputs(
    inputs: dict[str, Tensor], segments: dict[str, int]
) -> tuple[dict[str, Tensor], int]:
    """Repeat views so that row i of each modality shows the same moment.

    Late fusion repeats features; branches that exchange information need as many rows
    on the way. The order is that of :func:`mm_laziness.models.utils.align_views`.

    Args:
        inputs (dict[str, Tensor]): Of shapes (N, V_m, ...).
        segments (dict[str, int]): Views that form one clip, by modality.

    Returns:
        tuple[dict[str, Tensor], int]: Rows (N * clips * segments, ...), and how many
        consecutive rows form one clip.

    Raises:
        ValueError: If views are no multiple of a modality's segments, or clips or
            segments of one modality do not divide those of another.
    """
    views = {name: value.shape[1] for name, value in inputs.items()}
    clips = {name: count // segments[name] for name, count in views.items()}
    most_clips, most_segments = max(clips.values()), max(segments[m] for m in inputs)
    if any(
        count % segments[name]
        or most_clips % clips[name]
        or most_segments % segments[name]
        for name, count in views.items()
    ):
        raise ValueError(
            f'the modalities have {views} views per sample, of which {segments} form '
            'one clip; views must be multiples of these, and clips and segments must '
            'divide the largest. Check num_clips, the crops, and num_segments of the '
            'recognizer'
        )
    rows = {}
    for name, value in inputs.items():
        parts = value.unflatten(1, (clips[name], segments[name]))
        times = (most_clips // clips[name], most_segments // segments[name])
        rest = (1,) * (parts.ndim - 3)
        rows[name] = parts.repeat(1, *times, *rest).flatten(0, 2)
    return rows, most_segments
