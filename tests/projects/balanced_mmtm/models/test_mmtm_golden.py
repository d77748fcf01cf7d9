"""The unit against the vectors of the official code, and of its bug."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tinyunits import only

from projects.balanced_mmtm.models import MMTM

NAMES = ('visual', 'skeleton')
GOLDEN = np.load(Path(__file__).parents[3] / 'golden' / 'mmtm_forward.npz')
MODES = dict(regular=-1, rebalance_modality0=0, rebalance_modality1=1)


class OfficialUnit(MMTM):
    """Wu et al.'s code: all averages see the first gate, also in evaluation."""

    def update_averages(self, gates):
        super().update_averages(dict.fromkeys(gates, next(iter(gates.values()))))

    def forward(self, *args, **kwargs):
        training = self.training
        self.train()
        out = super().forward(*args, **kwargs)
        self.train(training)
        return out


def golden(key):
    return torch.from_numpy(np.array(GOLDEN[key]))


def pair(prefix):
    return {name: golden(f'{prefix}_{name}') for name in NAMES}


def from_golden(kind=MMTM):
    unit = kind({name: int(GOLDEN[f'dim_{name}']) for name in NAMES}, GOLDEN['ratio'])
    layers = dict(unit.gates, squeeze=unit.squeeze)
    for name, layer in layers.items():
        layer.weight.data = golden(f'param__fc_{name}.weight')
        layer.bias.data = golden(f'param__fc_{name}.bias')
    return unit, layers


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('kind', [MMTM, OfficialUnit])
def test_five_forwards_of_the_official_code(kind):
    unit, layers = from_golden(kind)
    official = kind is OfficialUnit
    for step, mode in enumerate(GOLDEN['sequence_mode']):
        prefix = f'step{step}_'
        inputs = {
            m: value.requires_grad_() for m, value in pair(f'{prefix}_in').items()
        }
        squeezes = unit.squeezes(inputs)
        close(squeezes, pair(f'{prefix}_squeeze'))
        close(unit.open_gates(squeezes), pair(f'{prefix}_gate'))
        outs = unit(inputs, only(MODES[mode]))
        own = 'official_BUGGY' if official else 'intended'
        average = golden(f'{prefix}_running_avg_visual')
        close(unit.mean_gates['visual'], average)
        close(
            unit.mean_gates['skeleton'], golden(f'{prefix}_running_avg_skeleton_{own}')
        )
        close(outs['visual'], golden(f'{prefix}_out_visual'))
        fixed = '_intended' if step == 3 and not official else ''
        close(outs['skeleton'], golden(f'{prefix}_out_skeleton{fixed}'))
        unit.zero_grad()
        (outs['visual'].sum() + 2 * outs['skeleton'].sum()).backward()
        if fixed:
            # Its constant gate differs, and with it the map's gradient.
            gate = unit.mean_gates['skeleton'][:, None, None]
            alone = inputs['skeleton'].grad - 2 * gate
            theirs = 2 * golden(f'{prefix}_running_avg_skeleton_official_BUGGY')
            expected = golden(f'{prefix}_grad_in_skeleton') - theirs[:, None, None]
            close(alone, expected)
        else:
            close(inputs['skeleton'].grad, golden(f'{prefix}_grad_in_skeleton'))
        close(inputs['visual'].grad, golden(f'{prefix}_grad_in_visual'))
        for name, layer in layers.items():
            for part, param in layer.named_parameters():
                expected = golden(f'{prefix}_grad__fc_{name}.{part}')
                # NaN: no gradient there, zero here.
                close(param.grad, expected.nan_to_num(0))


def test_flow_off_of_the_official_code():
    unit, _ = from_golden()
    unit.eval()
    inputs, means = pair('off__in'), pair('off__avg_squeeze')
    close(unit.open_gates(unit.squeezes(inputs), means), pair('off__gate'))
    close(unit(inputs, mean_squeezes=means), pair('off__out'))


def test_video_beside_pictures_of_the_official_code():
    unit, _ = from_golden()
    close(unit(pair('video5d__in')), pair('video5d__out'))
