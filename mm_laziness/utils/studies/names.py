"""Which methods have a config, and what was meant by one that has none."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config

# One folder of configs, or several.
ConfigDirs = Path | Sequence[Path]


def all_methods(name: str, config_dir: ConfigDirs) -> list[str]:
    """Methods that have a config ``<method>_<name>.py``: uni-modal, joint, others.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If one has several.
    """
    found = _known(name, config_dir)
    if not found:
        raise FileNotFoundError(
            f'{listed(config_dir)} holds no config <method>_{name}.py'
            f'{_near(name, config_dir)}'
        )
    first = ['joint']
    if joint := config_of('joint', name, config_dir):
        first = [*Config.fromfile(joint).model.encoders, 'joint']
    return [m for m in first if m in found] + [m for m in found if m not in first]


def config_of(method: str, name: str, config_dir: ConfigDirs) -> Path | None:
    """The config file of a method, None if it has none.

    Raises:
        ValueError: If several folders hold one.
    """
    paths = [d / f'{method}_{name}.py' for d in config_dirs(config_dir)]
    found = [path for path in paths if path.is_file()]
    if len(found) > 1:
        raise ValueError(
            f'method {method!r} has a config in several folders: '
            f'{" and ".join(map(str, found))}; rename one of them, or leave its folder '
            'out of --config-dir'
        )
    return found[0] if found else None


def config_dirs(config_dir: ConfigDirs) -> list[Path]:
    """The folders, each once however it is named."""
    given = [config_dir] if isinstance(config_dir, str | Path) else config_dir
    return list({Path(d).resolve(): Path(d) for d in reversed(given)}.values())[::-1]


def listed(config_dir: ConfigDirs) -> str:
    """The folders, for a message."""
    return ' and '.join(map(str, config_dirs(config_dir)))


def unknown_method(method: str, name: str, config_dir: ConfigDirs) -> str:
    """Say which methods there are, and which one may have been meant."""
    known = _known(name, config_dir)
    if not known:
        near = _near(name, config_dir)
        return (
            f'no method has a config <method>_{name}.py in {listed(config_dir)}{near}'
        )
    nearest = difflib.get_close_matches(method, known, n=1)
    meant = f'did you mean {nearest[0]!r}? ' if nearest else ''
    methods = ', '.join(known)
    paths = (str(d / f'{method}_{name}.py') for d in config_dirs(config_dir))
    return (
        f'method {method!r} has no config {" nor ".join(paths)}; {meant}Methods of '
        f'{name}: {methods}. A new one is a few lines on joint_{name}.py'
    )


def _near(name: str, config_dir: ConfigDirs) -> str:
    joint = (
        path.stem.partition('_')[2]
        for folder in config_dirs(config_dir)
        for path in folder.glob('joint_*.py')
    )
    nearest = difflib.get_close_matches(name, joint, n=1)
    return f'; did you mean {nearest[0]!r}?' if nearest else ''


def _known(name: str, config_dir: ConfigDirs) -> list[str]:
    found = {
        path.stem.removesuffix(f'_{name}')
        for folder in config_dirs(config_dir)
        for path in folder.glob(f'*_{name}.py')
    }
    return sorted(found)
