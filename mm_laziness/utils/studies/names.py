"""Which methods have a config, and what was meant by one that has none."""

import difflib
from pathlib import Path

from mmengine.config import Config


def all_methods(name: str, config_dir: Path) -> list[str]:
    """Methods that have a config ``<method>_<name>.py``: uni-modal, joint, others.

    Raises:
        FileNotFoundError: If there is none.
    """
    found = _known(name, config_dir)
    if not found:
        raise FileNotFoundError(
            f'{config_dir} holds no config <method>_{name}.py{_near(name, config_dir)}'
        )
    first = ['joint']
    if 'joint' in found:
        joint = Config.fromfile(config_dir / f'joint_{name}.py')
        first = [*joint.model.encoders, 'joint']
    return [m for m in first if m in found] + [m for m in found if m not in first]


def unknown_method(method: str, name: str, config_dir: Path) -> str:
    """Say which methods there are, and which one may have been meant."""
    known = _known(name, config_dir)
    path = config_dir / f'{method}_{name}.py'
    if not known:
        near = _near(name, config_dir)
        return f'no method has a config <method>_{name}.py in {config_dir}{near}'
    nearest = difflib.get_close_matches(method, known, n=1)
    meant = f'did you mean {nearest[0]!r}? ' if nearest else ''
    methods = ', '.join(known)
    return (
        f'method {method!r} has no config {path}; {meant}Methods of {name}: {methods}. '
        f'A new one is a few lines on joint_{name}.py'
    )


def _near(name: str, config_dir: Path) -> str:
    joint = (path.stem.partition('_')[2] for path in config_dir.glob('joint_*.py'))
    nearest = difflib.get_close_matches(name, joint, n=1)
    return f'; did you mean {nearest[0]!r}?' if nearest else ''


def _known(name: str, config_dir: Path) -> list[str]:
    return sorted(
        path.stem.removesuffix(f'_{name}') for path in config_dir.glob(f'*_{name}.py')
    )
