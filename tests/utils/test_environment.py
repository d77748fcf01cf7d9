import os
from collections import OrderedDict

import torch

from mm_laziness.utils import environment as module


def test_versions_and_hardware(monkeypatch):
    monkeypatch.setattr(
        module,
        'collect_env',
        lambda: OrderedDict({'Python': '3.x', 'GPU 0,1': 'Fast One', 'GCC': 'n/a'}),
    )
    found = module.environment()
    assert found['torch'] == torch.__version__.partition('+')[0]
    assert found['mmengine'].count('.') == 2 and found['Python'] == '3.x'
    assert found['Processor'].endswith(f'{os.cpu_count()} cores')
    assert found['GPU 0,1'] == 'Fast One' and 'GPU' not in found and 'GCC' not in found


def test_this_machine(monkeypatch):
    packages = (*module._PACKAGES, 'no_such_package')
    monkeypatch.setattr(module, '_PACKAGES', packages)
    found = module.environment()
    assert found['no_such_package'] == 'not installed'
    assert all(isinstance(value, str) and value for value in found.values())
    if not torch.cuda.is_available():
        assert found['GPU'] == 'none'
