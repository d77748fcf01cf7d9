import pytest
import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from tinymodulation import TinySet, build, run
from torch import nn

from mm_laziness.engine import OGMGEHook

HOOK = dict(alpha=0.3)


@pytest.mark.parametrize('alpha', [0.0, -1.0, float('nan')])
def test_alpha(alpha):
    with pytest.raises(ValueError, match=r'set alpha > 0, e\.g\. 0\.1-0\.8'):
        OGMGEHook(alpha=alpha)


@pytest.mark.parametrize('window', [(-1, 3), (3, 3), (4, 2)])
def test_empty_window(window):
    with pytest.raises(ValueError, match='set 0 <= begin < end'):
        OGMGEHook(0.3, *window)


def test_window_after_the_run(toy):
    with pytest.raises(ValueError, match=r'begin .* is 1, .* 1 epochs; set .* 0\.\.0'):
        run(toy, dict(alpha=0.3, begin=1))


def test_one_encoder(toy):
    with pytest.raises(ValueError, match=r"two or more encoders, but .*\['rgb'\]"):
        run(toy, HOOK, build(('rgb',)), TinySet(('rgb',)))


def test_model_without_encoders(toy):
    with pytest.raises(ValueError, match=r'NoisyModel has \[\]'):
        toy.train(toy.runner(hooks=[OGMGEHook(**HOOK)]))


@pytest.mark.parametrize('missing', ['split_scores', 'register_loss_observer'])
def test_head_without_scores_of_modalities(toy, missing):
    class OtherHead(nn.Module):
        """Has one of the two methods."""

        in_channels = dict(rgb=4, audio=4)

    model = build()
    other = ({'split_scores', 'register_loss_observer'} - {missing}).pop()
    setattr(OtherHead, other, lambda self: None)
    model.cls_head = OtherHead()
    expected = rf'head OtherHead has no {missing}\(\); use LinearFusionHead, MLPFusion'
    with pytest.raises(ValueError, match=expected):
        toy.train(toy.runner(model=model, hooks=[OGMGEHook(**HOOK)]))


def test_frozen_encoders(toy):
    with pytest.raises(ValueError, match="'rgb' are frozen.* frozen_encoders=False"):
        run(toy, HOOK, build(frozen_encoders=True))
    model = build()
    model.encoders['audio'].requires_grad_(False)
    with pytest.raises(ValueError, match="'audio' are frozen"):
        run(toy, HOOK, model)


def test_encoder_without_convolutions(toy):
    model = build()
    model.encoders['audio'] = nn.Sequential(nn.Flatten(2), nn.Linear(16, 4))
    with pytest.raises(ValueError, match=r"'audio' \(Sequential\) has no convolution"):
        run(toy, HOOK, model)


def test_iteration_based_loop(toy):
    with pytest.raises(ValueError, match='IterBasedTrainLoop has none; set train_cfg'):
        run(
            toy,
            HOOK,
            train_cfg=dict(by_epoch=False, max_iters=2),
            param_scheduler=None,
        )


def test_several_optimizers(toy):
    model = build()
    parts = dict(encoders=model.encoders, head=model.cls_head)
    wrappers = {
        name: OptimWrapper(torch.optim.SGD(part.parameters(), lr=0.1))
        for name, part in parts.items()
    }
    with pytest.raises(ValueError, match='one optimizer, but got OptimWrapperDict'):
        run(toy, HOOK, model, optim_wrapper=OptimWrapperDict(**wrappers))


def test_soft_labels(toy):
    with pytest.raises(ValueError, match=r'soft labels .* \(4, 3\); switch off'):
        run(toy, HOOK, dataset=TinySet(soft_labels=True))


def test_head_that_tells_nothing(toy):
    model = build()
    model.cls_head.tell_observers = lambda feats, labels: None
    with pytest.raises(ValueError, match=r'LinearFusionHead\.loss\(\) told .* nothing'):
        run(toy, HOOK, model)


def test_validation_needs_nothing_of_this(toy):
    loader = toy.loader(TinySet(('rgb',)), shuffle=False)
    runner = toy.runner(
        model=build(('rgb',)),
        train_dataloader=toy.loader(TinySet(('rgb',))),
        hooks=[OGMGEHook(**HOOK)],
        val_dataloader=loader,
        val_cfg={},
        val_evaluator=toy.evaluator([0.5]),
    )
    assert runner.val() == {'acc/top1': 0.5}
    assert isinstance(runner.optim_wrapper, dict)
