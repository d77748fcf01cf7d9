"""Versions and hardware, as a report tells them."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mmengine.utils.dl_utils import collect_env

_PACKAGES = (
    *('mm_laziness', 'mmaction2', 'mmengine', 'torch', 'torchvision', 'torchaudio'),
    'numpy',
)
# Of MMEngine's list; the rest repeats versions, or fills pages.
_FROM_MMENGINE = ('Python', 'CUDA_HOME', 'NVCC')


def environment() -> dict[str, str]:
    """Describe the machine that this runs on.

    Returns:
        dict[str, str]: Versions of packages, Python, system, processor and its cores,
        and GPUs with their names.
    """
    found = {str(name): str(value) for name, value in collect_env().items()}
    known = {package: _version(package) for package in _PACKAGES}
    known |= {name: found[name] for name in _FROM_MMENGINE if name in found}
    known['System'] = platform.platform()
    known['Processor'] = f'{_processor()}, {os.cpu_count()} cores'
    gpus = {k: v for k, v in found.items() if k.startswith('GPU ')}
    return {**known, **gpus} if gpus else {**known, 'GPU': 'none'}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return 'not installed'


def _processor() -> str:
    # `platform.processor()` is empty on most Linux systems.
    info = Path('/proc/cpuinfo')
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.partition(':')[2].strip() for line in lines if 'model name' in line]
    return next(iter(names), platform.processor() or platform.machine())
