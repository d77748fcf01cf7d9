"""The training loss where a schedule looks for it."""

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from tinyrebalancing import Maps, Stop, build, logged, train
from tworanks import on_two_ranks

from projects.balanced_mmtm.engine import TrainingLossMetricHook

# Falls in each epoch that is not 10 times as good as the best.
PLATEAU = dict(
    type='ReduceOnPlateauLR',
    monitor='train/loss',
    rule='less',
    factor=0.5,
    patience=0,
    threshold=0.9,
)

SHORT = dict(train_cfg=dict(by_epoch=True, max_epochs=1))


class Metrics(Hook):
    """Keeps the metrics of all validations."""

    def __init__(self):
        self.seen = []

    def after_val_epoch(self, runner, metrics=None):
        self.seen.append(metrics['train/loss'])


def run(folder, *hooks, **kwargs):
    metrics = Metrics()
    settings = dict(validate=True, param_scheduler=[PLATEAU])
    _, runner = train(
        folder, TrainingLossMetricHook(), metrics, *hooks, **{**settings, **kwargs}
    )
    return metrics.seen, runner


def test_mean_of_samples_and_the_schedule(tmp_path):
    # Batches of 4, 4 and 2.
    seen, runner = run(tmp_path, dataset=Maps(size=10))
    losses = logged(runner, 'loss')
    expected = [
        (4 * losses[i] + 4 * losses[i + 1] + 2 * losses[i + 2]) / 10 for i in (0, 3, 6)
    ]
    assert seen == pytest.approx(expected, rel=1e-6)
    assert max(seen) < 10 * min(seen)
    # The first epoch is the best so far, the others are not much better.
    assert logged(runner, 'lr')[::3] == [0.1, 0.1, 0.05]
    # In the log, like any metric.
    assert runner.message_hub.get_scalar('val/train/loss').current() == seen[-1]


def test_run_by_iteration(tmp_path):
    loop = dict(by_epoch=False, max_iters=4, val_interval=2)
    seen, runner = run(tmp_path, train_cfg=loop)
    losses = logged(runner, 'loss')
    assert seen == pytest.approx([sum(losses[:2]) / 2, sum(losses[2:]) / 2], rel=1e-6)


def test_resumed_schedule(tmp_path):
    whole, runner = run(tmp_path / 'whole')
    first, _ = run(tmp_path / 'cut', Stop(2))
    rest, resumed = run(tmp_path / 'cut', resume=True)
    assert first + rest == whole
    assert resumed.optim_wrapper.get_lr() == runner.optim_wrapper.get_lr()


def test_validation_alone_has_no_training_loss(tmp_path):
    hook, metrics = TrainingLossMetricHook(), dict(top1=1.0)
    hook.after_val_epoch(None, metrics)
    assert metrics == dict(top1=1.0)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float32, torch.float64])
def test_losses_of_any_precision(dtype):
    # Sums in bfloat16 stand still before the end.
    hook, metrics = TrainingLossMetricHook(), {}
    batch = dict(data_samples=[None] * 3)
    for value in [1.0] * 200 + [3.0] * 200:
        loss = torch.tensor(value, dtype=dtype)
        hook.after_train_iter(None, 0, batch, dict(loss=loss))
    hook.after_val_epoch(None, metrics)
    assert metrics == {'train/loss': 2.0}


def _rank(rank, folder):
    model = MMDistributedDataParallel(build(), device_ids=None)
    return run(folder, model=model, **SHORT)[0]


def test_mean_over_processes(tmp_path):
    first, second = on_two_ranks(_rank, tmp_path / 'two')
    assert first == second
    alone, _ = run(tmp_path / 'one', batch_size=8, **SHORT)
    assert first == pytest.approx(alone, rel=1e-4)
