"""No training step of a method waits for the device to know a value."""

from contextlib import ExitStack

import pytest
import torch
from mmengine.hooks import Hook
from tinydimml import Views
from tinydimml import model as di_mml
from tinymodels import save
from tinymodulation import TinySet, build
from torch.utils._python_dispatch import TorchDispatchMode

from mm_laziness.engine import OGMGEHook
from mm_laziness.models.data_preprocessors import FlowDataPreprocessor

aten = torch.ops.aten
WAITING = {
    *(aten._local_scalar_dense, aten.nonzero, aten.nonzero_numpy, aten.masked_select),
    *(aten.equal, aten.is_nonzero, aten._unique2, aten.bincount),
}


class NoHostSync(TorchDispatchMode):
    """Refuses what copies a value to the host, on the CPU, too."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert func.overloadpacket not in WAITING, f'{func} waits for the device'
        if func.overloadpacket in (aten.index, aten.index_put, aten.index_put_):
            masks = [i for i in args[1] if i is not None and i.dtype == torch.bool]
            assert not masks, f'{func} with a mask waits for the device'
        return func(*args, **(kwargs or {}))


class Watch(Hook):
    """Watches steps from the model's loss on until MMEngine reads the losses.

    What comes before, MMEngine's stacking of samples, handles shapes with tensors.
    """

    priority = 0

    def __init__(self):
        self.steps, self.watching = 0, ExitStack()

    def before_train(self, runner):
        loss = runner.model.loss

        def watched_loss(*args, **kwargs):
            self.watching.enter_context(NoHostSync())
            return loss(*args, **kwargs)

        runner.model.loss = watched_loss

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.watching.close()
        self.steps += 1


def watched(toy, model, *hooks, dataset=None):
    watch = Watch()
    runner = toy.runner(
        model=model,
        train_dataloader=toy.loader(dataset or TinySet(), batch_size=4),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        hooks=[watch, *hooks],
    )
    with watch.watching:
        toy.train(runner)
    return watch.steps


@pytest.mark.parametrize(
    'operation', [torch.Tensor.item, torch.nonzero, bool, lambda x: x[x > 0]]
)
def test_the_watch_sees(operation):
    with pytest.raises(AssertionError, match='waits for the device'), NoHostSync():
        operation(torch.ones(1))


@pytest.mark.parametrize(
    'head', ['LinearFusionHead', 'MLPFusionHead', 'AttentionFusionHead']
)
def test_joint_training_with_ogm_ge(toy, head):
    model = build(head=head)
    model.cls_head.modality_dropout.p = 0.5
    assert watched(toy, model, OGMGEHook(alpha=0.5)) == 2


def test_distillation(toy, tmp_path):
    path = save(tmp_path / 'joint.pth', build().state_dict())
    umt = build(type='UMTRecognizer', teachers=dict(rgb=path, audio=path))
    assert watched(toy, umt, OGMGEHook(alpha=0.5)) == 2
    assert watched(toy, build(type='LabelDistillationRecognizer', teacher=path)) == 2


def test_flow_is_normalized(monkeypatch):
    # MMEngine's stacking pads pictures of several sizes, which it compares on the CPU.
    module = 'mmaction.models.data_preprocessors.data_preprocessor'
    monkeypatch.setattr(f'{module}.stack_batch', torch.stack)
    flow = [torch.full((2, 20, 4, 4), 192, dtype=torch.uint8)] * 3
    preprocess = FlowDataPreprocessor(std=64.0, as_frames=True).preprocess
    with NoHostSync():
        stacked, _ = preprocess(flow, [], training=True)
    assert torch.equal(stacked, torch.ones(3, 20, 2, 4, 4))


def test_di_mml_while_modalities_interact(toy):
    model = di_mml()
    model.cls_head.set_dimensions(
        dict(left=torch.arange(8), right=torch.arange(4, 12), top=torch.arange(0))
    )
    assert watched(toy, model, dataset=Views()) == 4
