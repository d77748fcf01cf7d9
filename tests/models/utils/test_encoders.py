"""Building encoders, and loading them from ours and MMAction2's checkpoints."""

import copy
import os

import pytest
import torch
from mmaction.registry import MODELS
from tinymodels import PICTURES, SOUND, build, same, save, snapshot, unimodal_checkpoint
from torchvision.models.resnet import BasicBlock, ResNet

from mm_laziness.models.utils import (
    build_encoder,
    check_checkpoint,
    load_encoder,
    load_exactly,
    load_state,
)

STOCK = dict(
    type='Recognizer3D',
    backbone=PICTURES,
    cls_head=dict(type='I3DHead', num_classes=7, in_channels=4),
)
FOREIGN = dict(type=ResNet, block=BasicBlock, layers=[1, 1, 1, 1])


def test_config_is_left_as_it_is():
    cfg = copy.deepcopy(FOREIGN)
    build_encoder(cfg)
    assert cfg == FOREIGN


def test_foreign_encoder_loses_its_classifier_and_keeps_its_weights():
    encoder = build_encoder(FOREIGN)
    assert encoder(torch.zeros(2, 3, 32, 32)).shape == (2, 512)
    model = build(dict(rgb=FOREIGN), dict(rgb=512))
    before = snapshot(model.encoders)
    model.init_weights()
    assert same(before, snapshot(model.encoders))


def test_missing_file():
    path = os.path.join('work_dirs', 'rgb_r50_ucf101', 'best.pth')
    with pytest.raises(FileNotFoundError) as error:
        check_checkpoint(path, "teachers['rgb']")
    text = str(error.value)
    assert text.startswith(f"teachers['rgb']: checkpoint {path} does not exist")
    assert 'python tools/train.py configs/rgb_r50_ucf101.py' in text
    with pytest.raises(FileNotFoundError, match='does not exist; train it first, or'):
        check_checkpoint('best.pth', 'x')
    for nothing in (None, ''):
        with pytest.raises(ValueError, match='x names no checkpoint; set it to a file'):
            check_checkpoint(nothing, 'x')
    check_checkpoint('https://nowhere.invalid/best.pth', 'x')


def used(module):
    """Random weights and BatchNorm statistics, so that copies can be told."""
    torch.manual_seed(3)
    for value in module.state_dict().values():
        if value.is_floating_point():
            value.uniform_(0.5, 1.5)
    return module


def stock_checkpoint(tmp_path):
    model = used(MODELS.build(STOCK))
    return model.backbone, save(tmp_path / 'stock.pth', model.state_dict())


def test_checkpoint_of_mmaction2(tmp_path):
    backbone, path = stock_checkpoint(tmp_path)
    encoder = build_encoder(PICTURES)
    load_encoder(encoder, path, 'any_name')
    assert same(snapshot(encoder), backbone.state_dict())


def test_checkpoint_of_ours(tmp_path):
    model = used(build())
    path = save(tmp_path / 'joint.pth', model.state_dict())
    for name, cfg in (('rgb', PICTURES), ('audio', SOUND)):
        encoder = build_encoder(cfg)
        load_encoder(encoder, path, name)
        assert same(snapshot(encoder), model.encoders[name].state_dict())


@pytest.mark.parametrize('layout', ['bare', 'module', 'bare module'])
def test_other_layouts(tmp_path, layout):
    backbone, _ = stock_checkpoint(tmp_path)
    prefix = dict(bare='', module='module.backbone.').get(layout, 'module.')
    state = {prefix + key: value for key, value in backbone.state_dict().items()}
    # A backbone's own file has no `state_dict` around it.
    torch.save(
        state if layout == 'bare' else dict(state_dict=state), tmp_path / 'a.pth'
    )
    encoder = build_encoder(PICTURES)
    load_encoder(encoder, str(tmp_path / 'a.pth'), 'rgb')
    assert same(snapshot(encoder), backbone.state_dict())


def test_old_checkpoints_lack_a_counter(tmp_path):
    state = used(build_encoder(SOUND)).state_dict()
    old = {key: v for key, v in state.items() if 'num_batches_tracked' not in key}
    assert len(old) < len(state)
    encoder = build_encoder(SOUND)
    load_encoder(encoder, save(tmp_path / 'old.pth', old), 'audio')
    assert same(old, {key: encoder.state_dict()[key] for key in old})


def test_other_modality(tmp_path):
    path = unimodal_checkpoint(tmp_path / 'rgb.pth', 'rgb')
    with pytest.raises(ValueError, match=r"encoders \['rgb'\], but not 'audio'"):
        load_encoder(build_encoder(SOUND), path, 'audio')


def test_other_architecture(tmp_path):
    _, path = stock_checkpoint(tmp_path)
    deeper = build_encoder(dict(PICTURES, stage_blocks=(2,)))
    before = snapshot(deeper)
    with pytest.raises(ValueError) as error:
        load_encoder(deeper, path, 'rgb')
    text = str(error.value)
    assert f"checkpoint {path} does not fit the encoder of 'rgb'" in text
    assert 'tensors are missing' in text and 'layer1.1.conv1' in text
    # Nothing has been loaded by half.
    assert same(before, snapshot(deeper))
    with pytest.raises(ValueError, match=r'have other shapes.*\(8, 3, 3, 7, 7\)'):
        load_encoder(build_encoder(dict(PICTURES, base_channels=8)), path, 'rgb')


@pytest.mark.parametrize('content', [[1], {'state_dict': [1]}, {0: torch.ones(2)}])
def test_files_without_weights_by_name(tmp_path, content):
    torch.save(content, tmp_path / 'a.pth')
    with pytest.raises(ValueError, match=r'a\.pth .*give a checkpoint saved by'):
        load_state(str(tmp_path / 'a.pth'))


def test_left_over_tensors():
    layer = torch.nn.Linear(1, 1)
    state = dict(layer.state_dict(), more=torch.zeros(1))
    with pytest.raises(ValueError, match=r"1 are left over \['more'\]"):
        load_exactly(layer, state, 'a.pth', 'the layer')


def test_state_is_read_without_running_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return os.system, ('exit 1',)

    torch.save(dict(state_dict=dict(a=Evil())), tmp_path / 'evil.pth')
    with pytest.raises(Exception, match='could run code'):
        load_state(str(tmp_path / 'evil.pth'))


@pytest.mark.parametrize('classes, warned', [(7, False), (12, True), (None, False)])
def test_checkpoint_of_another_data_set_is_told(tmp_path, monkeypatch, classes, warned):
    told = []
    module = 'mm_laziness.models.utils.encoders.print_log'
    monkeypatch.setattr(module, lambda text, **_: told.append(text))
    _, path = stock_checkpoint(tmp_path)
    load_encoder(build_encoder(PICTURES), path, 'rgb', classes)
    assert bool(told) == warned
    if warned:
        assert 'stock.pth was trained for 7 classes, this model is for 12' in told[0]
