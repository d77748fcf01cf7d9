"""Probes of encoders that come from other runs."""

import json

import pytest
import torch

from mm_laziness.utils.probing.probe_hits import ProbeHits, read_hits, write_hits
from mm_laziness.utils.studies.probes import taken_probes


@pytest.fixture
def run(tmp_path):
    """Make a run with probes; those of which hits are not given kept none."""

    def make(name, probes, labels=(0, 1), **right):
        cell = tmp_path / name
        cell.mkdir()
        (cell / 'result.json').write_text(json.dumps(dict(probe_top1=probes)))
        if right:
            bools = {m: torch.tensor(own) == 1 for m, own in right.items()}
            write_hits(cell, ProbeHits(torch.tensor(labels), bools))
        return cell

    return make


def test_hits_come_along(run, tmp_path):
    one = run('one', dict(rgb=50.0), rgb=[1, 0])
    two = run('two', dict(rgb=0.0, audio=100.0), rgb=[0, 0], audio=[1, 1])
    # A checkpoint and its config name one run twice.
    sources = [(one, 'checkpoint'), (one, 'config'), (two, 'audio')]
    assert taken_probes(sources, tmp_path) == dict(rgb=50.0, audio=100.0)
    assert read_hits(tmp_path).top1() == dict(rgb=50.0, audio=100.0)
    assert taken_probes([(two, 'teacher')], one) == dict(rgb=0.0, audio=100.0)
    assert read_hits(one).top1() == dict(rgb=0.0, audio=100.0)


@pytest.mark.parametrize(
    'other',
    [{}, dict(audio=[1, 1], labels=(1, 0)), dict(flow=[1, 1])],
    ids=['kept none', 'other samples', 'another modality'],
)
def test_without_all_hits_there_are_none(run, tmp_path, other):
    one = run('one', dict(rgb=50.0), rgb=[1, 0])
    two = run('two', dict(audio=100.0), **other)
    probes = taken_probes([(one, 'rgb'), (two, 'audio')], tmp_path)
    assert probes == dict(rgb=50.0, audio=100.0)
    assert read_hits(tmp_path) is None
    assert taken_probes([], tmp_path) == {} and read_hits(tmp_path) is None
