"""Make a config say one thing throughout."""

import os.path as osp

from mmengine.config import Config

from .config_checks import check_before_training, check_config
from .config_parts import DATALOADERS, is_multi_modal, iter_datasets

__all__ = ['check_before_training', 'resolve_config']

# Parts of a model that hold one entry per modality; the first two define which.
_BY_MODALITY = (
    'encoders',
    'members',
    'teachers',
    'encoder_checkpoints',
    'weights',
    'num_segments',
)


def resolve_config(cfg: Config) -> Config:
    """Carry top-level ``num_classes``, ``data_root``, ``modalities`` to where they act.

    In plain MMEngine a child's ``num_classes = 12`` changes nothing, since its bases
    are evaluated first. Our bases keep their own values in ``config_defaults``: where
    a child's top-level value differs, every place that still holds the base's is
    changed; what a child sets in its place stays. Of encoders, members, teachers and
    checkpoints those of the child's ``modalities`` are kept.

    Args:
        cfg (Config): As read from the file; changed in place.

    Returns:
        Config: ``cfg``.

    Raises:
        ValueError: If the parts of the config contradict each other.
    """
    defaults = cfg.get('config_defaults', {})
    model = cfg.get('model') or {}
    if isinstance(cfg.get('modalities'), str):  # --cfg-options modalities=rgb
        cfg.modalities = [cfg.modalities]
    for name in ('num_classes', 'data_root', 'modalities'):
        if name not in cfg or name not in defaults:
            continue
        old, new = defaults[name], cfg[name]
        if old == new:
            continue
        for place in _places(cfg, name):
            if place.get(name) == old:
                place[name] = new
        if name == 'num_classes':
            _resolve_members(model, old, new)
        elif name == 'modalities':
            _restrict(model, new)
        defaults[name] = new
    classes = (model.get('cls_head') or {}).get('num_classes')
    wanted = cfg.get('num_classes', classes)
    if classes and wanted != classes and 'num_classes' not in defaults:
        raise ValueError(
            f'num_classes = {wanted} at the top of the config does not reach '
            f'model.cls_head.num_classes, which is {classes}: set that, or let the '
            f'base that defines num_classes say config_defaults = dict(num_classes='
            f'{classes}), as configs/_base_/datasets/avdigits.py does'
        )
    for loader in filter(None, map(cfg.get, DATALOADERS)):
        if not loader.get('num_workers'):
            # There is none to persist, which PyTorch refuses.
            loader.pop('persistent_workers', None)
    for dataset in filter(is_multi_modal, iter_datasets(cfg)):
        if classes or wanted:
            dataset.setdefault('num_classes', classes or wanted)
    check_config(cfg)
    return cfg


def _places(cfg: Config, name: str) -> list[dict]:
    datasets = list(iter_datasets(cfg))
    head = (cfg.get('model') or {}).get('cls_head')
    if name == 'num_classes':
        return [*datasets, *([head] if isinstance(head, dict) else [])]
    return datasets


def _resolve_members(model: dict, old: int, new: int) -> None:
    """Give an ensemble's members the new classes, where they have the base's."""
    for member in (model.get('members') or {}).values():
        path = member.get('config')
        # A file that is not there is the ensemble's own error, when it is built.
        if isinstance(path, str) and osp.isfile(path):
            own = Config.fromfile(path)
            if own.get('num_classes') == old and 'config_defaults' in own:
                own.num_classes = new
                member['config'] = own.to_dict()


def _restrict(model: dict, names: list[str]) -> None:
    """Keep of a model what belongs to ``names``.

    Raises:
        ValueError: If the model has no encoder or member of such a name.
    """
    head = model.get('cls_head') or {}
    parts = {f'model.{part}': model.get(part) for part in _BY_MODALITY}
    parts['cls_head.unimodal_loss_weights'] = head.get('unimodal_loss_weights')
    for part, entries in parts.items():
        if not isinstance(entries, dict):
            continue
        unknown = [name for name in names if name not in entries]
        if unknown and part in ('model.encoders', 'model.members'):
            raise ValueError(
                f'modalities = {list(names)} names {unknown}, but {part} has '
                f'{list(entries)}; correct the name, or add its encoder to the model'
            )
        for name in [name for name in entries if name not in names]:
            del entries[name]
