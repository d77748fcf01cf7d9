"""Normalize stacks of optical flow."""

from collections.abc import Sequence

import torch
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.registry import MODELS
from torch import Tensor


@MODELS.register_module()
class FlowDataPreprocessor(ActionDataPreprocessor):
    """Normalize flow pictures, as stacks or as single frames of two channels.

    Takes uint8 flow (N, clips, 2 * L, H, W) with the channels x1, y1, x2, y2, ...,
    as :class:`LoadFlowStack` and ``FormatShape(input_format='NCHW')`` give it.

    Args:
        mean (float): Value of no motion. Defaults to 128.0.
        std (float): What the difference to it is divided by. Defaults to 128.0, so
            that values lie in [-1, 1).
        as_frames (bool): Give (N, clips * L, 2, H, W), whose features the recognizer
            averages, as DI-MML does; else the shape stays. Defaults to False.

    Raises:
        ValueError: If ``std`` is not positive, or the number of channels is odd.
    """

    def __init__(
        self, mean: float = 128.0, std: float = 128.0, as_frames: bool = False
    ) -> None:
        if std <= 0:
            raise ValueError(f'std must be positive, but got {std}')
        super().__init__(mean=[mean], std=[std], format_shape='NCHW')
        self.as_frames = as_frames

    def preprocess(
        self, inputs: Sequence[Tensor], data_samples: list, training: bool = False
    ) -> tuple[Tensor, list]:
        """Stack and normalize.

        Args:
            inputs (Sequence[Tensor]): One of shape (clips, 2 * L, H, W) per sample.
            data_samples (list): Handed through.
            training (bool): Not used.

        Returns:
            tuple[Tensor, list]: float32 flow and the data samples.

        Raises:
            ValueError: If the number of channels is odd.
        """
        flow, data_samples = super().preprocess(inputs, data_samples, training)
        if flow.ndim != 5 or flow.shape[2] % 2:
            raise ValueError(
                'flow must be of shape (clips, 2 * length, H, W) per sample, but is '
                f'{tuple(flow.shape[1:])}; end its branch with LoadFlowStack and '
                "FormatShape(input_format='NCHW')"
            )
        if self.as_frames:
            flow = torch.flatten(flow.unflatten(2, (-1, 2)), 1, 2)
        return flow, data_samples
