"""Which modality is re-balanced when, by the official tables and by hand."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from projects.balanced_mmtm.engine import REGULAR, guided_next, leads, random_next

GOLDEN = Path(__file__).parents[3] / 'golden' / 'mmtm_speed_and_switching.npz'
INF, NAN = float('inf'), float('nan')


@pytest.fixture(scope='module')
def golden():
    return dict(np.load(GOLDEN))


def replay(speeds_by_step, epsilon, window, begin=0, mode=REGULAR, left=0):
    """Mode of each step's forward and of the next one, of scripted speeds."""
    mode, left = torch.tensor(mode), torch.tensor(left)
    modes = []
    for step, speeds in enumerate(speeds_by_step):
        used = mode.item()
        if step >= begin:
            mode, left = guided_next(mode, left, torch.tensor(speeds), epsilon, window)
        modes.append((used, mode.item()))
    return modes


@pytest.mark.parametrize(
    'table, window', [('guided_table', 5), ('guided_table_window1', 1)]
)
def test_guided_table(golden, table, window):
    rows = golden[table]
    epoch, _, d, used, used_which, measured, following, which = rows.T
    begin = int((epoch < golden['guided_starting_epoch']).sum())
    assert begin > 0
    if window != 1:
        assert window == golden['guided_window']
    # Any two speeds with this difference.
    speeds = [[value, 0.0] for value in d]
    modes = replay(speeds, float(golden['guided_epsilon']), window, begin)
    # They keep the last modality while nothing is re-balanced; we need not.
    expected = np.where(used == 1, used_which, REGULAR)
    expected_next = np.where(following == 1, which, REGULAR)
    assert [mode for mode, _ in modes] == expected.tolist()
    assert [mode for _, mode in modes] == expected_next.tolist()
    assert [mode == REGULAR for mode, _ in modes] == (measured == 1).tolist()
    assert {*expected} >= ({0, 1, REGULAR} if window == 5 else {0, REGULAR})


def test_random_table(golden):
    rows = golden['random_table_seed777__epoch_batch_next_rebalance_next_modality']
    epoch, _, rebalanced, which = rows.T
    expected = np.where(rebalanced == 1, which, REGULAR)[epoch >= 2].tolist()
    assert (expected.count(0), expected.count(1)) > (30, 30)
    generator = random.Random(777)
    assert [random_next(generator, 2) for _ in expected] == expected
    # Through the module, too, as the authors draw.
    before = random.getstate()
    random.seed(777)
    assert [random_next(random, 2) for _ in expected] == expected
    random.setstate(before)


def test_random_modes_are_alike():
    generator = random.Random(0)
    drawn = [random_next(generator, 3) for _ in range(4000)]
    counts = np.bincount(np.array(drawn) - REGULAR)
    assert len(counts) == 4
    # Within 4 standard deviations of 1000.
    assert abs(counts - 1000).max() < 4 * np.sqrt(4000 * 0.25 * 0.75)


def test_leads_by_hand():
    # 6 - (1 + 2) / 2, 1 - (6 + 2) / 2, 2 - (6 + 1) / 2.
    expected = torch.tensor([4.5, -3.0, -1.5])
    assert torch.equal(leads(torch.tensor([6.0, 1.0, 2.0])), expected)
    # Of two modalities, exactly the authors' d and -d.
    first, second = torch.rand(2, 100, dtype=torch.float64)
    for one, other in zip(first, second, strict=True):
        both = leads(torch.stack([one, other]))
        assert both.tolist() == [(one - other).item(), (other - one).item()]


@pytest.mark.parametrize(
    'speeds, mode',
    [
        ([0.02, 0.0], 0),
        ([0.0, 0.02], 1),
        ([0.01, 0.0], REGULAR),  # more than epsilon, not epsilon
        ([0.5, NAN], REGULAR),
        ([INF, INF], REGULAR),
        ([INF, 0.0], 0),
        ([-INF, 0.0], 1),
        ([0.0, 0.01, 0.05], 2),  # not the 0.01 of the second over the first
        ([NAN, 5.0, 0.0], REGULAR),
        ([1.0, INF, 0.0], 1),
        ([0.2, 0.2, 0.0], 0),
    ],
)
def test_who_is_rebalanced(speeds, mode):
    next_mode, left = guided_next(
        torch.tensor(REGULAR), torch.tensor(0), torch.tensor(speeds).double(), 0.01, 3
    )
    assert (next_mode.item(), left.item()) == (mode, 3 if mode != REGULAR else 0)
    assert next_mode.dtype == left.dtype == torch.long


def test_a_window_looks_at_no_speed():
    modes = replay([[9.0, 0.0]] + [[0.0, 9.0]] * 5, epsilon=0.01, window=3)
    following = [mode for _, mode in modes]
    # Three steps, then a regular one although modality 1 leads, then its window.
    assert following == [0, 0, 0, REGULAR, 1, 1]
