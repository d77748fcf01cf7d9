from pathlib import Path

import pytest
from tinytheory import settings

from projects.theory import run
from projects.theory.settings import read_settings

CONFIG = str(Path(run.__file__).with_name('configs') / 'monte_carlo.py')


def test_options_replace_what_the_config_sets():
    found = read_settings(CONFIG, dict(samples=5, shares=[0.5, 0.1], seed=None))
    assert (found.samples, found.shares, found.seed) == (5, (0.1, 0.5), 0)
    assert found.modalities == 2
    assert read_settings(CONFIG, dict(epsilon=0.0)).epsilon == 0


@pytest.mark.parametrize(
    ('changed', 'text'),
    [
        (dict(modalities=1), 'modalities must be .* at least 2, but is 1; set --modal'),
        (dict(trials=9), 'trials must be a whole number of at least 10'),
        (dict(trials='100'), "trials must be a whole number.*'100'; set --trials"),
        (dict(features=60.5), 'features must be a whole number.*60.5'),
        (dict(shares=[]), 'shares must be a list of at least one number'),
        (dict(deltas=0.5), 'deltas must be a list of .*, but is 0.5; set --deltas'),
        (dict(boosts=['0.5']), "boosts must lie between 0 and 1, but '0.5'"),
        (dict(shares=[0.5, 1.5]), 'shares must lie between 0 and 1, but 1.5.*--shares'),
        (dict(boost_share=-1), 'boost_share must lie.* but -1 .*--boost-share'),
        (dict(p_high=1.2), 'p_high must lie between 0 and 1, but 1.2.*--p-high'),
        (dict(epsilon=float('nan')), 'epsilon must lie between 0 and 1, but nan'),
        (dict(epsilon=0.5), 'epsilon <= p_low <= p_high, but they are 0.5, 0.4 and'),
        (dict(paired_low=0.95), 'epsilon <= paired_low <= paired_high.*--paired-low'),
        (dict(paired_high=0.99), r'paired_high \+ epsilon .* is 1.04; lower --paired'),
        (dict(deltas=[1.0]), 'deltas must lie between 0 and 1, without both, but 1 '),
        (dict(boosts=[0.1, -0.2]), 'boosts must lie.* but -0.2 is given; set --boosts'),
        # No JSON has it.
        (dict(boosts=[float('inf')]), 'boosts must lie between 0 and 1, but inf'),
    ],
)
def test_impossible_settings(changed, text):
    with pytest.raises(ValueError, match=text):
        settings(**changed)


def test_configs_that_are_not_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_settings(str(tmp_path / 'none.py'), {})
    path = tmp_path / 'short.py'
    path.write_text('trials = 10\nepochs = 3\n')
    with pytest.raises(ValueError, match=r"missing: \['boost_share'.*\['epochs'\]"):
        read_settings(str(path), {})
