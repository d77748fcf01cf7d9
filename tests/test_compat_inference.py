from mmaction import apis
from mmaction.apis import inference
from mmaction.apis.inferencers import ActionRecogInferencer
from mmengine.config import Config
from tinymodels import config

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
