"""Refuse configs that cannot work, before anything is loaded."""

from math import prod
from typing import Any

from mmengine.config import Config

from ..models.utils import check_checkpoint
from .config_parts import (
    is_multi_modal,
    iter_datasets,
    model_modalities,
    preprocessors_of,
)
from .di_mml_checks import check_di_mml


def check_config(cfg: Config) -> None:
    """Compare encoders, preprocessors, branches, heads and labels.

    Raises:
        ValueError: Naming the two parts that disagree and what to set.
    """
    model = cfg.get('model') or {}
    names = model_modalities(model)
    if not names:
        return
    preprocessors = preprocessors_of(cfg) if 'encoders' in model else {}
    missing = [name for name in names if preprocessors and name not in preprocessors]
    if missing:
        raise ValueError(
            f'model.data_preprocessor.preprocessors lacks {missing}: encoders are '
            f'{names}, preprocessors {list(preprocessors)}'
        )
    classes = (model.get('cls_head') or {}).get('num_classes')
    for dataset in filter(is_multi_modal, iter_datasets(cfg)):
        loaded = dataset.get('modalities') or _branches(dataset)
        if set(loaded) != set(names):
            raise ValueError(
                f'the model takes {names}, but the data set loads {list(loaded)}; set '
                f'the top-level modalities = {names} and train with tools/train.py, or '
                'set modalities of each data set'
            )
        if dataset.get('multi_class'):
            raise ValueError(
                f'{dataset.get("ann_file")}: multi_class=True, but the methods here '
                'assume one label per sample'
            )
        if classes and dataset.get('num_classes', classes) != classes:
            raise ValueError(
                f'model.cls_head.num_classes is {classes}, but num_classes of the data '
                f'set is {dataset["num_classes"]}; set the top-level num_classes'
            )
        _check_sample_rate(dataset, preprocessors)


def _branches(dataset: dict) -> list[str]:
    for step in dataset.get('pipeline', ()):
        if step.get('type') == 'PerModality':
            return list(step['branches'])
    raise ValueError(
        'the pipeline of MultiModalDataset needs one PerModality transform, but has '
        'none'
    )


def _check_sample_rate(dataset: dict, preprocessors: dict) -> None:
    from ..models.data_preprocessors.spectrogram_presets import PRESETS

    steps = dataset.get('pipeline', ())
    for step in (step for step in steps if step.get('type') == 'PerModality'):
        for name, branch in step['branches'].items():
            own = preprocessors.get(name) or {}
            preset: dict[str, Any] = PRESETS.get(own.get('preset') or '', {})
            expected = own.get('sample_rate', preset.get('sample_rate'))
            for load in branch:
                given = load.get('sample_rate')
                if expected and given and given != expected:
                    raise ValueError(
                        f'{name}: LoadAudioClips gives {given} Hz, but its '
                        f'SpectrogramPreprocessor expects {expected} Hz'
                    )


def check_before_training(cfg: Config) -> None:
    """Refuse to start a training that would fail.

    Raises:
        FileNotFoundError: If a teacher or encoder checkpoint does not exist.
        ValueError: If the model has nothing to train, a frozen encoder has no
            checkpoint to come from, or a method lacks a part.
    """
    model = cfg.get('model') or {}
    if 'members' in model:
        raise ValueError(
            'UME trains nothing: train its members, then run tools/test.py with this '
            'config (no checkpoint argument)'
        )
    for part in ('teachers', 'encoder_checkpoints'):
        for name, path in (model.get(part) or {}).items():
            check_checkpoint(path, f'{part}[{name!r}]')
    check_di_mml(cfg)
    head = model.get('cls_head') or {}
    for part, path in (
        ('teacher', model.get('teacher')),
        ('cls_head.stage1_checkpoint', head.get('stage1_checkpoint')),
    ):
        if path:
            check_checkpoint(path, part)
    given = model.get('encoder_checkpoints') or {}
    random = [name for name in model_modalities(model) if name not in given]
    if model.get('frozen_encoders') and random and not cfg.get('load_from'):
        raise ValueError(
            f'frozen_encoders=True without encoder_checkpoints of {random} would train '
            'a classifier on random encoders; set model.encoder_checkpoints'
        )


def batch_size_warning(cfg: Config, processes: int) -> str | None:
    """What to do about a learning rate that is meant for another batch size, if so.

    Args:
        cfg (Config): Its ``auto_scale_lr`` tells the batch size of the rate.
        processes (int): Number of processes that share a step.
    """
    scale = cfg.get('auto_scale_lr') or {}
    base = scale.get('base_batch_size')
    own = (cfg.get('train_dataloader') or {}).get('batch_size')
    if not base or not own or scale.get('enable'):
        return None
    parts = (
        own,
        processes,
        (cfg.get('optim_wrapper') or {}).get('accumulative_counts', 1),
    )
    batch = prod(parts)
    if batch == base:
        return None
    return (
        f'The learning rate is for batches of {base}, but a step takes {batch} samples '
        f'({own} per process, {processes} processes, {parts[2]} accumulated): add '
        '--auto-scale-lr, set train_dataloader.batch_size, or choose a rate.'
    )
