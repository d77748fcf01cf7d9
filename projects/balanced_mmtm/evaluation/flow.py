"""What a trained model's branches get right, with exchange between them and without."""

import copy
from typing import NamedTuple

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.registry import DefaultScope
from torch import Tensor
from tqdm import tqdm

from mm_laziness.evaluation.functional import label_ranks
from mm_laziness.models.utils import load_exactly
from mm_laziness.utils.probing.encoder_weights import checkpoint_of, read_recognizer
from mm_laziness.utils.probing.evaluation_data import evaluation_dataloader
from mm_laziness.utils.probing.stock_encoders import without_pretraining

from ..models import MMTMRecognizer

Hits = dict[str, Tensor]


class BranchHits(NamedTuple):
    """Which of N test samples each branch gets right, bool (N,) by modality.

    ``num_train`` samples gave the mean squeezes that ``off`` was measured with.
    """

    full: Hits
    off: Hits
    num_train: int


def load_mmtm(cfg: Config, checkpoint: str) -> MMTMRecognizer:
    """Build a trained model, on its device and in eval mode.

    Args:
        cfg (Config): Resolved config.
        checkpoint (str): A checkpoint file, or the folder of a run.

    Raises:
        FileNotFoundError: If the checkpoint does not exist.
        ValueError: If the model has no MMTM units, or the checkpoint does not fit.
    """
    if not cfg.get('model'):
        raise ValueError('the config defines no model')
    state = read_recognizer(path := checkpoint_of(checkpoint))
    parts = without_pretraining(cfg.model.to_dict())
    with DefaultScope.overwrite_default_scope('mmaction'):
        kind = parts.get('type')
        found = MODELS.get(kind) if isinstance(kind, str) else kind
        if not (isinstance(found, type) and issubclass(found, MMTMRecognizer)):
            raise ValueError(
                'information flows between the branches of an MMTMRecognizer, but the '
                f'model of the config is a {kind}; give a config such as '
                'projects/balanced_mmtm/configs/mmtm_slim_avdigits.py'
            )
        model = MODELS.build(parts)
    _check_classes(state, model.cls_head.num_classes, path)
    load_exactly(model, state, path, 'the model')
    return model.to(get_device()).eval()


def _check_classes(state: dict[str, Tensor], expected: int, path: str) -> None:
    prefix = 'cls_head.unimodal_classifiers.'
    biases = (n for n in state if n.startswith(prefix) and n.endswith('.bias'))
    found = next((len(state[name]) for name in biases), expected)
    if found != expected:
        raise ValueError(
            f'{path} tells {found} classes apart, but the config has num_classes='
            f'{expected}; add num_classes={found} to --cfg-options, and the data_root '
            'of its training'
        )


@torch.no_grad()
def branch_hits(model: MMTMRecognizer, cfg: Config) -> BranchHits:
    """Record mean squeezes on the training set; evaluate with the exchange on and off.

    Training samples go through the test pipeline. Every sample is read once, with a
    progress bar, by this process alone.

    Args:
        model (MMTMRecognizer): In eval mode, on its device.
        cfg (Config): Its resolved config.
    """
    cfg = copy.deepcopy(cfg)
    # 'val' takes the validation's data, which may be a part of the training set.
    cfg.val_dataloader = cfg.get('test_dataloader') or cfg.get('val_dataloader')
    with DefaultScope.overwrite_default_scope('mmaction'):
        train, test = (evaluation_dataloader(cfg, split) for split in ('train', 'val'))
    with model.recording_squeezes() as means:
        for batch in tqdm(train, desc='mean squeezes of train', leave=False):
            model.extract_feat(model.data_preprocessor(batch, False)['inputs'])
    full: list[Hits] = []
    off: list[Hits] = []
    for batch in tqdm(test, desc='with and without exchange, test', leave=False):
        data = model.data_preprocessor(batch, False)
        full.append(_hits(model, data))
        with model.flow_off(means):
            off.append(_hits(model, data))
    size = len(train.dataset)  # type: ignore[arg-type]
    return BranchHits(_join(full), _join(off), size)


def _hits(model: MMTMRecognizer, data: dict) -> Hits:
    samples = model.predict(data['inputs'], data['data_samples'])
    found = {}
    for name in model.modalities:
        scores = torch.stack([sample.unimodal_scores[name] for sample in samples])
        labels = torch.cat([sample.gt_label for sample in samples]).to(scores.device)
        found[name] = label_ranks(scores, labels) == 0
    return found


def _join(parts: list[Hits]) -> Hits:
    return {name: torch.cat([part[name] for part in parts]).cpu() for name in parts[0]}
