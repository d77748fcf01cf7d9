import pickle

import numpy as np
import pytest
import torch

from mm_laziness.evaluation import Predictions, load_predictions
from mm_laziness.evaluation.predictions import check_same_samples

SCORES = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])


def samples(**changes):
    """Two samples of three classes; changes are of the second."""
    rows = [
        dict(
            gt_label=torch.tensor([label]),
            pred_score=SCORES[label],
            unimodal_scores=dict(rgb=SCORES[label] - 1, audio=-SCORES[label]),
            alternative_scores=dict(average_prob=SCORES[label].softmax(0)),
        )
        for label in (0, 1)
    ]
    rows[1].update(changes)
    return rows


@pytest.fixture
def dump(tmp_path):
    def write(value, name='joint.pkl'):
        path = tmp_path / name
        path.write_bytes(pickle.dumps(value, protocol=2))
        return path

    return write


def test_our_dumps(dump):
    read = load_predictions(dump(samples()))
    assert torch.equal(read.scores, SCORES) and read.labels.tolist() == [0, 1]
    assert list(read.unimodal) == ['rgb', 'audio']
    assert torch.equal(read.unimodal['rgb'], SCORES - 1)
    assert torch.equal(read.unimodal['audio'], -SCORES)
    assert torch.allclose(read.alternatives['average_prob'], SCORES.softmax(1))


def test_dumps_of_mmaction2(dump):
    new = [dict(gt_label=torch.tensor([1]), pred_score=SCORES[0].half())]
    old = [dict(gt_labels=dict(item=[1]), pred_scores=dict(item=SCORES[0].numpy()))]
    for rows in (new, old):
        read = load_predictions(dump(rows))
        assert read.scores.dtype == torch.float32
        assert read.scores.tolist() == [[2, 1, 0]] and read.labels.tolist() == [1]
        assert read.unimodal == read.alternatives == {}


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        (dict(pred_score=None), 'sample 1 of .*has no pred_score'),
        (dict(gt_label=None), 'sample 1 of .*has no gt_label'),
        (dict(gt_label=torch.tensor([0, 1])), '2 entries in gt_label.*one label'),
        (dict(gt_label=torch.tensor([3])), 'of 3 classes, but its labels range from 0'),
        (dict(gt_label=torch.tensor([-1])), 'range from -1 to 0'),
        (dict(pred_score=torch.ones(4)), r'must have one shape .*\(3,\), \(4,\)'),
        (dict(pred_score=torch.tensor([1.0, np.nan, 0])), 'are NaN for 1 of 2 samples'),
        (dict(pred_score=['a', 'b', 'c']), "'pred_score' of .* are no numbers"),
        (dict(pred_score=dict(rgb=SCORES[0], pose=SCORES[0])), r"\['rgb', 'pose'\]"),
        (
            dict(unimodal_scores=dict(rgb=SCORES[0])),
            'same names, but sample 0 has .*unimodal_scores of audio.* and sample 1',
        ),
        (
            dict(unimodal_scores=dict(rgb=SCORES[0] / 0, audio=SCORES[0])),
            "'unimodal_scores of rgb' of .*NaN for 1",
        ),
    ],
)
def test_samples_that_do_not_fit_are_named(dump, changes, words):
    with pytest.raises(ValueError, match=words) as error:
        load_predictions(dump(samples(**changes)))
    assert 'joint.pkl' in str(error.value)


@pytest.mark.parametrize(
    ('value', 'words'),
    [
        ([], 'holds no samples'),
        (dict(a=1), 'holds a dict'),
        ([np.zeros(3)], 'holds a list of Array'),
        (3, 'holds a int'),
    ],
)
def test_files_that_are_no_dumps(dump, value, words):
    with pytest.raises(ValueError, match=words):
        load_predictions(dump(value))


def test_predictions_of_other_samples_are_refused():
    first = Predictions(torch.zeros(4, 3), torch.tensor([0, 1, 2, 0]))
    files = dict(a='a.pkl', b='b.pkl')

    def words(other):
        with pytest.raises(ValueError) as error:
            check_same_samples(dict(a=first, b=other), files)
        assert 'a.pkl and b.pkl' in str(error.value)
        return str(error.value)

    check_same_samples(dict(a=first, b=first), files)
    fewer = Predictions(torch.zeros(3, 3), torch.tensor([0, 1, 2]))
    assert 'different numbers of samples, 4 and 3' in words(fewer)
    swapped = Predictions(torch.zeros(4, 3), torch.tensor([0, 1, 0, 2]))
    assert 'first at sample 2 (counted from 0): 2 and 0' in words(swapped)
    wider = Predictions(torch.zeros(4, 5), first.labels)
    assert 'different numbers of classes, 3 and 5' in words(wider)
