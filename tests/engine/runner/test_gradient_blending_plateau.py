"""G-Blending with a schedule that learns from validation."""

import tinyblend
from interruptions import FALLING


def test_estimates_leave_the_schedule_alone(toy, tmp_path):
    rates = []

    class Rates(tinyblend.Hook):
        def before_train_epoch(self, runner):
            rates.append(runner.optim_wrapper.get_lr()['lr'][0])

    runner = tinyblend.train(
        toy,
        tmp_path / 'run',
        more_hooks=[Rates()],
        param_scheduler=[FALLING],
        val_dataloader=tinyblend.loader(tinyblend.plain, shuffle=False),
        val_cfg={},
        val_evaluator=dict(type='ModalityAccuracy'),
    )
    # The first metric sets the mark, the second and all others miss it.
    assert len(rates) == 4
    for rate, expected in zip(rates, (0.05, 0.05, 0.005, 0.0005), strict=True):
        assert abs(rate / expected - 1) < 1e-6
    (schedule,) = runner.param_schedulers
    # MMEngine does not count the validation after the last epoch.
    assert schedule.last_step == 2
