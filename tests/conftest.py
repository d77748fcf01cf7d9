"""One thread per process, and MMAction2's scope for everything."""

import gc
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from mmengine.registry import DefaultScope  # noqa: E402

import mm_laziness  # noqa: E402, F401

torch.set_num_threads(1)

# Files of few tests that take longest, so that others run beside them.
FIRST = ('test_mission.py', 'test_two_ranks_methods.py', 'test_study.py')


def pytest_configure(config):
    """Let pytest-xdist not order files by their number of tests."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Put the longest files first."""
    items.sort(key=lambda item: item.path.name not in FIRST)


@pytest.fixture(scope='module', autouse=True)
def frozen_imports():
    """Leave what has been imported out of the garbage that each data set collects."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def mmaction_scope():
    """Registries resolve names in MMAction2's scope, as in a run."""
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield
