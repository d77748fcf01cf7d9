import random

import numpy as np
import pytest
import torch
from scipy.stats import bootstrap

from mm_laziness.evaluation.functional import accuracy_interval, paired_bootstrap


def drawn(*shape, share=0.6, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) < share


def slow(first, second, resamples, seed=0):
    """Differences of the resampled accuracies, one draw and one sample at a time."""
    rng = random.Random(seed)
    first, second = first.tolist(), second.tolist()
    num = len(first[0])
    draws = []
    for _ in range(resamples):
        samples = [rng.randrange(num) for _ in range(num)]
        means = []
        for side in (first, second):
            rows = [rng.choice(side) for _ in side]
            means.append(
                sum(sum(row[n] for n in samples) for row in rows) / num / len(rows)
            )
        draws.append(means[0] - means[1])
    return np.array(draws)


def test_interval_agrees_with_scipy():
    correct = drawn(300)
    low, high = accuracy_interval(correct)
    reference = bootstrap(
        (correct.numpy().astype(float),),
        np.mean,
        method='percentile',
        rng=np.random.default_rng(1),
    ).confidence_interval
    # An end moves by at most 1 / 300 or so with the draws.
    assert (low, high) == pytest.approx(tuple(reference), abs=0.008)


@pytest.mark.parametrize('level', [0.5, 0.9])
def test_paired_interval_and_p_value_agree_with_scipy(level):
    base = drawn(400)
    other = torch.where(drawn(400, share=0.15, seed=1), ~base, base)
    result = paired_bootstrap(base, other, level=level)
    gain = (base.int() - other.int()).numpy().astype(float)
    reference = bootstrap(
        (gain,),
        np.mean,
        method='percentile',
        confidence_level=level,
        rng=np.random.default_rng(1),
    )
    interval = tuple(reference.confidence_interval)
    assert (result['low'], result['high']) == pytest.approx(interval, abs=0.006)
    assert result['difference'] == pytest.approx(gain.mean())
    dist = reference.bootstrap_distribution
    p_value = 2 * min((dist <= 0).mean(), (dist >= 0).mean())
    assert result['p_value'] == pytest.approx(p_value, abs=0.02)


def test_seeds_are_resampled_with_the_samples():
    """Against a slow loop; two seeds far apart count for more than the samples."""
    first = torch.stack([drawn(60, share=0.9), drawn(60, share=0.4, seed=1)])
    second = drawn(3, 60, share=0.5, seed=2)
    result = paired_bootstrap(first, second, resamples=20_000)
    draws = slow(first, second, 3000)
    low, high = np.quantile(draws, [0.025, 0.975])
    assert result['low'] == pytest.approx(low, abs=0.03)
    assert result['high'] == pytest.approx(high, abs=0.03)
    p_value = 2 * min((draws <= 0).mean(), (draws >= 0).mean())
    assert result['p_value'] == pytest.approx(p_value, abs=0.05)
    low, high = accuracy_interval(first, resamples=20_000)
    zeros = torch.zeros(1, 60, dtype=torch.bool)
    reference = np.quantile(slow(first, zeros, 3000), [0.025, 0.975])
    assert (low, high) == pytest.approx(tuple(reference), abs=0.03)
    # The seeds alone span 0.4 to 0.9; one seed of 60 samples spans half of that.
    assert high - low > 1.5 * np.subtract(*accuracy_interval(first[0])[::-1])


def test_the_interval_covers_the_truth():
    generator = torch.Generator().manual_seed(0)
    simulated = torch.rand(400, 200, generator=generator) < 0.7
    intervals = [accuracy_interval(row, resamples=500) for row in simulated]
    covered = np.mean([low <= 0.7 <= high for low, high in intervals])
    assert 0.91 < covered < 0.98


def test_p_values_are_small_as_often_as_they_may_be():
    generator = torch.Generator().manual_seed(0)
    pairs = torch.rand(400, 2, 300, generator=generator) < 0.7
    p_values = [paired_bootstrap(a, b, resamples=500)['p_value'] for a, b in pairs]
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.09


