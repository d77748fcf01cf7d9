import json

import pytest
import torch

from mm_laziness.evaluation.functional import choose_method, samples_needed


def by_hand():
    """Features say the label; what the models' logits say is set by hand."""
    labels = torch.tensor([0, 1] * 20)
    feats = {
        m: torch.stack([labels * 2.0 - 1, torch.ones(40)], dim=1)
        for m in ('rgb', 'audio')
    }
    right = torch.nn.functional.one_hot(labels, 2).float()
    rgb, audio = right.clone(), right.clone()
    # rgb is wrong on 12 samples, and loudly so on 10 of them.
    rgb[:12] = 1 - rgb[:12]
    rgb[:10] *= 3
    # On samples 10 and 11 audio must be louder than the wrong rgb.
    audio[10:12] *= 2
    return feats, labels, dict(rgb=rgb, audio=audio)


def test_value_by_hand():
    feats, labels, scores = by_hand()
    val = {m: feat.clone() for m, feat in feats.items()}
    # MM Clf is wrong on one sample that the average gets right.
    for feat in val.values():
        feat[39, 0] *= -1
    result = choose_method(feats, labels, val, labels, scores, epochs=100)
    assert result['mm_clf'] == 39 / 40
    assert result['average_score'] == 30 / 40
    assert result['unimodal'] == dict(rgb=28 / 40, audio=1.0)
    assert (result['only_mm_clf'], result['only_average']) == (10, 1)
    # 11 or 1 ways of at most one head among 11 tosses, on two sides.
    assert result['p_value'] == pytest.approx(2 * 12 / 2**11)
    assert (result['method'], result['clear']) == ('UMT', True)
    assert result['num_val'] == 40
    assert result['difference'] == pytest.approx(9 / 40)
    low, high = result['difference_interval']
    # The differences' spread is sqrt(11 / 40 - (9 / 40)^2) / sqrt(40) = 0.075.
    assert low == pytest.approx(9 / 40 - 1.96 * 0.075, abs=0.03)
    assert high == pytest.approx(9 / 40 + 1.96 * 0.075, abs=0.03)
    assert result['p_value_bootstrap'] < 0.01
    assert result['samples_needed'] == samples_needed(10, 1, 40)
    for name in ('mm_clf', 'average_score', 'average_prob'):
        low, high = result[f'{name}_interval']
        assert low < result[name] < high
    assert result['unimodal_interval']['audio'] == [1.0, 1.0]
    assert json.loads(json.dumps(result)) == result


def test_average_prob_is_not_the_average_of_logits():
    labels = torch.tensor([0, 1])
    feats = dict(a=torch.tensor([[0.0], [1.0]]), b=torch.tensor([[0.0], [1.0]]))
    # Sample 0, class 0: logits sum to 20 against 10, probabilities to 1 of 3.
    scores = dict(
        a=torch.tensor([[20.0, 0.0], [0.0, 1.0]]),
        b=torch.tensor([[0.0, 5.0], [0.0, 1.0]]),
        c=torch.tensor([[0.0, 5.0], [0.0, 1.0]]),
    )
    feats['c'] = feats['a']
    result = choose_method(feats, labels, feats, labels, scores, epochs=100)
    assert result['average_score'] == 1.0
    assert result['average_prob'] == 0.5
    # MM Clf is right twice: the two averages do not advise the same.
    assert (result['difference'], result['difference_prob']) == (0.0, 0.5)
    assert (result['method'], result['method_prob']) == ('UME', 'UMT')
    # One sample speaks for it, by chance as often as not.
    assert result['p_value_prob'] == 1 and not result['clear_prob']
    assert result['difference_prob_interval'] == [0.0, 1.0]
    assert result['samples_needed'] is None


def test_slices_of_mm_clf():
    feats, labels, scores = by_hand()
    # Only rgb tells the classes apart, so that audio's slice knows the bias alone.
    feats['audio'] = torch.zeros(40, 3)
    result = choose_method(feats, labels, feats, labels, scores, epochs=50)
    assert result['split_mm_clf'] == dict(rgb=1.0, audio=0.5)
    assert result['unimodal'] == dict(rgb=28 / 40, audio=1.0)
    low, high = result['split_mm_clf_interval']['audio']
    assert 0.3 < low < 0.4 < 0.6 < high < 0.7


