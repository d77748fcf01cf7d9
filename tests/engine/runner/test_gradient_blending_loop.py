import numpy as np
import pytest
from mmengine.hooks import Hook
from tinyblend import (
    SIZE,
    blending,
    checkpoint,
    differences,
    drawn,
    loader,
    noisy,
    train,
)

from mm_laziness.engine import GradientBlendingTrainLoop

ONLINE = dict(super_epoch=2)
# Numbers of the clock and of memory.
VARYING = ('time', 'data_time', 'memory', 'eta')


class Calls(Hook):
    """Keeps every call of a hook in training, and the counters it finds."""

    priority = 'LOWEST'

    def __init__(self):
        self.seen = []

    def _keep(self, stage):
        def call(runner, *args, **kwargs):
            self.seen.append((stage, runner.epoch, runner.iter, runner.model.training))

        return call

    def __getattribute__(self, name):
        if name.startswith(('before_', 'after_')):
            return self._keep(name)
        return super().__getattribute__(name)


def comparable(folder, epoch):
    """A checkpoint without what depends on time or name."""
    kept = checkpoint(folder, epoch)
    kept['meta'] = {key: kept['meta'][key] for key in ('epoch', 'iter', 'seed')}
    hub = kept['message_hub']
    for part in hub.values():
        for key in [key for key in part if key.endswith(VARYING)]:
            del part[key]
    for key in ('experiment_name', 'cfg', 'last_ckpt'):
        hub['runtime_info'].pop(key, None)
    return kept


@pytest.mark.parametrize('cfg', [{}, ONLINE], ids=['offline', 'online'])
def test_an_estimate_leaves_no_trace_but_its_weights(toy, tmp_path, monkeypatch, cfg):
    first, second, found = Calls(), Calls(), []
    estimate = GradientBlendingTrainLoop._estimate

    def keep(loop, epochs):
        found.append(estimate(loop, epochs))
        return found[-1]

    monkeypatch.setattr(GradientBlendingTrainLoop, '_estimate', keep)
    train(toy, tmp_path / 'estimated', train_cfg=cfg, more_hooks=[first])
    assert len(found) == (2 if cfg else 1)
    given = iter(found)
    monkeypatch.setattr(
        GradientBlendingTrainLoop, '_estimate', lambda loop, epochs: next(given)
    )
    runner = train(toy, tmp_path / 'given', train_cfg=cfg, more_hooks=[second])
    for epoch in range(1, 5):
        pair = (comparable(tmp_path / name, epoch) for name in ('estimated', 'given'))
        assert differences(*pair) == []
    assert first.seen == second.seen
    assert (runner.epoch, runner.iter) == (4, 4 * len(runner.train_dataloader))


def test_offline_trains_on_the_whole_set_with_constant_weights(toy, tmp_path):
    runner = train(toy, tmp_path)
    kept, held = runner.train_loop.loaders.kept, runner.train_loop.loaders.held
    assert (len(kept), len(held)) == (24, 6)
    indices = [index for index, _ in drawn]
    estimated = 3 * 4 * len(kept)
    assert sorted(indices[:estimated]) == sorted(kept * 12)
    assert sorted(indices[estimated:]) == sorted([*range(SIZE)] * 4)
    weights = blending(runner)['weights']
    head = runner.model.cls_head
    assert [*head.unimodal_loss_weights.values(), head.fused_loss_weight] == weights
    assert list(head.unimodal_loss_weights) == ['rgb', 'audio']
    assert sum(weights) == pytest.approx(1.0) and len(set(weights)) == 3
    for name, weight in zip(('rgb', 'audio', 'fused'), weights, strict=True):
        scalar = runner.message_hub.get_scalar(f'train/blend_weight_{name}')
        assert scalar.data[0].tolist() == [weight] * 4
    log = next(tmp_path.glob('*/vis_data/*.json')).read_text()
    assert f'"blend_weight_rgb": {weights[0]}' in log


