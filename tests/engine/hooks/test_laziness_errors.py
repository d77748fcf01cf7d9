"""What cannot be watched is refused before anything is trained."""

import pytest
from mmaction.registry import MODELS
from mmengine.optim import OptimWrapperDict
from tinylaziness import watched
from tinymodulation import build
from torch import nn

from mm_laziness.engine import LazinessMonitorHook


def refused(toy, text, error=ValueError, model=None, **kwargs):
    model = model or build()
    model.init_weights = lambda: pytest.fail('weights were drawn')
    with pytest.raises(error, match=text):
        watched(toy, model=model, **kwargs)


@pytest.mark.parametrize('name', ['probe_interval', 'probe_samples'])
@pytest.mark.parametrize('value', [0, -1, 1.5, '2'])
def test_numbers(name, value):
    with pytest.raises(ValueError, match=f'{name} of .* is {value!r}; set a whole'):
        LazinessMonitorHook(**{name: value})


def test_references(toy, tmp_path):
    unknown = dict(monitor=dict(references=dict(flow=str(tmp_path))))
    refused(toy, r"names \['flow'\].*\['rgb', 'audio'\]", **unknown)
    missing = dict(monitor=dict(references=dict(rgb=str(tmp_path / 'no'))))
    refused(toy, "reference of 'rgb'.*laziness.json", FileNotFoundError, **missing)


def test_loops_without_epochs(toy):
    loop = dict(by_epoch=False, max_iters=2)
    refused(toy, 'IterBasedTrainLoop has none; set train_cfg', train_cfg=loop)


def test_models_without_encoders_or_scores(toy):
    refused(toy, 'NoisyModel has no dict', model=toy.model())
    model = build()
    model.cls_head = nn.Linear(4, 3)
    refused(toy, 'Linear has no unimodal_scores and no register', model=model)
    stock = dict(type='TSNHead', num_classes=3, in_channels=4)
    model.cls_head = MODELS.build(stock)
    refused(toy, 'TSNHead has no unimodal_scores', model=model)


def test_probes_of_encoders_that_feed_each_other(toy):
    model = build()
    model.independent_encoders = False
    probed = dict(monitor=dict(probe_interval=1))
    refused(toy, 'feed each other.*set probe_interval=None', model=model, **probed)


def test_several_optimizers(toy, monkeypatch):
    several = OptimWrapperDict.__new__(OptimWrapperDict)
    monkeypatch.setattr(
        'mm_laziness.engine.MultiModalRunner.build_optim_wrapper',
        lambda *_: several,
    )
    refused(
        toy, 'steps of one optimizer, but got OptimWrapperDict', param_scheduler=None
    )


def test_probes_that_cannot_be(toy):
    late = dict(monitor=dict(probe_interval=2))
    refused(toy, 'probe_interval = 2 .* more than the 1 epochs', **late)
    # The parts of this runner were given to it ready, without a config.
    now = dict(monitor=dict(probe_interval=1))
    refused(toy, 'no val_dataloader', val_dataloader=None, val_cfg=None, val_evaluator=None, **now)  # fmt: skip  # noqa: E501
