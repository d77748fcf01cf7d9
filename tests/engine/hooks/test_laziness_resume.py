"""A resumed run writes what the uninterrupted one does."""

import json

import pytest
from interruptions import StopAfterEpoch
from tinylaziness import history, watched
from tinymodulation import StrongWeights

from mm_laziness.engine.hooks.laziness_history import add_numbers, resumed_epochs

SAVE = dict(checkpoint=dict(type='BestCheckpointHook', interval=1))


def train(toy, folder, stop=None, **kwargs):
    _, found = watched(
        toy,
        StrongWeights(),
        StopAfterEpoch(stop),
        train_cfg=dict(by_epoch=True, max_epochs=4),
        work_dir=str(folder),
        default_hooks=SAVE,
        **kwargs,
    )
    return found


@pytest.fixture
def full(toy, tmp_path):
    return train(toy, tmp_path / 'full')


def test_after_its_last_epoch(toy, tmp_path, full):
    assert len(train(toy, tmp_path / 'cut', stop=2)['epochs']) == 2
    assert train(toy, tmp_path / 'cut', resume=True) == full
    assert len(full['epochs']) == 4


def test_from_an_earlier_epoch_or_another_folder(toy, tmp_path, full):
    checkpoint = str(tmp_path / 'full' / 'epoch_2.pth')
    again = train(toy, tmp_path / 'full', resume=True, load_from=checkpoint)
    assert again == full
    # The checkpoint knows all but the last validation, which came after it.
    moved = train(toy, tmp_path / 'moved', resume=True, load_from=checkpoint)
    assert 'top1' not in moved['epochs'][1]
    for index in (0, 2, 3):
        assert moved['epochs'][index] == full['epochs'][index]


def test_a_file_of_another_run_counts_for_nothing(toy, tmp_path, full):
    file = tmp_path / 'full' / 'laziness.json'
    other = json.loads(file.read_text())
    for entry in other['epochs']:
        entry['train_top1'] = -1.0
    file.write_text(json.dumps(other))
    again = train(toy, tmp_path / 'full', resume=True, load_from=checkpoint(tmp_path))
    assert [entry['train_top1'] for entry in again['epochs']] == [
        entry['train_top1'] for entry in full['epochs']
    ]
    # A new run in the same folder begins anew.
    assert train(toy, tmp_path / 'full') == full == history(tmp_path / 'full')


def checkpoint(tmp_path):
    return str(tmp_path / 'full' / 'epoch_2.pth')


def test_a_broken_file(tmp_path):
    kept = []
    add_numbers(kept, 1, dict(train_top1=5.0, modalities=dict(sun=dict(norm=1.0))))
    file = tmp_path / 'laziness.json'
    for text in ('', '[]', '{"epochs": 3}', '{"epochs": [1]}', '{"epochs": [{}]}'):
        file.write_text(text)
        assert resumed_epochs(kept, file, 1) == kept
    later = [dict(kept[0], top1=6.0), dict(kept[0], epoch=2)]
    file.write_text(json.dumps(dict(epochs=later)))
    assert resumed_epochs(kept, file, 1) == later[:1]
    assert resumed_epochs(kept, file, 0) == []
    assert resumed_epochs(None, file, 1) == []
