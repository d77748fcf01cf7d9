"""Encoders with units between their stages."""

import copy

import pytest
import torch
from mmaction.registry import MODELS
from tinymodels import stacked
from tinyunits import batch, build, config, features, logits

from mm_laziness.models.utils import MissingModalities, pool_features

THREE = ('front', 'rear', 'audio')


@pytest.mark.parametrize('names', [('front', 'audio'), THREE])
def test_units_act_between_the_stages(names):
    model = build(names).eval()
    data = batch(names)
    maps = {m: x.squeeze(1) for m, x in stacked(data).items()}
    stages = {m: encoder.stages() for m, encoder in model.encoders.items()}
    with torch.no_grad():
        for index, unit in enumerate(model.units):
            maps = unit({m: stages[m][index](maps[m]) for m in names})
        expected = {m: pool_features(stages[m][2](maps[m])) for m in names}
    torch.testing.assert_close(features(model, data), expected)


def test_units_after_different_stages():
    model = build(fusion_stages=dict(front=(1,), audio=(3,))).eval()
    assert model.units[0].in_channels == dict(front=4, audio=16)
    data = batch()
    x = {m: value.squeeze(1) for m, value in stacked(data).items()}
    first, second, third = model.encoders['front'].stages()
    with torch.no_grad():
        maps = dict(front=first(x['front']), audio=model.encoders['audio'](x['audio']))
        maps = model.units[0](maps)
        expected = dict(front=third(second(maps['front'])), audio=maps['audio'])
    expected = {m: pool_features(value) for m, value in expected.items()}
    torch.testing.assert_close(features(model, data), expected)


@pytest.mark.parametrize(
    'views, kwargs',
    [
        (dict(front=6, audio=2), dict(num_segments=dict(front=3))),
        (dict(front=6, audio=2), dict(num_segments={})),
        (dict(front=3), {}),
    ],
)
def test_open_gates_leave_late_fusion(views, kwargs):
    model = build(**kwargs).eval()
    for unit in model.units:
        for gate in unit.gates.values():
            gate.weight.data.zero_()
            gate.bias.data.fill_(40.0)
    cfg = config(**kwargs, cls_head=config()['cls_head']) | dict(
        type='LateFusionRecognizer'
    )
    cfg.pop('fusion_stages')
    late = MODELS.build(cfg).eval()
    late.load_state_dict(model.state_dict(), strict=False)
    data = batch(**views)
    torch.testing.assert_close(features(model, data), features(late, data))
    torch.testing.assert_close(logits(model, data), logits(late, data))


def test_views_at_once_change_nothing():
    whole = build().eval()
    parts = build(test_cfg=dict(max_testing_views=3)).eval()
    data = batch(front=4, audio=2, samples=2)
    sizes = []
    parts.units[0].register_forward_pre_hook(
        lambda _, args: sizes.append([len(value) for value in args[0].values()])
    )
    torch.testing.assert_close(logits(parts, data), logits(whole, data))
    assert sizes == [[3, 3], [3, 3], [2, 2]]
    # A training step is one forward, to averages and BatchNorm.
    parts.train().extract_feat(stacked(data))
    assert sizes[3:] == [[8, 8]] and parts.units[0].forwards == 1
    parts.load_state_dict(whole.state_dict())
    parts.eval()
    with torch.no_grad(), whole.recording_squeezes() as expected:
        whole.test_step(copy.deepcopy(data))
    with torch.no_grad(), parts.recording_squeezes() as means:
        parts.test_step(copy.deepcopy(data))
    torch.testing.assert_close(means, expected)


def test_a_copy_has_its_own_encoders():
    model = build().eval()
    twin = copy.deepcopy(model)
    data = batch()
    expected = features(model, data)
    for param in model.parameters():
        param.data.zero_()
    torch.testing.assert_close(features(twin, data), expected)


def test_no_modality_can_be_left_out():
    model = build().eval()
    model.missing = MissingModalities(('audio',))
    with pytest.raises(ValueError, match='feed each other.*Leave out --missing'):
        model.test_step(batch())
    model.missing = None
    data = batch()
    del data['inputs']['audio']
    with pytest.raises(ValueError):
        model.extract_feat(stacked(data))
    with pytest.raises(ValueError, match='cannot do without a modality'):
        model.view_features(stacked(data))


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(names=('front',)), 'two modalities or more.*use LateFusionRecognizer'),
        (
            dict(names=('front',), fusion_stages=dict(front=(1,), audio=(1,))),
            r"two modalities or more, but encoders names \['front'\]",
        ),
        (
            dict(
                names=('front',),
                cls_head=dict(
                    type='RUBiHead', num_classes=3, in_channels={}, biased='audio'
                ),
            ),
            'two modalities or more',
        ),
        (dict(fusion_stages=(4,)), 'stages 1 to 3'),
        (dict(fusion_channels=dict(front=[4, 9])), 'set fusion_stages'),
        (dict(cls_head='narrow'), "encoder of 'front' gives 16 features"),
    ],
)
def test_what_does_not_fit(change, message):
    if change.get('cls_head') == 'narrow':
        head = config()['cls_head'] | dict(in_channels=dict(front=4, audio=16))
        change = dict(cls_head=head)
    with pytest.raises(ValueError, match=message):
        features(build(**change), batch())
