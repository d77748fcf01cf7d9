"""Leave what has been imported out of the garbage that each data set collects."""

import gc

import pytest


@pytest.fixture(scope='module', autouse=True)
def frozen_imports():
    gc.freeze()
    yield
    gc.unfreeze()
