"""The state of re-balancing."""

import pytest
import torch

from projects.balanced_mmtm.models import Rebalancing


@pytest.mark.parametrize(
    'mode, mask', [(-1, [0, 0, 0]), (0, [1, 0, 0]), (2, [0, 0, 1])]
)
def test_mask_of_the_mode(mode, mask):
    state = Rebalancing(3)
    state.mode.fill_(mode)
    assert state.mask().tolist() == mask and state.mask().dtype == torch.bool


def test_state_is_complete_and_may_be_forgotten():
    state, fresh = Rebalancing(2), Rebalancing(2)
    assert set(state.state_dict()) == {
        'mode',
        'steps_left',
        'fusion_speed',
        'branch_speed',
    }
    for buffer in state.buffers():
        buffer.fill_(1)
    state.reset()
    for key, value in fresh.state_dict().items():
        assert torch.equal(state.state_dict()[key], value)
