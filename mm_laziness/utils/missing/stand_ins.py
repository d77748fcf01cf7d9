"""What takes the place of a missing modality's features."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from torch import Tensor

from ...models.utils import STRATEGIES, MissingModalities
from .modality_loading import load_only
from .training_means import training_means

# Files that are tried before a modality counts as not there.
_TRIES = 100


def without(
    model: Any,
    cfg: Config,
    names: Sequence[str],
    strategy: str = 'zeros',
    store: str | Path | None = None,
    loader: str = 'test_dataloader',
) -> MissingModalities:
    """Prepare what a recognizer needs to do without modalities.

    Args:
        model (LateFusionRecognizer | UMERecognizer): Trained, on its device.
        cfg (Config): Its resolved config.
        names (Sequence[str]): The missing modalities.
        strategy (str): ``'zeros'``: their inputs are zeros, before preprocessing.
            ``'mean'``: their features (an ensemble's: their members' scores) are the
            means over the training set. ``'split'``: the others' own scores decide.
        store (Path, optional): File that keeps the means; used again while the weights
            and the data are the same.
        loader (str): The data loader of ``cfg`` that is evaluated.

    Raises:
        ValueError: If there is no such strategy, the model is none of ours or its
            encoders feed each other, or no input of the modality can be read, whose
            shape zeros need.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f'strategy must be one of {STRATEGIES}, but is {strategy!r}')
    if not hasattr(model, 'predict_views'):
        raise ValueError(
            f'{type(model).__name__} cannot do without a modality; only late-fusion '
            'recognizers and ensembles of this package can'
        )
    if not getattr(model, 'independent_encoders', True):
        raise ValueError(
            f'{type(model).__name__} cannot do without a modality, since its encoders '
            'feed each other; only a model of independent encoders can'
        )
    if strategy == 'split':
        return MissingModalities(tuple(names))
    if strategy == 'mean':
        means = training_means(model, cfg, names, store)
        return MissingModalities(tuple(names), means)
    try:
        shapes = example_inputs(cfg, names, loader)
    except ValueError as error:
        raise ValueError(
            f'{error}. The data of test and training are tried for the shape of the '
            'input that zeros replace; pass --missing-as split, which needs none'
        ) from error
    return MissingModalities(tuple(names), features_of_zeros(model, shapes))


def example_inputs(
    cfg: Config,
    names: Sequence[str],
    loader: str = 'test_dataloader',
    splits: Sequence[str] = ('val', 'train'),
) -> dict[str, Tensor]:
    """Inputs of one sample whose files of these modalities are all readable.

    Args:
        cfg (Config): Resolved.
        names (Sequence[str]): The modalities.
        loader (str): Whose pipeline and samples to take.
        splits (Sequence[str]): ``'val'`` for that loader's samples, ``'train'`` for
            those of training: which are tried, in that order.

    Raises:
        ValueError: If there is none.
    """
    reason = ''
    for split in splits:
        try:
            dataset: Any = load_only(
                cfg, names, loader, split, on_error='raise'
            ).dataset
            for index in range(min(len(dataset), _TRIES)):
                try:
                    inputs = dataset[index]['inputs']
                    return {name: inputs[name] for name in names}
                except (OSError, ValueError) as error:
                    reason = reason or str(error)
        except (OSError, ValueError) as error:  # no such column, folder or list
            reason = reason or str(error)
    raise ValueError(f'no file of {" and ".join(names)} can be read: {reason}')


@torch.no_grad()
def features_of_zeros(model: Any, shapes: dict[str, Tensor]) -> dict[str, Tensor]:
    """Features (C_m,) of inputs of zeros, before preprocessing.

    In eval mode they are the same for every sample and every view.

    Args:
        model (LateFusionRecognizer | UMERecognizer): On its device.
        shapes (dict[str, Tensor]): An input of each modality, as the data set gives it.
    """
    model.eval()
    zeros = {name: [torch.zeros_like(like)] for name, like in shapes.items()}
    data = dict(inputs=zeros, data_samples=[ActionDataSample()])
    feats = model.view_features(model.data_preprocessor(data, False)['inputs'])
    return {name: rows[0, 0] for name, rows in feats.items()}
