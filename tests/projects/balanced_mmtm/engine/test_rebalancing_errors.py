"""Runs that cannot be re-balanced end before they begin, and say why."""

import pytest
import torch
from mmengine.optim import OptimWrapper, OptimWrapperDict
from tinymodulation import build as build_late_fusion
from tinyrebalancing import Branch, build, make_runner
from torch import nn

from projects.balanced_mmtm.engine import RebalancingHook


def start(folder, hook=None, **kwargs):
    """Start a run; nothing may be trained."""
    kwargs.setdefault('train_cfg', dict(by_epoch=True, max_epochs=2))
    runner = make_runner(folder, hook or RebalancingHook(), **kwargs)
    before = [parameter.clone() for parameter in runner.model.parameters()]
    try:
        runner.train()
    finally:
        after = runner.model.parameters()
        assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    'arguments, message',
    [
        (dict(strategy='Guided'), r"strategy is 'Guided'; set one of \('guided', 'ra"),
        (dict(epsilon=-0.1), 'epsilon is -0.1; set epsilon >= 0'),
        (dict(epsilon=float('nan')), 'epsilon is nan'),
        (dict(epsilon='a'), "epsilon is 'a'; set epsilon >= 0"),
        (dict(window=0), 'window is 0; set a whole number of steps >= 1'),
        (dict(window=1.5), 'window is 1.5'),
        (dict(window='a'), "window is 'a'; set a whole"),
        (dict(window=float('inf')), 'window is inf; set a whole'),
        (dict(begin='a'), "begin is 'a'; set begin >= 0"),
        (dict(begin=-1), 'begin is -1; set begin >= 0'),
    ],
)
def test_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        RebalancingHook(**arguments)


def test_another_model(tmp_path):
    model = build_late_fusion()
    with pytest.raises(ValueError, match='the model is a LateFusionRecognizer; set mo'):
        start(tmp_path, model=model)


def test_a_wrapper_with_parts_of_gradients(tmp_path):
    # In place of FSDP, which wants several processes.
    model = nn.DataParallel(build())
    with pytest.raises(ValueError, match='DataParallel; set model_wrapper_cfg=.*Distr'):
        start(tmp_path, model=model)


@pytest.mark.parametrize('strategy', ['guided', 'random'])
def test_begins_after_the_end(tmp_path, strategy):
    hook = RebalancingHook(strategy, begin=2)
    message = r'ends after 2 epochs; set train_cfg.max_epochs above 2, begin to 0\.\.1,'
    with pytest.raises(ValueError, match=message):
        start(tmp_path, hook)


def test_a_single_epoch_is_measured_only(tmp_path):
    message = r'after 1 epoch; set train_cfg.max_epochs above 1, begin to 0, or strat'
    with pytest.raises(ValueError, match=message):
        start(tmp_path, train_cfg=dict(by_epoch=True, max_epochs=1))


def test_only_measuring_may_begin_after_the_end(tmp_path):
    hook = RebalancingHook('measure', begin=2)
    runner = make_runner(tmp_path, hook, train_cfg=dict(by_epoch=True, max_epochs=1))
    runner.train_loop.run_epoch = lambda: setattr(runner.train_loop, '_epoch', 1)
    runner.train()


def test_no_epochs(tmp_path):
    loop = dict(by_epoch=False, max_iters=2)
    with pytest.raises(ValueError, match='IterBasedTrainLoop has none; set train_cfg'):
        start(tmp_path, train_cfg=loop)


def test_several_optimizers(tmp_path):
    model = build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    wrappers = OptimWrapperDict(all=OptimWrapper(optimizer))
    with pytest.raises(ValueError, match='needs one optimizer, but got OptimWrapperDi'):
        start(tmp_path, model=model, optim_wrapper=wrappers)


def test_head_without_branches(tmp_path):
    head = dict(
        type='LinearFusionHead', num_classes=3, in_channels=dict(left=4, right=4)
    )
    message = r"LinearFusionHead has no .* for \['left', 'right'\]; use BranchHead"
    with pytest.raises(ValueError, match=message):
        start(tmp_path, model=build(cls_head=head))


def test_frozen_encoders(tmp_path):
    with pytest.raises(
        ValueError, match=r"in the encoder of 'left'.*frozen_encoders=F"
    ):
        start(tmp_path, model=build(frozen_encoders=True))


def test_an_encoder_without_parameters(tmp_path):
    class Fixed(Branch):
        """Two stages without weights that are trained."""

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.requires_grad_(False)

    encoders = dict(
        left=dict(type=Branch, channels=1), right=dict(type=Fixed, channels=2)
    )
    with pytest.raises(
        ValueError, match="nothing is trained in the encoder of 'right'"
    ):
        start(tmp_path, model=build(encoders=encoders))


def test_frozen_units(tmp_path):
    model = build()
    model.units[0].squeeze.requires_grad_(False)
    model.units[0].gates.requires_grad_(False)
    with pytest.raises(ValueError, match="nothing is trained in the MMTM units of 'le"):
        start(tmp_path, model=model)


def test_validation_alone_needs_no_optimizer(tmp_path):
    model = build()
    nn.init.ones_(model.rebalancing.fusion_speed)
    make_runner(tmp_path, RebalancingHook(), model=model, validate=True).val()
    assert model.rebalancing.fusion_speed.tolist() == [1, 1]
