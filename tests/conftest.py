"""One thread per process, and MMAction2's scope for everything."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from mmengine.registry import DefaultScope  # noqa: E402

import mm_laziness  # noqa: E402, F401

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def mmaction_scope():
    """Registries resolve names in MMAction2's scope, as in a run."""
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield
