"""Conditional learning speeds: the official numbers, by hand, and their groups."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from projects.balanced_mmtm.engine import (
    conditional_speeds,
    relative_gradients,
    speed_groups,
)
from projects.balanced_mmtm.models import MMTM

GOLDEN = Path(__file__).parents[3] / 'golden' / 'mmtm_speed_and_switching.npz'


class Net(nn.Module):
    """A model's parts: two encoders, their classifiers, a unit, and something else."""

    def __init__(self):
        super().__init__()
        channels = dict(visual=3, skeleton=2)
        self.encoders = nn.ModuleDict(
            {name: nn.Conv2d(1, width, 3) for name, width in channels.items()}
        )
        self.units = nn.ModuleList([MMTM(dict(visual=3, skeleton=3))])
        self.cls_head = nn.Module()
        self.cls_head.unimodal_classifiers = nn.ModuleDict(
            {name: nn.BatchNorm2d(width) for name, width in channels.items()}
        )
        self.cls_head.extra = nn.Linear(2, 2)


def official_names():
    """Our parameters by the names in the vectors."""
    parts = {
        'mmtm2.fc_squeeze': 'units.0.squeeze',
        'mmtm2.fc_visual': 'units.0.gates.visual',
        'mmtm2.fc_skeleton': 'units.0.gates.skeleton',
        'extra': 'cls_head.extra',
    }
    for index, name in enumerate(('visual', 'skeleton')):
        parts[f'net_view_{index}.0'] = f'encoders.{name}'
        parts[f'net_view_{index}.1'] = f'cls_head.unimodal_classifiers.{name}'
    kinds = ('weight', 'bias')
    return {f'{own}.{k}': f'{name}.{k}' for name, own in parts.items() for k in kinds}


def test_official_numbers():
    golden = np.load(GOLDEN)
    net, names = Net(), official_names()
    groups = speed_groups(net)
    assert {*names.values()} == {*golden['param_names']}
    assert golden['log_base'] == 10
    fusion, branch = torch.zeros(2, 2, dtype=torch.float64)
    for step in range(4):
        for own, parameter in net.named_parameters():
            name = names[own]
            values = golden[f'step{step}__param__{name}']
            parameter.data.copy_(torch.from_numpy(values))
            parameter.grad = torch.from_numpy(golden[f'step{step}__grad__{name}'])
        fusion += relative_gradients(groups.fusion, fusion)
        branch += relative_gradients(groups.branch, branch)
        sums = golden['accumulated_ratio__fusion0_fusion1_main0_main1'][step]
        np.testing.assert_allclose([*fusion, *branch], sums, rtol=1e-6)
        speeds = conditional_speeds(fusion, branch)
        d = golden['d_speed_per_step'][step]
        np.testing.assert_allclose(speeds[0] - speeds[1], d, rtol=1e-6)


def test_ratio_of_sums_by_hand():
    first, second, unused = (
        nn.Parameter(torch.tensor(v)) for v in ([3.0], [4.0], [9.0])
    )
    first.grad, second.grad = torch.tensor([1.0]), torch.tensor([2.0])
    groups = dict(left=[first, second], right=[second, unused], none=[unused])
    ratios = relative_gradients(groups, torch.zeros(3, dtype=torch.float64))
    # (1 + 4) / (9 + 16); a parameter without gradient counts nowhere.
    assert ratios.tolist()[:2] == pytest.approx([0.2, 0.25])
    assert ratios[2].isnan()
    assert ratios.dtype == torch.float64
    speeds = conditional_speeds(torch.tensor([100.0]), torch.tensor([0.1]))
    assert speeds.item() == pytest.approx(3.0)


def test_groups_by_structure():
    net = Net()
    # Names inside an encoder may be anything.
    net.encoders['visual'] = nn.ModuleDict(dict(skeleton=nn.Linear(2, 2)))
    net.units.append(MMTM(dict(visual=2, skeleton=4)))
    net.units[0].gates['visual'].bias.requires_grad_(False)
    groups = speed_groups(net)
    of = {id(parameter): name for name, parameter in net.named_parameters()}
    found = [of[id(p)] for p in groups.fusion['visual']]
    assert found == [
        *('units.0.squeeze.weight', 'units.0.squeeze.bias'),
        'units.0.gates.visual.weight',
        *('units.1.squeeze.weight', 'units.1.squeeze.bias'),
        *('units.1.gates.visual.weight', 'units.1.gates.visual.bias'),
    ]
    assert [of[id(p)] for p in groups.branch['visual']] == [
        *('encoders.visual.skeleton.weight', 'encoders.visual.skeleton.bias'),
        'cls_head.unimodal_classifiers.visual.weight',
        'cls_head.unimodal_classifiers.visual.bias',
    ]
    assert list(groups.fusion) == list(groups.branch) == ['visual', 'skeleton']


@pytest.mark.parametrize(
    'frozen, part',
    [
        ('encoders', "the encoder of 'visual'"),
        ('units', "the MMTM units of 'visual'"),
        ('cls_head', "the classifier of 'visual'"),
    ],
)
def test_nothing_that_learns(frozen, part):
    net = Net()
    getattr(net, frozen).requires_grad_(False)
    with pytest.raises(ValueError, match=f'nothing is trained in {part}.* set froz'):
        speed_groups(net)
