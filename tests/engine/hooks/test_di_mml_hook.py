"""The separation of dimensions in a real Runner."""

import copy
import random

import numpy as np
import pytest
import torch
from mmengine.hooks import Hook
from tinydimml import CLASSES, NAMES, Views, model, run
from tinymodels import build, same, snapshot

from mm_laziness.engine import DIMMLHook
from mm_laziness.evaluation.functional import separate_dimensions


def masks(runner):
    found = runner.model.cls_head.dimensions.masks()
    return {name: mask.nonzero()[:, 0].tolist() for name, mask in found.items()}


def random_states():
    return (
        random.getstate(),
        np.random.get_state()[1].tolist(),
        torch.get_rng_state().tolist(),
    )


class Before(Hook):
    """At the interaction: what the separation must find, and must not change."""

    priority = 'ABOVE_NORMAL'

    def before_train_epoch(self, runner):
        if runner.epoch == 2:
            # A mode that a whole model's train() would not restore.
            runner.model.encoders['top'].eval()
            self.modes = [m.training for m in runner.model.modules()]
            self.state = snapshot(runner.model.encoders)
            self.expected = self.separate(runner)
            runner.train_dataloader.dataset.loaded.clear()
            self.random = random_states()

    def separate(self, runner):
        """One sample after the other, on a copy."""
        alone = copy.deepcopy(runner.model).eval()
        items = [runner.train_dataloader.dataset[i] for i in range(13)]
        with torch.no_grad():
            feats = [
                alone.extract_feat({m: x.unsqueeze(0) for m, x in i['inputs'].items()})
                for i in items
            ]
        labels = torch.tensor([i % CLASSES for i in range(13)])
        rows = {name: torch.cat([f[name] for f in feats]) for name in NAMES}
        return separate_dimensions(rows, labels, CLASSES)


class After(Hook):
    priority = 'BELOW_NORMAL'

    def __init__(self):
        self.duc, self.interacting = [], []

    def before_train_epoch(self, runner):
        self.interacting.append(runner.model.cls_head.interacting)
        if runner.epoch == 2:
            self.modes = [m.training for m in runner.model.modules()]
            self.state = snapshot(runner.model.encoders)
            self.random = random_states()
            self.loaded = list(runner.train_dataloader.dataset.loaded)

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.duc.append(outputs['loss_duc'].item())


def test_separation_in_a_run(toy, tmp_path):
    before, after = Before(), After()
    runner = run(toy, tmp_path, hooks=[before, after])
    found = masks(runner)
    assert found == {name: d.tolist() for name, d in before.expected.items()}
    assert all(0 < len(dimensions) < 16 for dimensions in found.values())
    assert after.interacting == [False, False, True, True]
    # 4 batches of 13 samples an epoch; the last has one, and is its only candidate.
    assert not any(after.duc[:8])
    assert all(after.duc[i] > 0 for i in (8, 9, 10, 12, 13, 14))
    assert sorted(after.loaded) == list(range(13))
    assert after.modes == before.modes
    assert after.random == before.random
    assert same(after.state, before.state)


@pytest.mark.parametrize('stop_after', [1, 2, 3])
def test_resumed_equals_uninterrupted(toy, tmp_path, stop_after):
    full = run(toy, tmp_path / 'full')
    run(toy, tmp_path / 'cut', stop_after=stop_after)
    workers = dict(num_workers=2, persistent_workers=True) if stop_after == 2 else {}
    loader = toy.loader(Views(), **workers)
    resumed = run(toy, tmp_path / 'cut', resume=True, train_dataloader=loader)
    assert same(resumed.model.state_dict(), full.model.state_dict())
    if stop_after == 3:
        # One epoch, and no second separation.
        loaded = resumed.train_dataloader.dataset.loaded
        assert sorted(loaded) == list(range(13))


def test_what_another_run_has_separated_is_forgotten(toy, tmp_path):
    run(toy, tmp_path / 'old', interaction=0, stop_after=1)
    after = After()
    given = dict(load_from=str(tmp_path / 'old' / 'epoch_1.pth'), hooks=[after])
    runner = run(toy, tmp_path / 'new', **given)
    assert after.interacting == [False, False, True, True]
    assert sum(map(len, masks(runner).values())) > 0


def test_unequal_shares_are_refused(toy, tmp_path):
    loader = toy.loader(Views())
    loader['sampler']['round_up'] = False

    class TwoProcesses(Hook):
        priority = 'HIGHEST'

        def before_train(self, runner):
            runner.train_dataloader.sampler.world_size = 2

    with pytest.raises(ValueError, match=r'13 samples give 2 .*sampler\.round_up=True'):
        run(toy, tmp_path, train_dataloader=loader, hooks=[TwoProcesses()])
    run(toy, tmp_path, 0, 1, train_dataloader=loader)


def test_nothing_else_changes(toy, tmp_path):
    """Where samples draw from the global generators, and the loss counts nothing."""

    def train(name, *method):
        return run(
            toy,
            tmp_path / name,
            method=method,
            model=model(loss_duc=dict(type='DUCLoss', loss_weight=0.0)),
            train_dataloader=toy.loader(Views(seeded=False)),
        ).model.state_dict()

    plain, separated = train('a'), train('b', DIMMLHook(2))
    differ = {k for k in plain if not torch.equal(plain[k], separated[k])}
    assert differ == {f'cls_head.dimensions.{m}' for m in (*NAMES, 'separated')}


def test_warns_of_teachers_that_teach_nobody(toy, tmp_path, capfd):
    twins = model()
    for name in NAMES[1:]:
        twins.encoders[name].load_state_dict(twins.encoders['left'].state_dict())
    data = Views(size=6)
    data.load = lambda index, load=data.load: _same_views(load(index))
    run(toy, tmp_path, 0, 1, model=twins, train_dataloader=toy.loader(data))
    printed = capfd.readouterr().out
    assert printed.count('teaches nobody') == 3
    assert 'top teaches nobody' in printed


def _same_views(item):
    item['inputs'] = dict.fromkeys(NAMES, item['inputs']['left'])
    return item


def test_reports_who_teaches_whom(toy, tmp_path, capfd):
    runner = run(toy, tmp_path, 0, 1, log_level='INFO')
    found = {name: set(dimensions) for name, dimensions in masks(runner).items()}
    printed = capfd.readouterr().out
    lacks = len(found['left'] - found['top'])
    assert 'Epoch 1: modalities interact from now on.' in printed
    assert f'  left: {len(found["left"])} of 16 effective; teaches ' in printed
    assert f'{lacks} to top' in printed


@pytest.mark.parametrize('epoch', [-1, 4, 20])
def test_an_epoch_that_never_comes(toy, tmp_path, epoch):
    with pytest.raises(ValueError, match=r'is not in \[0, 4\).*set interaction_epoch'):
        run(toy, tmp_path, epoch)


def test_other_heads(toy, tmp_path):
    for other, text in (
        (build(), 'got LinearFusionHead; set custom_hooks=[]'),
        (model(stage=2), 'got DIMMLHead of stage 2; set custom_hooks=[]'),
    ):
        # Its weights would come from stage 1.
        other.init_weights = lambda: None
        with pytest.raises(ValueError) as error:
            run(toy, tmp_path, model=other)
        assert text in str(error.value)
