import pytest
from tinytheory import settings

from projects.theory import drawing
from projects.theory.monte_carlo import simulate


def mean(rows, key, kind='all'):
    return [row[kind][key]['mean'] for row in rows]


def test_laziness_of_three_modalities(study):
    alike, strong = (sweep['rows'] for sweep in study['sweeps'])
    assert mean(alike, 'learned_ume')[0] > 2 * mean(alike, 'learned_joint')[0]
    assert mean(alike, 'error_ume')[0] < mean(alike, 'error_joint')[0]
    for name in ('m1', 'm2', 'm3'):
        alone, lazy = (mean(alike, f'error_{name}_{w}')[1] for w in ('alone', 'joint'))
        assert alone < lazy - 0.1
    # Stronger pairs are learned first.
    weaker, stronger = (
        mean(rows, 'learned_joint_paired')[1] / mean(rows, 'learned_joint')[1]
        for rows in (alike, strong)
    )
    assert stronger > weaker + 0.1
    # Without features of their own the members guess, and joint training does not.
    assert mean(strong, 'error_ume')[2] == 0.5 and mean(strong, 'ume_wins')[2] == 0
    assert mean(strong, 'separable')[2] == 0
    assert strong[2]['separable']['error_ume']['mean'] is None
    # Both sweeps are equal where there are no pairs, and cross on the way.
    assert alike[0] == strong[0]
    assert all(0 < sweep['crossing'] < 1 for sweep in study['sweeps'])


def test_theorem_about_new_samples_is_never_violated(study):
    for sweep in study['sweeps']:
        assert not any(mean(sweep['rows'], 'c_fails_0.5'))
        assert mean(sweep['rows'], 'c_applies_0.5')[0] > 0
        pairs = zip(
            mean(sweep['rows'], 'failure'), mean(sweep['rows'], 'bound'), strict=True
        )
        assert all(exact < bound for exact, bound in pairs)


def test_boosts(study):
    rows = study['boosts']['rows']
    assert mean(rows, 'learned_pushed')[0] == mean(rows, 'learned_joint')[0]
    assert mean(rows, 'learned_pushed')[2] > mean(rows, 'learned_pushed')[0]
    # Six pairs, all above 0, about three quarters above 0.6, none above 0.9.
    pairs = mean(rows, 'learned_umt_paired')
    assert pairs[0] == 6 and 4 < pairs[1] < 5 and pairs[2] == 0
    assert mean(rows, 'error_umt')[1] < mean(rows, 'error_ume')[1]
    assert mean(rows, 'error_umt')[2] == mean(rows, 'error_ume')[2]


def test_seeds_and_chunks(study, monkeypatch):
    def again(**changed):
        found = simulate(settings(shares=[0.0], **changed), progress=False)
        return found['sweeps'][0]['rows'][0], found['boosts']['rows']

    # A share alone is as among others, and the boosts do not depend on shares.
    row, boosts = again()
    assert row == study['sweeps'][0]['rows'][0]
    assert boosts == study['boosts']['rows']
    other_row, other_boosts = again(boosts=[0.0], seed=1)
    assert other_row != row and other_boosts[0] != boosts[0]
    monkeypatch.setattr(drawing, '_CHUNK', 24 * 3 * 25)
    chunked, _ = again(boosts=[0.0])
    assert chunked['all']['error_ume']['trials'] == 60
    near = abs(chunked['all']['error_ume']['mean'] - row['all']['error_ume']['mean'])
    assert near < 0.01


def test_a_study_of_nothing_is_refused():
    # Alone, an encoder of two modalities with one feature must separate 8 samples.
    hopeless = settings(modalities=2, features=3, samples=8, trials=10, p_high=0.5)
    with pytest.raises(
        ValueError, match='no trial .* more --features or fewer --samples$'
    ):
        simulate(hopeless, progress=False)
