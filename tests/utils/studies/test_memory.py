"""Peak memory, on whatever device the tests run."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mm_laziness.utils.studies import memory
from mm_laziness.utils.studies.memory import PeakMemory

on_linux = pytest.mark.skipif(
    not Path('/proc/self/clear_refs').exists(), reason='only Linux counts from now on'
)


@pytest.fixture(autouse=True)
def cpu(monkeypatch):
    monkeypatch.setattr(memory, 'get_device', lambda: 'cpu')


@on_linux
def test_a_peak_is_that_since_it_was_asked_for():
    np.ones(2**25)  # 256 MiB, before
    peak = PeakMemory()
    before = peak.mebibytes()
    np.ones(2**24)  # 128 MiB, gone at once
    assert 120 < peak.mebibytes() - before < 200
    # Another starts anew.
    assert PeakMemory().mebibytes() < peak.mebibytes() + 1


def test_what_cannot_be_measured_is_left_out(monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, 'write_text', refuse)
    assert PeakMemory().mebibytes() is None


class Device:
    """As an accelerator's module of PyTorch, with a peak in bytes."""

    peak = 7 * 2**20

    def reset_peak_memory_stats(self):
        self.peak = 0

    def max_memory_allocated(self):
        return self.peak


@pytest.mark.parametrize('module, expected', [(Device(), 3.0), (sys, None)])
def test_an_accelerator_is_asked_if_it_counts(monkeypatch, module, expected):
    monkeypatch.setattr(memory, 'get_device', lambda: 'npu')
    monkeypatch.setattr(memory.torch, 'get_device_module', lambda device: module)
    peak = PeakMemory()
    if module is not sys:
        module.peak += 3 * 2**20
    assert peak.mebibytes() == expected
