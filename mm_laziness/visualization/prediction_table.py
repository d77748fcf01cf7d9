"""What a model says about a video, as lines of text."""

from collections.abc import Mapping
from typing import Any

FUSED = 'all modalities'
_LONGEST = 28


def prediction_blocks(summary: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What there is to show, by title, the whole model first.

    Of a model of one modality, which says the same twice, that modality alone.

    Args:
        summary (Mapping[str, Any]): What ``VideoPrediction.summary`` returned.
    """
    own = dict(summary['modalities'])
    if len(own) == 1:
        return own
    return {FUSED if own else 'prediction': summary['fused'], **own}


def prediction_table(summary: Mapping[str, Any]) -> str:
    """Aligned columns: the best classes of the model and of each modality.

    Args:
        summary (Mapping[str, Any]): What ``VideoPrediction.summary`` returned.
    """
    columns = [['', *(str(k + 1) for k in range(len(summary['fused']['top'])))]]
    columns[0].append('certainty')
    for title, block in prediction_blocks(summary).items():
        names = [shorten(entry['name']) for entry in block['top']]
        width = max(map(len, names))
        cells = [
            f'{name:<{width}} {entry["score"]:6.3f}'
            for name, entry in zip(names, block['top'], strict=True)
        ]
        blank = ' (blank)' if title in summary['blank'] else ''
        columns.append(
            [title + blank, *cells, f'{"":<{width}} {block["certainty"]:6.3f}']
        )
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        cells = [f'{cell:<{width}}' for cell, width in zip(row, widths, strict=True)]
        lines.append('   '.join(cells).rstrip())
    return '\n'.join(lines)


def shorten(name: str) -> str:
    """A name that fits into a column."""
    return name if len(name) <= _LONGEST else f'{name[: _LONGEST - 1]}…'
