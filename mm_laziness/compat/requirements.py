"""Say what is missing before MMAction2 fails on it with less help."""

from importlib import import_module
from importlib.util import find_spec

from mmengine.utils import digit_version

MMCV_MINIMUM, MMCV_LIMIT = '2.0.0', '2.2.0'

# Imported by mmaction2 1.2.0 and mmengine 0.10.7 without being declared.
UNDECLARED = {
    'importlib_metadata': (
        'mmaction2 imports it',
        'pip install importlib_metadata',
    ),
    'pkg_resources': (
        'mmengine reads `mmaction::` bases of configs with it, and setuptools 82 '
        'removed it',
        "pip install 'setuptools<82'",
    ),
}


def check_requirements() -> None:
    """Check for mmcv or mmcv-lite and for what mmaction2 does not declare.

    Neither mmcv nor mmcv-lite can be a dependency of the package, because
    either serves and pip would install one over the other.

    Raises:
        ImportError: If one is missing, cannot be imported or has another
            version than mmaction2 takes.
    """
    _check_mmcv()
    for module, (reason, command) in UNDECLARED.items():
        if find_spec(module) is None:
            raise ImportError(
                f'mm_laziness needs `{module}` ({reason}), but it is not '
                f'installed; run: {command}'
            )


def _check_mmcv() -> None:
    wanted = f'mmcv or mmcv-lite >={MMCV_MINIMUM},<{MMCV_LIMIT}'
    command = 'pip install mmcv-lite==2.1.0'
    if find_spec('mmcv') is None:
        raise ImportError(
            f'mm_laziness needs {wanted}, but neither is installed; run: {command}'
        )
    try:
        version = import_module('mmcv').__version__
    except ImportError as error:
        hint = (
            'apt-get install libgl1 libglib2.0-0'
            if '.so' in str(error)
            else f'pip install --force-reinstall --no-deps {command[12:]}'
        )
        raise ImportError(f'mmcv cannot be imported ({error}); try: {hint}') from error
    if not (
        digit_version(MMCV_MINIMUM)
        <= digit_version(version)
        < digit_version(MMCV_LIMIT)
    ):
        raise ImportError(
            f'mm_laziness needs {wanted}, but found {version}; run: '
            f'pip uninstall mmcv mmcv-lite && {command}'
        )
