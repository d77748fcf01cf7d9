import os

import pytest
import torch
from tinyset import quick_runs

from mm_laziness.evaluation import load_predictions
from mm_laziness.utils.predictions.evaluation import evaluate_predictions

pytest_plugins = ['tinyset']


@pytest.fixture
def evaluate(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tiny.folder)

    def evaluate(config, checkpoint, **kwargs):
        with quick_runs():
            path = evaluate_predictions(
                str(config),
                checkpoint and str(checkpoint),
                tmp_path / 'joint',
                **kwargs,
            )
        return path, path.stat().st_mtime_ns

    return evaluate


def test_it_says_what_the_last_validation_said_and_is_done_once(tiny, evaluate):
    checkpoint, config = tiny.trained('joint'), tiny.folder / 'joint_tiny.py'
    path, stamp = evaluate(config, checkpoint)
    read = load_predictions(path)
    assert read.labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
    metrics = tiny.metrics(tiny.log('joint'))
    top1 = (read.scores.argmax(dim=1) == read.labels).float().mean()
    assert metrics['acc/top1'] == pytest.approx(float(top1), abs=1e-4)
    audio = (read.unimodal['audio'].argmax(dim=1) == read.labels).float().mean()
    assert metrics['acc/audio_top1'] == pytest.approx(float(audio), abs=1e-4)
    assert sorted(p.name for p in path.parent.glob('*.pkl')) == ['predictions.pkl']
    assert evaluate(config, checkpoint)[1] == stamp


def test_it_is_done_again_when_something_changed(tiny, evaluate, tmp_path):
    config = tiny.folder / 'joint_tiny.py'
    checkpoint = tmp_path / 'joint.pth'
    checkpoint.write_bytes(tiny.trained('joint').read_bytes())
    path, stamp = evaluate(config, checkpoint)
    before = load_predictions(path).scores
    earlier = tiny.trained('joint').with_name('epoch_1.pth')
    checkpoint.write_bytes(earlier.read_bytes())
    _, second = evaluate(config, checkpoint)
    assert second != stamp
    assert not torch.equal(load_predictions(path).scores, before)
    assert evaluate(config, checkpoint)[1] == second
    batch = {'test_dataloader.batch_size': 2}
    third = evaluate(config, checkpoint, cfg_options=batch)[1]
    assert third != second
    os.utime(tiny.data / 'test.txt')
    assert evaluate(config, checkpoint, cfg_options=batch)[1] != third


def test_a_killed_evaluation_is_not_taken_for_a_whole_one(tiny, evaluate, tmp_path):
    checkpoint, config = tiny.trained('joint'), tiny.folder / 'joint_tiny.py'
    path, _ = evaluate(config, checkpoint)
    (tmp_path / 'joint' / 'evaluated.json').unlink()
    path.write_bytes(b'half')
    evaluate(config, checkpoint)
    assert len(load_predictions(path).labels) == 8


def test_checkpoints_that_lack_or_are_too_many(tiny, evaluate):
    config = tiny.child('joint', 'unevaluated')
    with pytest.raises(ValueError, match='needs a checkpoint: write .*,CHECKPOINT'):
        evaluate(config, None)
    with pytest.raises(FileNotFoundError, match='nowhere.pth does not exist; train it'):
        evaluate(config, 'nowhere.pth')
    ensemble = tiny.method('ume')
    with pytest.raises(ValueError, match='is an ensemble.*leave out some.pth'):
        evaluate(ensemble, 'some.pth')
    path, _ = evaluate(ensemble, None)
    assert list(load_predictions(path).alternatives) == [
        'average_score',
        'average_prob',
    ]
