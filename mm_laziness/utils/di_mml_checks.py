"""Refuse trainings of DI-MML that lack a part."""

from typing import Any

from mmaction.registry import HOOKS, MODELS
from mmengine.config import Config
from mmengine.registry import Registry


def check_di_mml(cfg: Config) -> None:
    """Compare the stage of a ``DIMMLHead`` with the rest of the config.

    Raises:
        ValueError: If stage 1 would never interact or not train its encoders, stage 2
            not start from stage 1, or there are teachers.
    """
    from ..engine.hooks import DIMMLHook
    from ..models.heads import DIMMLHead
    from ..models.recognizers.distillation import DistillationRecognizer

    model = cfg.get('model') or {}
    head = model.get('cls_head') or {}
    if not _is_a(head, DIMMLHead, MODELS):
        return
    if _is_a(model, DistillationRecognizer, MODELS):
        raise ValueError(
            'teachers make up for what encoders miss in joint training, but those of '
            "DI-MML are not trained jointly; set model.type='LateFusionRecognizer' "
            'without teachers, or a fusion head instead of DIMMLHead'
        )
    frozen = bool(model.get('frozen_encoders'))
    if head.get('stage', 1) == 2:
        parts = {
            'model.frozen_encoders=True': frozen,
            'model.encoder_checkpoints': model.get('encoder_checkpoints'),
            'cls_head.stage1_checkpoint': head.get('stage1_checkpoint'),
        }
        if missing := [part for part, given in parts.items() if not given]:
            raise ValueError(
                'stage 2 of DI-MML trains a classifier on what stage 1 has trained; '
                f'set {", ".join(missing)}'
            )
        return
    if frozen:
        raise ValueError(
            'stage 1 of DI-MML trains the encoders, but frozen_encoders=True; remove '
            'that, or set cls_head.stage=2'
        )
    hooks = [
        *(cfg.get('default_hooks') or {}).values(),
        *(cfg.get('custom_hooks') or ()),
    ]
    if not any(_is_a(hook, DIMMLHook, HOOKS) for hook in hooks):
        raise ValueError(
            'without DIMMLHook the modalities of stage 1 never interact; set '
            "custom_hooks=[dict(type='DIMMLHook', interaction_epoch=...)]"
        )


def _is_a(part: Any, kind: type, registry: Registry) -> bool:
    """Whether a config, or what it builds, is of a class or one derived from it."""
    if not isinstance(part, dict):
        return isinstance(part, kind)
    built = part.get('type')
    built = registry.get(built) if isinstance(built, str) else built
    return isinstance(built, type) and issubclass(built, kind)
