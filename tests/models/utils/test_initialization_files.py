"""Encoders that start from recognizers, and files that do not fit."""

import pytest
import torch
from mmaction.registry import MODELS
from tinymodels import build
from tinyweights import DEEP, FLAT, SLOWFAST, initialized, randomized

pytest_plugins = ['tinyweights']


@pytest.mark.parametrize('cfg', [FLAT, DEEP, SLOWFAST], ids=lambda cfg: cfg['type'])
@pytest.mark.parametrize('how', ['pretrained', 'prefix', 'prefix.', 'encoders'])
def test_whole_recognizer(tmp_path, cfg, how):
    """Stock MMAction2 loads none of this, and says nothing."""
    prefix = 'encoders.any.' if how == 'encoders' else 'backbone.'
    path, given = randomized(cfg, tmp_path, prefix)
    if how in ('pretrained', 'encoders'):
        cfg = dict(cfg, pretrained=path)
    else:
        named = 'backbone.' if how == 'prefix.' else 'backbone'
        load = dict(type='Pretrained', checkpoint=path, prefix=named)
        cfg = dict(cfg, init_cfg=load)
    own = initialized(cfg)
    assert own.keys() == given.keys()
    assert all(torch.equal(own[key], given[key]) for key in given)


def test_several_encoders_in_a_file(tmp_path):
    path = str(tmp_path / 'joint.pth')
    torch.save(build().state_dict(), path)
    with pytest.raises(ValueError, match=r"\['audio', 'rgb'\].*encoder_checkpoints"):
        initialized(dict(FLAT, pretrained=path))


def test_what_does_not_fit_is_named(tmp_path, imagenet):
    _, path, _ = imagenet
    with pytest.raises(ValueError) as error:
        initialized(dict(FLAT, depth=50, pretrained=path))
    for words in (
        *(path, 'ResNet (pretrained)', "'layer1.0.conv3.conv.weight'"),
        'layer1.0.conv1.conv.weight (64, 64, 3, 3) for (64, 64, 1, 1)',
    ):
        assert words in str(error.value)
    with pytest.raises(ValueError, match='missing.*slow_path.conv1'):
        initialized(dict(SLOWFAST, pretrained=path))
    load = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    with pytest.raises(
        ValueError, match=r"nothing under 'backbone.'.*\['bn1', 'conv1'"
    ):
        initialized(dict(FLAT, init_cfg=load))
    for how in (
        dict(pretrained='nowhere.pth'),
        dict(init_cfg=dict(type='Pretrained', checkpoint='nowhere.pth')),
    ):
        with pytest.raises(FileNotFoundError, match='pretrained of ResNet: .*nowhere'):
            initialized(dict(FLAT, **how))


def test_a_backbone_that_loads_nothing_is_refused(tmp_path):
    """X3D takes names as they are, and keeps quiet about those that it lacks."""
    cfg = dict(type='X3D', gamma_w=1, gamma_b=2.25, gamma_d=2.2)
    path, given = randomized(cfg, tmp_path)
    with pytest.raises(ValueError, match='X3D has loaded nothing.*encoder_checkpoints'):
        initialized(dict(cfg, pretrained=path))
    torch.save(given, tmp_path / 'bare.pth')
    own = initialized(dict(cfg, pretrained=str(tmp_path / 'bare.pth')))
    assert all(torch.equal(own[key], given[key]) for key in given)


def test_stock_model_alone_does_less(tmp_path):
    """Why encoders are not left to their backbones; drop it all when this changes."""
    path, given = randomized(DEEP, tmp_path)
    load = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    stock = MODELS.build(dict(DEEP, init_cfg=load))
    stock.init_weights()
    own = stock.state_dict()
    assert not torch.equal(own['conv1.conv.weight'], given['conv1.conv.weight'])