def paired(num, classes_of, seed):
    """Two modalities, each of which shows one of two bits with certainty."""
    generator = torch.Generator().manual_seed(seed)
    bits = torch.randint(2, (num, 2), generator=generator)
    noise = 0.1 * torch.randn(num, 2, generator=generator)
    feats = dict(zip('ab', (bits + noise).split(1, dim=1), strict=True))
    return feats, classes_of(bits)


def test_interaction_needs_umt_and_redundancy_does_not():
    """The label is the sum of the bits; logits know only their own modality."""
    feats, labels = paired(600, lambda bits: bits.sum(1), seed=0)
    val, val_labels = paired(400, lambda bits: bits.sum(1), seed=1)
    # What a model of one bit can know: its bit leans to sum 0 or to sum 2.
    own = {m: (val[m] > 0.5).float() for m in val}
    scores = {m: torch.cat([1 - x, torch.zeros_like(x), x], 1) for m, x in own.items()}
    result = choose_method(feats, labels, val, val_labels, scores, epochs=40)
    assert result['mm_clf'] > 0.95 and result['average_score'] < 0.7
    assert result['method'] == 'UMT' and result['clear']

    feats, labels = paired(600, lambda bits: bits[:, 0], seed=0)
    val, val_labels = paired(400, lambda bits: bits[:, 0], seed=1)
    right = torch.nn.functional.one_hot(val_labels, 2).float()
    result = choose_method(
        feats, labels, val, val_labels, dict(a=right, b=right), epochs=10
    )
    assert result['method'] == 'UME' and not result['clear']


def test_order_of_modalities_does_not_matter():
    feats, labels, scores = by_hand()
    # A classifier that mixed the two up would always be wrong.
    feats['audio'] = -feats['audio']
    result = choose_method(feats, labels, feats, labels, scores, epochs=100)
    assert result['mm_clf'] == 1
    swapped = dict(reversed(feats.items()))
    assert choose_method(feats, labels, swapped, labels, scores, epochs=100) == result


def test_ties_are_ume_and_not_clear():
    feats, labels, scores = by_hand()
    scores['rgb'] = scores['audio']
    result = choose_method(feats, labels, feats, labels, scores, epochs=100)
    assert result['mm_clf'] == result['average_score'] == 1
    assert result['p_value'] == 1 and result['method'] == 'UME'
    assert result['clear'] is False


def test_alpha():
    feats, labels, scores = by_hand()
    result = choose_method(feats, labels, feats, labels, scores, alpha=1e-6, epochs=100)
    assert result['method'] == 'UMT' and not result['clear']


def test_errors():
    feats, labels, scores = by_hand()

    def check(match, **changed):
        inputs = dict(
            train_feats=feats,
            train_labels=labels,
            val_feats=feats,
            val_labels=labels,
            val_scores=scores,
        )
        with pytest.raises(ValueError, match=match):
            choose_method(**{**inputs, **changed})

    check(r"\['rgb', 'audio'\], \['rgb'\]", val_feats=dict(rgb=feats['rgb']))
    only = dict(rgb=feats['rgb'])
    check('two or more', train_feats=only, val_feats=only, val_scores=only)
    check("'rgb' training .*40, 2.* and .39,", train_labels=labels[:39])
    check(
        "'audio' validation features .*39, 2",
        val_feats=dict(feats, audio=feats['audio'][:39]),
    )
    check(
        "'audio' validation scores .*39, 2",
        val_scores=dict(scores, audio=scores['audio'][:39]),
    )
    check(
        "'audio': 3",
        val_scores=dict(scores, audio=torch.zeros(40, 3)),
    )
    check(
        "'audio' training features contain NaN or Inf in 40 of 40",
        train_feats=dict(feats, audio=feats['audio'] * float('nan')),
    )
    check(
        "'rgb' validation scores contain NaN",
        val_scores=dict(scores, rgb=scores['rgb'] * float('nan')),
    )
    check(
        "'audio' training and validation features .* 2 and 1",
        val_feats=dict(feats, audio=feats['audio'][:, :1]),
    )
    check('40 have the label 1', train_labels=torch.ones_like(labels))
    empty = {m: feat[:0] for m, feat in feats.items()}
    check(r'\(0, 2\)', train_feats=empty, train_labels=labels[:0])
    check(r'validation labels must be in \[0, 2\)', val_labels=labels + 1)
