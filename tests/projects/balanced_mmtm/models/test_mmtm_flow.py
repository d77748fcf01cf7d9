"""Predictions without information from other modalities of a sample."""

import pytest
import torch
from tinyunits import batch, build, features, logits, train


def test_flow_off_needs_no_other_modality_of_the_sample():
    model = train(build(), 2).eval()
    data = batch(samples=3)
    with torch.no_grad(), model.recording_squeezes() as means:
        for seed in (1, 2):
            model.test_step(batch(seed=seed))
    whole = logits(model, data)
    other = batch(samples=3)
    other['inputs']['audio'] = batch(samples=3, seed=9)['inputs']['audio']
    with model.flow_off(means):
        off, without = features(model, data), features(model, other)
        torch.testing.assert_close(off['front'], without['front'])
        assert not torch.allclose(off['audio'], without['audio'])
        switched = logits(model, data)
        assert not torch.allclose(switched, whole)
        with model.flow_off([{m: 0 * x for m, x in unit.items()} for unit in means]):
            assert not torch.allclose(logits(model, data), switched)
        assert torch.equal(logits(model, data), switched)
    assert torch.equal(logits(model, data), whole)
    assert not torch.allclose(
        features(model, data)['front'], features(model, other)['front']
    )


def test_flow_off_refuses_what_is_no_mean():
    model = build().eval()
    for means in ([], [dict(front=torch.zeros(4))] * 2):
        with (
            pytest.raises(ValueError, match='one dict of means per unit'),
            model.flow_off(means),
        ):
            pass
    model.train()
    with pytest.raises(ValueError, match='for evaluation'), model.flow_off([]):
        pass