def test_online_never_trains_on_the_held_out_part(toy, tmp_path):
    runner = train(toy, tmp_path, train_cfg=ONLINE)
    kept = runner.train_loop.loaders.kept
    assert sorted(index for index, _ in drawn) == sorted(kept * (3 * 4 + 4))
    # No two draws of a sample are augmented alike, estimates included.
    assert len({noise for _, noise in drawn}) == len(drawn)
    scalar = runner.message_hub.get_scalar('train/blend_weight_rgb').data[0]
    assert scalar[0] == scalar[1] != scalar[2] == scalar[3]
    saved = [
        checkpoint(tmp_path, epoch)['message_hub']['runtime_info']['gradient_blending']
        for epoch in range(1, 5)
    ]
    assert [info['epoch'] for info in saved] == [0, 0, 2, 2]
    assert [info['weights'][0] for info in saved] == scalar.tolist()


def test_the_last_super_epoch_may_be_shorter(toy, tmp_path, monkeypatch):
    spans = []
    monkeypatch.setattr(
        GradientBlendingTrainLoop,
        '_estimate',
        lambda loop, epochs: spans.append((loop.epoch, epochs)) or [0.2, 0.3, 0.5],
    )
    train(toy, tmp_path, train_cfg=dict(super_epoch=3))
    assert spans == [(0, 3), (3, 1)]


def test_says_what_it_costs_and_finds(toy, tmp_path):
    runner = train(toy, tmp_path, train_cfg=ONLINE, log_level='INFO', stop_after=1)
    log = next(tmp_path.glob('*/*.log')).read_text()
    assert 'trains 3 classifiers alone, 4 epochs each, on 24 samples' in log
    assert 'these and 6 held-out ones 8 times' in log
    lines = [line for line in log.splitlines() if 'weights from epoch' in line]
    assert len(lines) == 1 and '->' in lines[0]
    assert f'rgb: {blending(runner)["weights"][0]:.4f} (' in lines[0]


@pytest.mark.parametrize('cfg', [{}, ONLINE], ids=['offline', 'online'])
@pytest.mark.parametrize('stop_after', [1, 2, 3])
def test_resumed_equals_uninterrupted(toy, tmp_path, cfg, stop_after):
    train(toy, tmp_path / 'full', train_cfg=cfg)
    train(toy, tmp_path / 'cut', train_cfg=cfg, stop_after=stop_after)
    resumed = train(toy, tmp_path / 'cut', train_cfg=cfg, resume=True)
    pair = (comparable(tmp_path / name, 4) for name in ('full', 'cut'))
    assert differences(*pair) == []
    estimates = 1 if cfg and stop_after < 3 else 0
    # A new estimate at epoch 2 alone; known weights are not estimated again.
    samples = len(resumed.train_dataloader.dataset) * (4 - stop_after)
    assert len(drawn) == samples + estimates * 3 * 2 * 24


def broken(info):
    if len(drawn) == 3 * 2 * 24 + 2 * 24 + 30:
        raise KeyboardInterrupt
    return noisy(info)


def test_killed_in_an_estimate_repeats_it(toy, tmp_path):
    full = train(toy, tmp_path / 'full', train_cfg=ONLINE)
    with pytest.raises(KeyboardInterrupt):
        train(
            toy,
            tmp_path / 'cut',
            train_cfg=ONLINE,
            train_dataloader=loader(broken),
        )
    assert not (tmp_path / 'cut' / 'epoch_3.pth').exists()
    np.random.rand(3)  # the state of the process must not matter
    resumed = train(toy, tmp_path / 'cut', train_cfg=ONLINE, resume=True)
    assert blending(resumed) == blending(full)
    pair = (comparable(tmp_path / name, 4) for name in ('full', 'cut'))
    assert differences(*pair) == []


def test_number_of_workers_does_not_matter(toy, tmp_path):
    def weights(name, **kwargs):
        loaders = dict(train_dataloader=loader(noisy, **kwargs))
        runner = train(toy, tmp_path / name, stop_after=1, **loaders)
        return blending(runner)['weights']

    alone = weights('alone')
    assert weights('shared', num_workers=2, persistent_workers=True) == alone
