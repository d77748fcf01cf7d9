"""Contact sheets: what a pipeline gives a model, to be looked at before training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

_COLUMNS = 8


def plot_sample(
    inputs: dict[str, Tensor],
    title: str,
    preprocessors: Any = None,
    frame_times: np.ndarray | None = None,
) -> Figure:
    """Draw one sample, a row per modality.

    What is drawn follows from the shape: pictures (views, 3, [T,] H, W), flow (views,
    2 L, H, W) with pairs x and y, sound (clips, samples).

    Args:
        inputs (dict[str, Tensor]): Unbatched, as a data set gives them.
        title (str): Over the whole sheet.
        preprocessors (dict, optional): By modality; a sound's is asked for its
            spectrogram, else the waveform is drawn.
        frame_times (np.ndarray, optional): Seconds of the pictures, written over them
            where there is one for each, or for each of every crop.

    Raises:
        ValueError: If a modality has another shape.
    """
    figure = Figure(figsize=(1.6 * _COLUMNS, 2.1 * len(inputs) + 0.5))
    figure.suptitle(title, fontsize=10, wrap=True)
    rows = figure.subfigures(len(inputs), 1, squeeze=False)[:, 0]
    for row, (name, value) in zip(rows, inputs.items(), strict=True):
        row.text(0.01, 0.47, name, rotation=90, va='center')
        row.subplots_adjust(left=0.05, right=0.99, top=0.78, bottom=0.16)
        if value.ndim == 2:
            stage = (preprocessors or {}).get(name)
            _draw_sounds(row, value, stage)
        else:
            pictures = pictures_of(name, value)
            # A stack of flow has several pairs for each time.
            flow = value.shape[1] not in (1, 3)
            _draw_pictures(row, pictures, None if flow else frame_times)
    return figure


def pictures_of(name: str, value: Tensor) -> np.ndarray:
    """Pictures (N, H, W, 3) in [0, 1] of a modality's input.

    Raises:
        ValueError: If its shape is that of nothing that can be drawn.
    """
    if value.ndim == 5:
        value = value.transpose(1, 2).flatten(0, 1)
    channels = value.shape[1] if value.ndim == 4 else 0
    maps = value.float().numpy()
    if channels in (1, 3):
        pictures = maps.transpose(0, 2, 3, 1) / 255
        return np.clip(np.broadcast_to(pictures, (*pictures.shape[:3], 3)), 0, 1)
    if channels == 0 or channels % 2:
        raise ValueError(
            f'{name} has the shape {tuple(value.shape)}, which is neither pictures '
            '(views, 3, [T,] H, W) nor flow (views, 2 L, H, W) nor sound (clips, '
            'samples)'
        )
    return flow_colors(maps.reshape(-1, 2, *maps.shape[2:]))


def flow_colors(flow: np.ndarray) -> np.ndarray:
    """Colours (N, H, W, 3) of flow (N, 2, H, W) with 128 for no motion.

    The direction is the hue, the length (of the longest in all) the saturation.
    """
    x, y = flow[:, 0] - 128, flow[:, 1] - 128
    length = np.hypot(x, y)
    hue = np.arctan2(y, x) / (2 * np.pi) % 1
    saturation = length / max(float(length.max()), 1.0)
    return hsv_to_rgb(np.stack([hue, saturation, np.ones_like(hue)], axis=-1))


def _draw_pictures(
    row: SubFigure, pictures: np.ndarray, times: np.ndarray | None
) -> None:
    count = min(len(pictures), _COLUMNS)
    chosen = np.linspace(0, len(pictures) - 1, count).round().astype(int)
    length = 0 if times is None else times.size
    grid = row.subplots(1, _COLUMNS)
    for axes in grid[count:]:
        axes.set_axis_off()
    for axes, index in zip(grid, chosen, strict=False):
        # A frame around them: pictures may be as white as the sheet.
        axes.set(xticks=[], yticks=[])
        axes.imshow(pictures[index])
        text = f'{index + 1} of {len(pictures)}'
        if times is not None and length and len(pictures) % length == 0:
            # Crop after crop, as FormatShape lays them out.
            crop = f'  crop {index // length + 1}' if len(pictures) > length else ''
            text = f'{times.ravel()[index % length]:.2f} s{crop}'
        axes.set_title(text, fontsize=7)


def _draw_sounds(row: SubFigure, waves: Tensor, stage: Any) -> None:
    spectrograms = None
    if hasattr(stage, 'sample_rate'):
        with torch.no_grad():
            spectrograms = stage.preprocess([waves], None, False)[0][0, :, 0]
    rate = getattr(stage, 'sample_rate', 1)
    grid: Sequence[Axes] = row.subplots(1, min(len(waves), 4), squeeze=False)[0]
    for index, axes in enumerate(grid):
        seconds = waves.shape[1] / rate
        if spectrograms is None:
            axes.plot(waves[index].numpy(), linewidth=0.3)
            axes.set_xlabel('Samples', fontsize=7)
        else:
            axes.imshow(
                spectrograms[index].T.numpy(),
                origin='lower',
                aspect='auto',
                extent=(0, seconds, 0, spectrograms.shape[2]),
            )
            axes.set_xlabel('Seconds of the window', fontsize=7)
            axes.set_ylabel('Frequency bin', fontsize=6, labelpad=2)
        axes.tick_params(labelsize=6)
        axes.set_title(f'clip {index + 1} of {len(waves)}', fontsize=7)
