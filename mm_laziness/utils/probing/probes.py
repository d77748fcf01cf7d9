"""Linear probes of encoders, beside encoders that were trained alone."""

from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.dist import is_main_process
from torch import Tensor
from tqdm import tqdm

from ...evaluation.functional import (
    accuracy_interval,
    label_ranks,
    linear_probe,
    paired_bootstrap,
)
from .encoder_access import build_encoders, encoder_names
from .encoder_weights import checkpoint_of, load_encoders
from .evaluation_data import restrict_modalities
from .feature_cache import cached_features

Splits = dict[str, dict | None]


def probe_checkpoint(
    cfg: Config,
    checkpoint: str | None,
    references: dict[str, str] | None = None,
    *,
    cache: Path | None = None,
    amp: bool = False,
    name: str | None = None,
    seed: int = 0,
) -> dict | None:
    """Probe every encoder of a trained model; compare it with one trained alone.

    All processes of a launch call this; they share the extraction of features.

    Args:
        cfg (Config): Resolved config of the model, and of the data.
        checkpoint (str, optional): Checkpoint, of ours or of MMAction2's; None for an
            ensemble, whose members name theirs.
        references (dict[str, str], optional): By encoder, the checkpoint or run folder
            of a uni-modal model with the same encoder.
        cache (Path, optional): Folder that keeps features. Defaults to none.
        amp (bool): Extract features with automatic mixed precision.
        name (str, optional): See :func:`encoder_names`.
        seed (int): Of the linear classifiers and the bootstrap.

    Returns:
        dict: In percent, ``num_train``, ``num_val`` and ``encoders``: by modality
        ``top1``, ``top1_interval`` (95 %), ``top5``, ``mean1``, and ``reference`` with
        the same, ``checkpoint``, ``difference`` (of the encoder from it), its
        ``difference_interval`` and ``p_value``. None on all processes but the first.

    Raises:
        FileNotFoundError: If a checkpoint does not exist.
        ValueError: If a checkpoint does not fit, or the data cannot be used.
        OSError: If the disk of the cache is full.
    """
    ensemble = 'members' in (cfg.get('model') or {})
    if ensemble and checkpoint:
        raise ValueError(
            'the config is an ensemble, whose members have their checkpoints in the '
            f'config: leave out {checkpoint}'
        )
    if not ensemble and not checkpoint:
        raise ValueError(
            'a checkpoint is needed: name the file, or the folder of a run'
        )
    names = encoder_names(cfg, name)
    if unknown := [m for m in references or {} if m not in names]:
        raise ValueError(
            f'references are given for {unknown}, but the encoders are {names}'
        )
    encoders = build_encoders(cfg, names)
    paths = {m: checkpoint_of(p) for m, p in (references or {}).items()}
    # Before the first extraction, which may take hours.
    alone = build_encoders(cfg, list(paths)) if paths else None
    if alone:
        load_encoders(alone.model, paths)
    if checkpoint:
        load_encoders(encoders.model, checkpoint_of(checkpoint))
    found = _splits(encoders, restrict_modalities(cfg, names), cache, amp, 'features')
    other: Splits = {}
    if alone:
        data = restrict_modalities(cfg, list(paths))
        other = _splits(alone, data, cache, amp, 'features of references')
    if not is_main_process():
        return None
    return probe_features(found, other, paths, seed=seed)


def _splits(
    encoders: Any, cfg: Config, cache: Path | None, amp: bool, what: str
) -> Splits:
    return {
        split: cached_features(
            encoders, cfg, split, cache, amp=amp, title=f'{what}, {split}'
        )
        for split in ('train', 'val')
    }


def probe_features(
    found: dict, references: dict, checkpoints: dict[str, str], *, seed: int = 0
) -> dict:
    """Probe features of encoders and of those that were trained alone.

    Args:
        found (dict): ``train`` and ``val``, each with ``feats`` and ``labels``.
        references (dict): The same of the references, on the same samples; may be
            empty.
        checkpoints (dict[str, str]): Where each reference comes from.
        seed (int): Of the linear classifiers and the bootstrap.

    Returns:
        dict: As of :func:`probe_checkpoint`.
    """
    labels = found['val']['labels']
    encoders: dict[str, dict] = {}
    names = found['val']['feats']
    with tqdm(total=len(names) + len(checkpoints), desc='probes', leave=False) as bar:
        for name in names:
            own, right = _probe(found, name, seed)
            bar.update()
            if name in checkpoints:
                alone, right_alone = _probe(references, name, seed)
                gap = paired_bootstrap(right, right_alone, seed=seed)
                own['reference'] = dict(
                    checkpoint=checkpoints[name],
                    **alone,
                    difference=_percent(gap['difference']),
                    difference_interval=[_percent(gap[k]) for k in ('low', 'high')],
                    p_value=gap['p_value'],
                )
                bar.update()
            encoders[name] = own
    return dict(
        num_train=len(found['train']['labels']), num_val=len(labels), encoders=encoders
    )


def _probe(splits: dict, name: str, seed: int) -> tuple[dict, Tensor]:
    """Accuracies in percent, and which test samples are right."""
    labels = splits['val']['labels']
    probe = linear_probe(
        splits['train']['feats'][name],
        splits['train']['labels'],
        splits['val']['feats'][name],
        labels,
        seed=seed,
        device=get_device(),
    )
    right = label_ranks(probe['scores'].cpu(), labels) < 1
    interval = accuracy_interval(right, seed=seed)
    numbers = {key: _percent(probe[key]) for key in ('top1', 'top5', 'mean1')}
    return dict(numbers, top1_interval=[_percent(end) for end in interval]), right


def _percent(fraction: float) -> float:
    # Without the digits that float32 makes up.
    return round(100 * fraction, 4)
