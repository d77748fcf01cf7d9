"""How many operations and parameters the parts of a model have."""

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import torch
import torch.nn as nn
from mmengine.analysis import get_model_complexity_info
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from torch import Tensor

_RATE = 16000


class PartCost(NamedTuple):
    """Cost of one encoder."""

    name: str
    shape: tuple[int, ...]  # of one view
    views: int  # per sample
    operations: int  # multiply-adds of all views of a sample
    parameters: int


def model_cost(
    cfg: Config, model: nn.Module, shapes: dict[str, tuple[int, ...]] | None = None
) -> list[PartCost]:
    """Count multiply-adds and parameters of each encoder.

    Args:
        cfg (Config): Its validation pipeline says what the encoders are given.
        model (nn.Module): A recognizer of ours, or one of MMAction2's.
        shapes (dict[str, tuple[int, ...]], optional): Shape of one view by encoder,
            e.g. (3, 32, 224, 224). Where all are given, the pipeline is not run.

    Raises:
        ValueError: If a shape names no encoder, or the pipeline cannot be run on a
            video with sound and no shape is given instead.
    """
    encoders = dict(getattr(model, 'encoders', None) or {'backbone': model.backbone})
    shapes = shapes or {}
    unknown = [name for name in shapes if name not in encoders]
    if unknown:
        raise ValueError(f'--shape names {unknown}, but encoders are {list(encoders)}')
    batch = {name: torch.zeros(1, 1, *shape) for name, shape in shapes.items()}
    if len(batch) < len(encoders):
        sampled = _sample(cfg, model)
        named = sampled if isinstance(sampled, dict) else {'backbone': sampled}
        batch = {**named, **batch}
    model.eval()
    costs = []
    for name, encoder in encoders.items():
        views = batch[name].flatten(0, 1)
        found = get_model_complexity_info(
            encoder, inputs=(views[:1],), show_table=False
        )
        costs.append(
            PartCost(
                name,
                tuple(views.shape[1:]),
                len(views),
                int(found['flops']) * len(views),
                sum(parameter.numel() for parameter in encoder.parameters()),
            )
        )
    return costs


def _sample(cfg: Config, model: Any) -> dict[str, Tensor] | Tensor:
    """What the validation pipeline and the preprocessor make of a video with sound."""
    pipeline = Compose(cfg.val_dataloader.dataset.pipeline)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / 'video.mp4')
        write_example(path)
        info = dict(filename=path, label=0, start_index=0, modality='RGB')
        try:
            data = pseudo_collate([pipeline(info)])
        except Exception as error:
            raise ValueError(
                'the validation pipeline cannot be run on a video with sound '
                f'({type(error).__name__}: {error}); give the shape of one view of '
                'each encoder, such as --shape rgb=3,224,224 flow=20,224,224'
            ) from error
    return model.data_preprocessor(data, False)['inputs']


def write_example(path: str, seconds: int = 10) -> None:
    """Write a grey 340 x 256 video of 30 frames a second with a tone of 440 Hz."""
    with av.open(path, 'w') as out:
        video = out.add_stream('libx264', rate=30, options=dict(preset='ultrafast'))
        video.width, video.height, video.pix_fmt = 340, 256, 'yuv420p'
        sound = out.add_stream('aac', rate=_RATE, layout='mono')
        picture = np.full((256, 340, 3), 128, np.uint8)
        for _ in range(30 * seconds):
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format='rgb24')))
        out.mux(video.encode())
        times = np.arange(_RATE * seconds, dtype=np.float32) / _RATE
        tone = np.sin(2 * np.pi * 440 * times)[None].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone, format='fltp', layout='mono')
        frame.sample_rate, frame.time_base, frame.pts = _RATE, Fraction(1, _RATE), 0
        out.mux(sound.encode(frame))
        out.mux(sound.encode())
