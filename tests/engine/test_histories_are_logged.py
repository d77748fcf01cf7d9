"""What a report shows of a method is what its hook or loop has done in a real run."""

import tinyblend
import tinydimml
import tinymodulation
from pytest import approx

from mm_laziness.utils.run_reading.histories import (
    blending_history,
    dimension_counts,
    modulation_history,
)
from mm_laziness.utils.run_reading.logs import read_run_log

LOGGER = dict(logger=dict(type='LoggerHook', interval=1))


def test_modulation(toy, tmp_path):
    """Of three epochs the first two are modulated."""
    _, _, runner = tinymodulation.run(
        toy,
        dict(alpha=0.4, end=2),
        work_dir=str(tmp_path),
        default_hooks=LOGGER,
        train_cfg=dict(by_epoch=True, max_epochs=3),
    )
    history = modulation_history(read_run_log(tmp_path))
    assert history['epoch'] == [1, 2] and list(history['ratio']) == ['rgb', 'audio']
    for part in ('ratio', 'coefficient'):
        for name, means in history[part].items():
            steps = tinymodulation.logged(runner, f'ogm_{part}_{name}')
            assert len(steps) == 4  # two batches in each of two epochs
            assert means == approx([sum(steps[:2]) / 2, sum(steps[2:]) / 2])
    assert min(history['coefficient']['rgb'] + history['coefficient']['audio']) < 1


def test_blending(toy, tmp_path):
    estimated = []
    runner = tinyblend.train(
        toy,
        tmp_path,
        train_cfg=dict(super_epoch=2),
        more_hooks=[Estimates(estimated)],
        default_hooks=LOGGER,
    )
    history = blending_history(read_run_log(tmp_path))
    assert [estimate['epoch'] for estimate in history] == [0, 2]
    assert [list(e['weights']) for e in history] == [['rgb', 'audio', 'fused']] * 2
    assert [list(e['weights'].values()) for e in history] == estimated
    assert estimated[-1] == tinyblend.blending(runner)['weights']


class Estimates(tinyblend.Hook):
    """Keeps the weights of each super-epoch."""

    def __init__(self, found):
        self.found = found

    def before_train_epoch(self, runner):
        weights = tinyblend.blending(runner)['weights']
        if weights not in self.found:
            self.found.append(weights)


def test_dimensions(toy, tmp_path):
    runner = tinydimml.run(
        toy, tmp_path, train_cfg=dict(by_epoch=True, max_epochs=3), interaction=1
    )
    counts = dimension_counts(tmp_path)
    indices = runner.model.cls_head.dimensions.indices
    sets = {name: set(found.tolist()) for name, found in indices.items()}
    assert list(counts) == list(tinydimml.NAMES)
    for name, own in sets.items():
        others = set().union(*(of for other, of in sets.items() if other != name))
        assert counts[name] == dict(
            width=16,
            effective=len(own),
            only=len(own - others),
            all=len(set.intersection(*sets.values())),
        )
