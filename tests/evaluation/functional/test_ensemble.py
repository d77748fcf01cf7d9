from pathlib import Path

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from mm_laziness.evaluation.functional import average_scores

GOLDEN = Path(__file__).parents[2] / 'golden' / 'linear_heads_ume.npz'


@pytest.fixture
def golden():
    with np.load(GOLDEN, allow_pickle=False) as arrays:
        return {k: torch.from_numpy(v) for k, v in arrays.items() if v.ndim}


def test_value_by_hand():
    scores = dict(a=torch.tensor([[0.0, 4.0]]), b=torch.tensor([[2.0, 0.0]]))
    assert average_scores(scores).tolist() == [[1.0, 2.0]]
    # 3 : 1, whatever their sum and order.
    weighted = average_scores(scores, weights=dict(b=1.5, a=4.5))
    assert weighted.tolist() == [[0.5, 3.0]]
    halves = dict(a=torch.zeros(1, 2), b=torch.tensor([[0.0, 3.0]]).log())
    assert_close(average_scores(halves, average='prob'), torch.tensor([[0.25, 0.75]]))


def test_golden(golden):
    scores = dict(a=golden['ume__logits_a'], v=golden['ume__logits_v'])
    close = dict(rtol=1e-9, atol=1e-12)
    logits = average_scores(scores)
    assert_close(logits, golden['ume__mean_logit'], **close)
    assert torch.equal(logits.argmax(1), golden['ume__pred_mean_logit'])
    prob = average_scores(scores, average='prob')
    assert_close(prob, golden['ume__mean_prob'], **close)
    assert torch.equal(prob.argmax(1), golden['ume__pred_mean_prob'])
    weighted = average_scores(scores, dict(a=0.75, v=0.25), 'prob')
    assert_close(weighted, golden['ume__mean_prob_weights_0p75_0p25'], **close)


def test_one_member_is_itself():
    scores = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    assert torch.equal(average_scores(dict(only=scores)), scores)


def test_errors():
    scores = dict(a=torch.zeros(2, 3), b=torch.zeros(2, 3))
    with pytest.raises(ValueError, match="'score' or 'prob', but got 'vote'"):
        average_scores(scores, average='vote')
    with pytest.raises(ValueError, match=r"one shape .*'b': \(2, 4\)"):
        average_scores(dict(scores, b=torch.zeros(2, 4)))
    with pytest.raises(ValueError, match='one shape'):
        average_scores({})
    with pytest.raises(ValueError, match=r"members \['a', 'b'\], but name \['a'\]"):
        average_scores(scores, weights=dict(a=1.0))
    for weights in (dict(a=-1.0, b=2.0), dict(a=0, b=0), dict(a=float('nan'), b=1)):
        with pytest.raises(ValueError, match='at least 0 and one of them above 0'):
            average_scores(scores, weights=weights)
