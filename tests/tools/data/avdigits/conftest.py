"""The tool's modules lie beside its script, as when it is run."""

import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[4] / 'tools/data/avdigits'
sys.path.insert(0, str(TOOL))


@pytest.fixture(scope='session')
def digits():
    from pictures import load_digits

    return load_digits()


@pytest.fixture(scope='session')
def speaker():
    from speech import Speaker

    pytest.importorskip('espeakng_loader')
    speaker = Speaker()
    yield speaker
    speaker.close()


@pytest.fixture
def without_espeak(monkeypatch):
    """As if the optional extra were not installed."""
    monkeypatch.setitem(sys.modules, 'espeakng_loader', None)
