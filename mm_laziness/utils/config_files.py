"""Config files by path, or by their name in MMAction2."""

import difflib
import os.path as osp
from pathlib import Path

import mmaction

_SCOPE = 'mmaction::'


def find_config(name: str) -> str:
    """Path of a config file.

    Args:
        name (str): A path, or ``mmaction::`` and the path of a config inside
            MMAction2's ``configs`` folder, such as ``mmaction::recognition/slowonly/
            slowonly_r50_8xb16-4x16x1-256e_kinetics400-rgb.py``. The folder may be left
            out. MIM is not needed.

    Raises:
        FileNotFoundError: If there is no such config; similar names are named.
        ValueError: If it is a checkpoint.
    """
    if not name.startswith(_SCOPE):
        if osp.isdir(name):
            raise FileNotFoundError(
                f'{name} is a folder; name its config, such as {osp.join(name, "*.py")}'
            )
        if name.endswith(('.pth', '.pt', '.pkl')):
            raise ValueError(
                f'{name} is no config (.py); the config comes first, then the '
                'checkpoint'
            )
        if not osp.isfile(name):
            folder = Path(name).parent
            known = [str(path) for path in sorted(folder.glob('*.py'))]
            raise FileNotFoundError(f'config {name} does not exist{_like(name, known)}')
        return name
    package = Path(mmaction.__file__).parent
    # In a source tree the configs lie beside the package.
    folders = (package / '.mim' / 'configs', package.parent / 'configs')
    folder = next(filter(Path.is_dir, folders), folders[0])
    asked = name.removeprefix(_SCOPE)
    asked = asked if asked.endswith('.py') else f'{asked}.py'
    known = sorted(str(path.relative_to(folder)) for path in folder.rglob('*.py'))
    found = [path for path in known if path == asked or Path(path).name == asked]
    if len(found) == 1:
        return str(folder / found[0])
    # A file's own name says more than the folders before it.
    near = {Path(path).name: f'{_SCOPE}{path}' for path in known}
    hint = _like(Path(asked).name, list(near))
    for own, full in near.items():
        hint = hint.replace(own, full)
    raise FileNotFoundError(f'MMAction2 has no config {name}{hint}')


def _like(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    return f'; did you mean {", ".join(near)}?' if near else ''
