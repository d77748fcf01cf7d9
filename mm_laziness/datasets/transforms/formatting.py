"""Pack all modalities of a sample for a recognizer."""

from typing import Any

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform, to_tensor


@TRANSFORMS.register_module()
class PackModalities(BaseTransform):
    """Pack ``inputs: dict[str, Tensor]`` and an :class:`ActionDataSample`.

    Required keys: ``modalities`` (from :class:`PerModality`) and ``label``. The label
    becomes ``gt_label``; the faults of the sample travel in the metainfo.
    """

    def transform(self, results: dict) -> dict:
        """Turn arrays into tensors."""
        inputs = {name: _tensor(value) for name, value in results['modalities'].items()}
        sample = ActionDataSample()
        label = results['label']
        sample.set_gt_label(label.long() if torch.is_tensor(label) else label)
        sample.set_metainfo(
            dict(
                filename=results.get('filename'),
                sample_idx=results.get('sample_idx'),
                faults=tuple(results.get('faults', ())),
            )
        )
        return dict(inputs=inputs, data_samples=sample)


def _tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    # A transposed view is left to the model's device to put in order; but tensors know
    # no steps backwards.
    if min(value.strides, default=0) < 0:
        value = np.ascontiguousarray(value)
    return to_tensor(value)
