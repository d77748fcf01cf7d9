"""Which modalities a test is to do without."""

import difflib
from collections.abc import Sequence

from mmengine.config import Config

from ..config_parts import model_modalities


def missing_names(cfg: Config, given: Sequence[str]) -> tuple[str, ...]:
    """Check the names of missing modalities.

    Args:
        cfg (Config): Resolved config of the model.
        given (Sequence[str]): As the user wrote them; ``a+b`` stands for two.

    Returns:
        tuple[str, ...]: Each once, in the order of the model.

    Raises:
        ValueError: If the model has no such modality, has only one, or none is left.
    """
    asked = [name for part in given for name in part.split('+')]
    names = model_modalities(cfg.get('model') or {})
    if len(names) < 2:
        has = f'only {names[0]!r}' if names else 'one modality, whose name it ignores'
        raise ValueError(
            f'the model takes in {has}, so it cannot do without: --missing is for '
            'models with several encoders or members, such as configs/joint_*.py'
        )
    for name in asked:
        if name not in names:
            near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
            hint = f'; did you mean {near[0]}?' if near else ''
            raise ValueError(
                f'the model has no modality {name!r}; it has {", ".join(names)}{hint}'
            )
    if set(asked) == set(names):
        raise ValueError(
            f'{", ".join(names)} are all modalities of the model: leave at least one'
        )
    return tuple(name for name in names if name in asked)
