"""What a model says about a video, drawn beside a frame of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from .bars import MULTI, POINT, SINGLE
from .prediction_table import FUSED, prediction_blocks, shorten

# Inches; a panel is as high as the frame beside it, whatever that is in pixels.
_WIDTH, _ROW, _HEADING, _LOWEST = 4.4, 0.27, 0.42, 3.6
_LEGIBLE_DPI = 85
# More classes per block would not fit into a video.
_MOST = 20


def legible_height(summary: Mapping[str, Any]) -> int:
    """Pixels that a panel needs at least; even.

    Args:
        summary (Mapping[str, Any]): What ``VideoPrediction.summary`` returned.
    """
    return round(_LEGIBLE_DPI * sum(_heights(summary)) / 2) * 2


def draw_panel(summary: Mapping[str, Any], height: int) -> np.ndarray:
    """Bars of the best classes, 20 at most: of the model, and of each modality.

    Args:
        summary (Mapping[str, Any]): What ``VideoPrediction.summary`` returned.
        height (int): Of the picture, in pixels.

    Returns:
        np.ndarray: RGB of shape (height, width, 3), uint8.
    """
    blocks = prediction_blocks(summary)
    rows = _heights(summary)
    inches = max(sum(rows), _LOWEST)
    # A rounding error of the size must not cost a row of pixels.
    figure = Figure(
        figsize=(_WIDTH, inches),
        dpi=(height + 0.01) / inches,
        layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08),
    )
    canvas = FigureCanvasAgg(figure)
    grid = figure.subplots(len(blocks), 1, squeeze=False, height_ratios=rows)
    for axes, (title, block) in zip(grid[:, 0], blocks.items(), strict=True):
        single = title in summary['modalities'] and len(blocks) > 1
        note = ' (not in the video)' if title in summary['blank'] else ''
        heading = f'{title}{note}: certainty {block["certainty"]:.2f}'
        _draw_block(axes, block, SINGLE if single else MULTI)
        axes.set_title(
            heading,
            fontsize=10,
            loc='left',
            fontweight='bold' if title == FUSED else 'normal',
            parse_math=False,
        )
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:height, :, :3].copy()


def _heights(summary: Mapping[str, Any]) -> list[float]:
    blocks = prediction_blocks(summary).values()
    return [_HEADING + _ROW * len(block['top'][:_MOST]) for block in blocks]


def _draw_block(axes: Axes, block: Mapping[str, Any], color: str) -> None:
    entries = block['top'][:_MOST]
    for y, entry in enumerate(entries):
        axes.barh(y, entry['score'], 0.7, color=color)
        axes.annotate(
            f'{entry["score"]:.2f}',
            (entry['score'], y),
            xytext=(4, 0),
            textcoords='offset points',
            va='center',
            fontsize=8.5,
            color=POINT,
        )
    axes.set_yticks(
        range(len(entries)),
        [shorten(e['name']) for e in entries],
        fontsize=9,
        # A name may hold dollar signs.
        parse_math=False,
    )
    axes.set_ylim(len(entries) - 0.4, -0.6)
    axes.set_xlim(0, 1.14)
    axes.set_xticks([])
    axes.tick_params(axis='y', length=0)
    axes.spines[['top', 'right', 'bottom']].set_visible(False)


def beside(frame: np.ndarray, panel: np.ndarray) -> np.ndarray:
    """Put a frame and a panel of the same height side by side.

    Args:
        frame (np.ndarray): RGB (H, W, 3), uint8.
        panel (np.ndarray): RGB (H, W', 3), uint8.

    Returns:
        np.ndarray: (H, W + W' or one less, 3), of even width, as video codecs want it.
    """
    joined = np.concatenate([frame, panel], axis=1)
    return np.ascontiguousarray(joined[:, : joined.shape[1] // 2 * 2])
