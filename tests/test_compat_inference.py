import pytest
import torch
from mmaction import apis
from mmaction.apis import inference
from mmaction.apis.inferencers import ActionRecogInferencer
from mmengine.config import Config
from tinymodels import build, config

from mm_laziness.compat import resolve_configs_of_inference


def test_applied_once():
    before = apis.init_recognizer, ActionRecogInferencer._init_model
    resolve_configs_of_inference()
    assert (apis.init_recognizer, ActionRecogInferencer._init_model) == before
    assert inference.init_recognizer is apis.init_recognizer
    assert not hasattr(apis.init_recognizer.__wrapped__, '__wrapped__')


def test_top_level_settings_reach_the_model():
    cfg = Config(dict(model=config(), num_classes=7))
    cfg.config_defaults = dict(num_classes=3)
    model = apis.init_recognizer(cfg, device='cpu')
    assert model.cls_head.num_classes == 7
    # The caller's config stays as it is.
    assert cfg.model.cls_head.num_classes == 3


def test_configs_without_defaults_are_left_alone():
    cfg = Config(dict(model=config(), num_classes=7))
    model = apis.init_recognizer(cfg, device='cpu')
    assert model.cls_head.num_classes == 3
    assert model.cfg is cfg


def test_a_checkpoint_that_leaves_tensors_random_is_refused(tmp_path):
    path = str(tmp_path / 'a.pth')
    torch.save(dict(state_dict=build().state_dict()), path)
    cfg = Config(dict(model=config(), num_classes=7))
    assert apis.init_recognizer(cfg, path, device='cpu').cls_head.num_classes == 3
    cfg.config_defaults = dict(num_classes=3)
    words = r'does not fit the model of this config.*cls_head.fc_cls.weight \(3, '
    with pytest.raises(ValueError, match=words):
        apis.init_recognizer(cfg, path, device='cpu')
    inferencer = ActionRecogInferencer.__new__(ActionRecogInferencer)
    with pytest.raises(ValueError, match=words):
        inferencer._init_model(cfg, path, 'cpu')


def test_branches_of_other_modalities_are_dropped():
    rgb = dict(rgb=config()['encoders']['rgb'])
    branches = dict(type='PerModality', branches=dict(rgb=[], audio=[]))
    branches['share_random'] = ['rgb', 'audio']
    cfg = Config(dict(model=config(rgb), test_pipeline=[branches]))
    cfg.config_defaults = dict(num_classes=3)
    model = apis.init_recognizer(cfg, device='cpu')
    (step,) = model.cfg.test_pipeline
    assert list(step.branches) == step.share_random == ['rgb']
    assert len(cfg.test_pipeline[0].branches) == 2
