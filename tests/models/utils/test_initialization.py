"""Encoders that start from ImageNet's weights, for whatever they take in."""

import copy

import pytest
import torch
import torchvision
from tinymodels import build
from tinyweights import DEEP, FLAT, SLOWFAST, WHOLE, initialized, is_imagenet

from mm_laziness.models.utils import build_encoder, load_state

pytest_plugins = ['tinyweights']


def test_torchvision_by_name(imagenet, monkeypatch):
    home, _, given = imagenet
    monkeypatch.setenv('TORCH_HOME', str(home))
    own = initialized(dict(WHOLE, pretrained='torchvision://resnet18'))
    assert is_imagenet(own, given)
    last = own['layer4.1.conv2.conv.weight']
    assert torch.equal(last, given['layer4.1.conv2.weight'])
    # All of it, but for the classifier.
    assert len(own) == len(given) - 2


@pytest.mark.parametrize('how', ['pretrained', 'init_cfg'])
@pytest.mark.parametrize('cfg', [FLAT, DEEP], ids=['ResNet', 'SlowOnly'])
def test_file(imagenet, cfg, how):
    _, path, given = imagenet
    setting = dict(type='Pretrained', checkpoint=path) if how == 'init_cfg' else path
    cfg = dict(cfg, **{how: setting})
    before = copy.deepcopy(cfg)
    assert is_imagenet(initialized(cfg), given)
    assert cfg == before


def test_kernels_that_are_longer_are_divided(imagenet):
    _, path, given = imagenet
    own = initialized(dict(DEEP, pretrained=path))['layer2.1.conv1.conv.weight']
    assert own.shape[2] == 3
    expected = given['layer2.1.conv1.weight'] / 3
    assert all(torch.equal(own[:, :, step], expected) for step in range(3))


@pytest.mark.parametrize('channels', [1, 2, 20])
@pytest.mark.parametrize('cfg', [FLAT, DEEP], ids=['ResNet', 'SlowOnly'])
def test_other_channels_get_the_mean_over_colours(imagenet, cfg, channels):
    """Wang et al., ECCV 2016: averaged, then replicated, and not rescaled."""
    _, path, given = imagenet
    own = initialized(dict(cfg, in_channels=channels, pretrained=path))
    kernel = own['conv1.conv.weight']
    mean = given['conv1.weight'].sum(dim=1) / 3
    assert kernel.shape[1] == channels
    for channel in range(channels):
        found = kernel[:, channel] if kernel.ndim == 4 else kernel[:, channel, 0]
        torch.testing.assert_close(found, mean)
    assert torch.equal(own['conv1.bn.weight'], given['bn1.weight'])


def test_slow_pathway(tmp_path):
    """Lateral channels begin at zero, lateral convolutions are drawn."""
    given = torchvision.models.resnet50().state_dict()
    given = {k: v for k, v in given.items() if k[:6] not in ('layer3', 'layer4')}
    path = str(tmp_path / 'resnet50.pth')
    torch.save(given, path)
    slow = dict(SLOWFAST['slow_pathway'], pretrained=path)
    encoder = build_encoder(dict(SLOWFAST, slow_pathway=slow))
    encoder.init_weights()
    own = encoder.slow_path.state_dict()
    kernel, expected = own['layer2.0.conv1.conv.weight'], given['layer2.0.conv1.weight']
    width = expected.shape[1]
    assert kernel.shape[1] > width
    assert torch.allclose(kernel[:, :width].sum(dim=2), expected, atol=1e-6)
    assert not kernel[:, width:].any()
    assert own['layer1_lateral.conv.weight'].std() > 0
    # Nobody asked for weights of the other pathway, and they would not fit.
    cfg = dict(SLOWFAST, fast_pathway=dict(SLOWFAST['fast_pathway'], pretrained=path))
    with pytest.raises(ValueError, match='fast_path of ResNet3dSlowFast.*other shapes'):
        initialized(cfg)


def test_students_start_from_it_and_teachers_do_not(tmp_path, imagenet):
    _, path, given = imagenet
    encoders = dict(rgb=dict(FLAT, pretrained=path), flow=dict(FLAT, in_channels=20))
    encoders['flow']['pretrained'] = path
    widths = dict(rgb=128, flow=128)
    teachers = {}
    for name, cfg in encoders.items():
        model = build({name: cfg}, {name: 128})
        model.init_weights()
        kernel = model.encoders[name].conv1.conv.weight
        torch.nn.init.constant_(kernel, 0.25)
        teachers[name] = str(tmp_path / f'{name}.pth')
        torch.save(model.state_dict(), teachers[name])
    model = build(encoders, widths, type='UMTRecognizer', teachers=teachers)
    model.init_weights()
    assert is_imagenet(model.encoders['rgb'].state_dict(), given)
    for name in encoders:
        student = model.encoders[name].conv1.conv.weight
        assert not torch.equal(student, torch.full_like(student, 0.25))
        teacher = model.teachers[name].wrapped.conv1.conv.weight
        assert torch.equal(teacher, torch.full_like(teacher, 0.25))
    # What is loaded by name comes last.
    model = build(encoders, widths, encoder_checkpoints=teachers)
    model.init_weights()
    for name in encoders:
        assert torch.equal(
            model.encoders[name].conv1.conv.weight,
            load_state(teachers[name])[f'encoders.{name}.conv1.conv.weight'],
        )


def test_a_copy_initializes_itself(imagenet):
    """An averaged model is a copy; its weights are not the original's."""
    _, path, given = imagenet
    encoder = build_encoder(dict(FLAT, pretrained=path))
    before = encoder.conv1.conv.weight.clone()
    twin = copy.deepcopy(encoder)
    twin.init_weights()
    assert torch.equal(twin.conv1.conv.weight, given['conv1.weight'])
    assert torch.equal(encoder.conv1.conv.weight, before)
