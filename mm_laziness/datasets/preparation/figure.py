"""A picture of a prepared data set: clips per class and their lengths."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's colours, which colour-blind readers can tell apart.
_COLOURS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9')


def draw_summary(
    summary: dict[str, Any], seconds: dict[str, list[float]], path: Path
) -> None:
    """Draw clips per class, commonest first, and, if known, a histogram of lengths.

    Args:
        summary (dict): What :func:`summarize` returned.
        seconds (dict[str, list[float]]): Lengths of the clips by split.
        path (Path): The PNG file.
    """
    figure = Figure(figsize=(10, 3.6), layout='constrained')
    canvas = FigureCanvasAgg(figure)
    # Pictures have no length, nor have videos that were not opened.
    panels = 2 if any(seconds.values()) else 1
    counts, *others = figure.subplots(1, panels, squeeze=False)[0]
    first = next(iter(summary['splits'].values()))['clips_per_class']
    order = sorted(first, key=lambda name: -first[name])
    for colour, (split, numbers) in zip(
        np.resize(_COLOURS, len(summary['splits'])),
        summary['splits'].items(),
        strict=True,
    ):
        heights = [numbers['clips_per_class'][name] for name in order]
        counts.stairs(heights, color=colour, label=f'{split}: {numbers["written"]:,}')
        if seconds.get(split):
            longest = float(np.percentile(seconds[split], 99.5))
            values = np.minimum(seconds[split], longest)
            others[0].hist(values, bins=40, histtype='step', color=colour, label=split)
    if len(order) <= 30:
        counts.set_xticks(np.arange(len(order)) + 0.5, order, rotation=60, ha='right')
    else:
        counts.set_xlabel('classes, most clips first')
    counts.set_ylabel('clips')
    counts.set_ylim(bottom=0)
    counts.legend(frameon=False)
    for lengths in others:
        lengths.set_xlabel('length in seconds')
        lengths.set_ylabel('clips')
        # One clip of an odd length is seen beside a hundred thousand usual ones.
        lengths.set_yscale('log')
        lengths.set_ylim(bottom=0.7)
        lengths.legend(frameon=False)
    figure.suptitle(summary['name'])
    temporary = path.with_name(f'.{path.name}.part')
    canvas.print_png(str(temporary))
    os.replace(temporary, path)
