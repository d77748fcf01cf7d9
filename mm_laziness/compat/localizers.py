"""A stand-in for the one folder that the mmaction2 1.2.0 wheel lacks."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGE = 'mmaction.models.localizers.drn'


class DRN:
    """Stand-in for MMAction2's temporal grounding model; cannot be built."""

    def __init__(self, *args, **kwargs) -> None:
        raise ImportError(
            'DRN cannot be built: the installed mmaction2 lacks the folder '
            'mmaction/models/localizers/drn, as the 1.2.0 wheel of PyPI does; '
            'install MMAction2 from its source repository to use DRN'
        )


def provide_missing_drn() -> None:
    """Let ``mmaction.models`` import where its folder ``localizers/drn`` is missing.

    ``mmaction/models/localizers/__init__.py`` imports DRN, but the wheel was
    packed without that folder (its issue 2714), so that every model of MMAction2
    would be out of reach.
    """
    # Only the folder on disk can tell: find_spec on the submodule would import
    # its parents, and they are what fails.
    spec = find_spec('mmaction')
    folders = spec.submodule_search_locations if spec else None
    if not folders or PACKAGE in sys.modules:
        return
    if any((Path(f) / 'models' / 'localizers' / 'drn').is_dir() for f in folders):
        return

    from mmaction.registry import MODELS

    package, module = ModuleType(PACKAGE), ModuleType(f'{PACKAGE}.drn')
    package.__path__ = []
    module.DRN = DRN  # type: ignore[attr-defined]
    sys.modules[PACKAGE], sys.modules[f'{PACKAGE}.drn'] = package, module
    # Registered as well, so that a config with type='DRN' reads the error above.
    MODELS.register_module(module=DRN)