def test_identical_and_constant():
    correct = drawn(50)
    for one in (correct, drawn(3, 50)):
        result = paired_bootstrap(one, one.clone())
        assert (result['difference'], result['p_value']) == (0.0, 1.0)
        assert result['low'] <= 0 <= result['high']
    same = paired_bootstrap(correct, correct)
    assert (same['low'], same['high']) == (0.0, 0.0)
    assert accuracy_interval(torch.ones(50, dtype=torch.bool)) == (1.0, 1.0)
    all_right, all_wrong = torch.ones(7), torch.zeros(7)
    result = paired_bootstrap(all_wrong, all_right, resamples=999)
    assert result == dict(difference=-1.0, low=-1.0, high=-1.0, p_value=2 / 1000)


def test_one_sample():
    assert accuracy_interval(torch.tensor([True])) == (1.0, 1.0)
    result = paired_bootstrap(torch.tensor([False]), torch.tensor([False]))
    assert result == dict(difference=0.0, low=0.0, high=0.0, p_value=1.0)


@pytest.mark.parametrize('seeds', [(1, 1), (3, 3), (2, 4)])
def test_exchanged_arguments_only_turn_the_signs(seeds):
    first, second = drawn(seeds[0], 80), drawn(seeds[1], 80, share=0.5, seed=1)
    one, other = paired_bootstrap(first, second), paired_bootstrap(second, first)
    assert one['p_value'] == other['p_value']
    assert (one['low'], one['high']) == (-other['high'], -other['low'])
    assert one['difference'] == -other['difference'] != 0


def test_a_tie_of_different_answers_is_symmetric():
    first = torch.tensor([True, False] * 20)
    one, other = paired_bootstrap(first, ~first), paired_bootstrap(~first, first)
    assert one['difference'] == 0 and one['p_value'] == 1
    assert (one['low'], one['high']) == (-other['high'], -other['low'])
    assert one['low'] < 0 < one['high']


def test_same_seed_same_result_and_global_states_are_left_alone():
    correct, other = drawn(100), drawn(100, share=0.5, seed=1)
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    results = []
    for global_seed in (0, 1):
        torch.manual_seed(global_seed)
        np.random.seed(global_seed)
        results.append((accuracy_interval(correct), paired_bootstrap(correct, other)))
    assert results[0] == results[1]
    torch.set_rng_state(states[0])
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    accuracy_interval(correct)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (np.random.get_state()[1] == before).all()
    assert random.getstate() == states[2]
    # Odd numbers of draws leave the percentiles off the grid of 1 / 100.
    ends = {accuracy_interval(correct, seed=s, resamples=77) for s in range(5)}
    assert len(ends) > 1


def test_kinds_of_input():
    correct = drawn(30)
    assert accuracy_interval(correct) == accuracy_interval(correct.float())
    assert accuracy_interval(correct) == accuracy_interval(correct.numpy())
    # One seed with a row of its own is one seed.
    assert accuracy_interval(correct) == accuracy_interval(correct[None])


def test_errors():
    good = drawn(10)
    with pytest.raises(ValueError, match=r'correct .*the shape \(0,\)'):
        accuracy_interval(good[:0])
    with pytest.raises(ValueError, match=r'second .*the shape \(1, 1, 10\)'):
        paired_bootstrap(good, good[None, None])
    with pytest.raises(ValueError, match='torch.float32 with other values or NaN'):
        accuracy_interval(torch.full((4,), float('nan')))
    with pytest.raises(ValueError, match='first must be bool'):
        paired_bootstrap(torch.rand(4), good[:4])
    with pytest.raises(ValueError, match='first has 10 and second 9'):
        paired_bootstrap(good, good[:9])
    for settings in (dict(level=95), dict(level=0), dict(resamples=0)):
        with pytest.raises(ValueError, match='level must lie between 0 and 1'):
            accuracy_interval(good, **settings)
