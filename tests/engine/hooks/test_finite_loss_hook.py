import pytest
import torch

from mm_laziness.engine import FiniteLossHook


def test_names_the_term_and_the_iteration(toy, tmp_path):
    runner = toy.runner(
        model=toy.model(nan_at=5),
        hooks=[FiniteLossHook()],
        default_hooks=dict(checkpoint=dict(type='BestCheckpointHook', interval=1)),
    )
    with pytest.raises(FloatingPointError) as error:
        toy.train(runner)
    text = str(error.value)
    assert 'iteration 5 (epoch 3): loss_b = nan.' in text
    assert 'loss_a' not in text
    assert 'clip_grad' in text
    # Two iterations an epoch: nothing of the third epoch is saved.
    saved = sorted(path.name for path in (tmp_path / 'run').glob('*.pth'))
    assert saved == ['epoch_1.pth', 'epoch_2.pth']


def test_before_the_checkpoint_of_the_same_iteration(toy, tmp_path):
    runner = toy.runner(
        model=toy.model(nan_at=3),
        hooks=[FiniteLossHook()],
        train_cfg=dict(by_epoch=False, max_iters=4),
        param_scheduler=None,
        default_hooks=dict(
            checkpoint=dict(type='BestCheckpointHook', interval=1, by_epoch=False)
        ),
    )
    with pytest.raises(FloatingPointError, match='loss_b'):
        toy.train(runner)
    saved = sorted(path.name for path in (tmp_path / 'run').glob('*.pth'))
    assert saved == ['iter_1.pth', 'iter_2.pth']


def test_only_losses_count(toy):
    # The model also logs an infinite top1.
    toy.train(toy.runner(hooks=[FiniteLossHook()]))


def test_no_checkpoint_of_broken_parameters(toy, tmp_path):
    model = toy.model()

    def poison(grad):
        return grad * (float('nan') if model.steps == 4 else 1.0)

    model.layers[2].bias.register_hook(poison)
    runner = toy.runner(
        model=model,
        hooks=[FiniteLossHook()],
        default_hooks=dict(
            checkpoint=dict(type='BestCheckpointHook', interval=1, max_keep_ckpts=1)
        ),
    )
    with pytest.raises(FloatingPointError, match=r'parameter layers\.2\.bias .* 2\)'):
        toy.train(runner)
    saved = sorted(path.name for path in (tmp_path / 'run').glob('*.pth'))
    assert saved == ['epoch_1.pth']


def test_asks_the_device_for_nothing(toy, monkeypatch):
    runner = toy.runner()
    hook = FiniteLossHook()
    runner.message_hub.update_scalar('train/loss', torch.tensor(1.0))

    def refuse(*args):
        raise AssertionError('a host synchronization')

    for name in ('item', '__float__', '__bool__', 'cpu', 'tolist'):
        monkeypatch.setattr(torch.Tensor, name, refuse)
    hook.after_train_iter(runner, 0, outputs=dict(loss=torch.tensor(1.0)))
