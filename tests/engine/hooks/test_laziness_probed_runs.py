"""The hook with probes in runs of the repository's tools, from mp4 files on."""

import json

import pytest
from interruptions import assert_equal, trained

pytest_plugins = ['tinyset']

MONITOR = dict(type='LazinessMonitorHook', probe_interval=1, probe_samples=9)


def found(tiny, name):
    return json.loads((tiny.work_dir(name) / 'laziness.json').read_text())


@pytest.fixture(scope='module')
def seen(tiny):
    """A run with random crops, dropout and probes after each epoch."""
    tiny.train(tiny.method('modality_dropout', 'seen', custom_hooks=[MONITOR]))
    return trained(tiny.work_dir('seen') / 'epoch_2.pth')


def test_weights_are_those_of_a_run_without_it(tiny, seen):
    tiny.train(tiny.method('modality_dropout', 'unseen'))
    assert_equal(seen, trained(tiny.work_dir('unseen') / 'epoch_2.pth'))
    epochs = found(tiny, 'seen')['epochs']
    for entry in epochs:
        for own in entry['modalities'].values():
            assert 0 <= own['probe_top1'] <= 100 and 'val_top1' in own
    assert len(epochs) == 2
    assert not [*tiny.work_dir('seen').glob('laziness_probe')]


def test_resumed_with_workers(tiny, seen):
    stop = dict(type='StopAfterEpoch', epochs=1)
    settings = dict(
        custom_hooks=[MONITOR],
        train_dataloader=dict(batch_size=4, num_workers=2),
        val_dataloader=dict(num_workers=2),
        custom_imports=dict(imports=['mm_laziness', 'interruptions']),
    )
    tiny.train(
        tiny.method(
            'modality_dropout', 'cut', default_hooks=dict(stop=stop), **settings
        )
    )
    assert len(found(tiny, 'cut')['epochs']) == 1
    tiny.train(tiny.method('modality_dropout', 'cut', **settings), '--resume')
    assert found(tiny, 'cut') == found(tiny, 'seen')
    assert_equal(seen, trained(tiny.work_dir('cut') / 'epoch_2.pth'))
