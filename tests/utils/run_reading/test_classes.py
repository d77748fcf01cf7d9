import pytest
from runfolders import write_config, write_predictions

from mm_laziness.utils.run_reading.classes import classes_of_runs

LABELS = [0, 0, 1, 1, 2, 2]


@pytest.fixture
def folders(tmp_path):
    """Two uni-modal runs and a joint one, right in class 1 where neither of them is."""
    guesses = dict(
        rgb=[0, 0, 0, 0, 0, 0], audio=[1, 1, 0, 0, 2, 2], joint=[0, 0, 1, 1, 0, 2]
    )
    found = {}
    for name, own in guesses.items():
        found[name] = tmp_path / name
        write_predictions(found[name], LABELS, own)
        encoders = dict(rgb={}, audio={}) if name == 'joint' else {name: {}}
        write_config(found[name] / 'config.py', dict(encoders=encoders))
    return found


def test_by_hand(folders):
    report = classes_of_runs(folders)
    assert report['unimodal'] == ['rgb', 'audio'] and report['joint'] == 'joint'
    assert report['counts'] == [2, 2, 2] and report['paired_classes'] == [1]
    accuracies = [row['accuracy'] for row in report['table']]
    assert accuracies[2] == dict(rgb=0.0, audio=100.0, joint=50.0)


def test_two_multi_modal_runs_are_compared_with_nothing(folders):
    folders['umt'] = folders['joint']
    report = classes_of_runs(folders)
    assert report['joint'] is None and report['names'] == [
        'rgb',
        'audio',
        'joint',
        'umt',
    ]


def test_runs_without_predictions_take_no_part(folders, tmp_path):
    assert classes_of_runs({'none': tmp_path}) is None
    report = classes_of_runs({'none': tmp_path, 'joint': folders['joint']})
    assert report['names'] == ['joint']


@pytest.mark.parametrize('labels', [LABELS[::-1], LABELS[:-1]])
def test_other_test_sets_are_refused(folders, labels):
    write_predictions(folders['audio'], labels, labels)
    with pytest.raises(
        ValueError, match=r'rgb/predictions\.pkl and .*audio/predictions'
    ):
        classes_of_runs(folders)
