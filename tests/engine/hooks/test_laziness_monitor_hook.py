"""What the hook writes of real runs, beside slow references."""

import json
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.hooks import Hook
from tinydimml import Views
from tinydimml import model as di_mml
from tinylaziness import argmax_share, history, slow_numbers, strong, watched
from tinymodels import config
from tinymodulation import ENCODERS, Gradients, StrongWeights, TinySet, build

from mm_laziness.engine import DIMMLHook, OGMGEHook


class OwnScores(Hook):
    """Keeps scores of single modalities as weights are when a loss asks for them."""

    priority = 'HIGHEST'

    def before_train(self, runner):
        head = runner.model.cls_head
        self.own, self.fused = {name: [] for name in head.in_channels}, []
        self.labels = []

        def keep(feats, labels):
            self.labels.append(labels)
            self.fused.append(head.fuse(feats).detach())
            for name, scores in head.unimodal_scores(feats).items():
                self.own[name].append(scores.detach().clone())

        head.register_loss_observer(keep)


def close(found, expected):
    for name, own in expected.items():
        part = {key: found[name][key] for key in own}
        assert part == pytest.approx(own, rel=1e-4), name


@pytest.mark.parametrize(
    'head', ['LinearFusionHead', 'MLPFusionHead', 'AttentionFusionHead']
)
def test_all_numbers_of_an_epoch(toy, head):
    hooks, scores = strong(), OwnScores()
    names = ('rgb', 'audio', 'flow')
    data, model = TinySet(names), build(names, head=head)
    runner, found = watched(toy, *hooks, scores, dataset=data, model=model, lr=1e-8)
    (entry,) = found.pop('epochs')
    assert found == dict(modalities=[*names], references=dict.fromkeys(names))
    # At such a rate both steps have the same weights, which the reference needs.
    expected = slow_numbers(model.cls_head, hooks[1])
    close(entry['modalities'], expected)
    shares = [own['grad_share'] for own in entry['modalities'].values()]
    assert sum(shares) == pytest.approx(100)
    assert entry['epoch'] == 1
    assert entry['train_top1'] == argmax_share(scores.fused, scores.labels)
    metrics = runner.val_loop.run()
    assert entry['top1'] == pytest.approx(100 * metrics['acc/top1'])
    for name, own in entry['modalities'].items():
        assert own['train_top1'] == argmax_share(scores.own[name], scores.labels)
        assert own['val_top1'] == pytest.approx(100 * metrics[f'acc/{name}_top1'])
        assert own['train_val_gap'] == own['train_top1'] - own['val_top1']


def test_classifiers_of_single_modalities(toy):
    """They give the accuracies; the ratio of OGM is of the split scores."""
    hooks, scores = strong(), OwnScores()
    encoders = {name: ENCODERS[name] for name in ('rgb', 'audio')}
    own = dict(unimodal_loss_weights=1.0)
    model = MODELS.build(config(encoders, dict(rgb=4, audio=4), own))
    _, found = watched(toy, *hooks, scores, model=model, lr=1e-8)
    (entry,) = found['epochs']
    close(entry['modalities'], slow_numbers(model.cls_head, hooks[1]))
    for name, own in entry['modalities'].items():
        assert own['train_top1'] == argmax_share(scores.own[name], scores.labels)


@pytest.mark.parametrize('accumulate', [1, 2])
def test_gradients_before_ogm_modulates_them(toy, accumulate):
    after = Gradients()
    hooks = [*strong(), OGMGEHook(alpha=0.8), after]
    wrapper = dict(optimizer=dict(type='SGD', lr=1e-8), accumulative_counts=accumulate)
    _, found = watched(toy, *hooks, optim_wrapper=wrapper)
    (entry,) = found['epochs']
    head = build().cls_head
    raw, changed = (slow_numbers(head, kept) for kept in (hooks[1], after))
    for name, own in entry['modalities'].items():
        assert own['grad_norm'] == pytest.approx(raw[name]['grad_norm'], rel=1e-4)
    norms = [each['rgb']['grad_norm'] for each in (raw, changed)]
    assert norms[0] != pytest.approx(norms[1], rel=1e-2)
    assert len(after.steps) == 2 / accumulate


def test_a_uni_modal_run_is_a_reference(toy, tmp_path):
    alone = dict(dataset=TinySet(('rgb',)), model=build(('rgb',)))
    alone['work_dir'] = str(tmp_path / 'alone')
    two, three = (dict(train_cfg=dict(by_epoch=True, max_epochs=n)) for n in (2, 3))
    _, reference = watched(toy, **alone, **two)
    for entry in reference['epochs']:
        (own,) = entry['modalities'].values()
        assert {*own} == {
            *('train_top1', 'grad_norm', 'feature_norm', 'val_top1', 'train_val_gap')
        }
        assert own['val_top1'] == entry['top1']
        assert own['train_top1'] == entry['train_top1']
    path = alone['work_dir']
    _, found = watched(toy, StrongWeights(), monitor=dict(references=dict(rgb=path)))
    assert found['references'] == dict(rgb=path, audio=None)
    _, found = watched(toy, monitor=dict(references=dict(rgb=path)), **three)
    gaps = [entry['modalities']['rgb'] for entry in found['epochs']]
    # The reference has two epochs.
    assert 'reference_top1' not in gaps[2] and 'val_top1' in gaps[2]
    for own, entry in zip(gaps, reference['epochs'], strict=False):
        assert own['reference_top1'] == entry['modalities']['rgb']['val_top1']
        assert own['reference_gap'] == own['val_top1'] - own['reference_top1']
    assert 'reference_top1' not in found['epochs'][0]['modalities']['audio']


def test_frozen_encoders_have_no_gradient(toy):
    model = build(frozen_encoders=True)
    _, found = watched(toy, StrongWeights(), model=model)
    for own in found['epochs'][0]['modalities'].values():
        assert not {'grad_norm', 'grad_share'} & {*own}
        assert own['train_top1'] >= 0 and own['feature_norm'] > 0
    model = build()
    model.encoders['rgb'].requires_grad_(False)
    _, found = watched(toy, StrongWeights(), model=model)
    numbers = found['epochs'][0]['modalities']
    assert 'grad_norm' not in numbers['rgb']
    assert numbers['audio']['grad_norm'] > 0 and numbers['audio']['grad_share'] == 100


def test_mixed_labels_have_no_accuracy(toy, caplog):
    runner, found = watched(
        toy, dataset=TinySet(soft_labels=True), val_dataloader=None, val_cfg=None,
        val_evaluator=None,
    )  # fmt: skip
    (entry,) = found['epochs']
    assert 'train_top1' not in entry
    for own in entry['modalities'].values():
        assert {*own} == {'grad_norm', 'grad_share', 'feature_norm'}
    (log,) = Path(runner.work_dir).glob('*/*.log')
    assert 'labels are mixed' in log.read_text()


@pytest.mark.parametrize('stage', [1, 2])
def test_di_mml(toy, tmp_path, stage, monkeypatch):
    model, hooks = di_mml(), [DIMMLHook(1)]
    if stage == 2:
        torch.save(dict(state_dict=model.state_dict()), tmp_path / 'one.pth')
        path, hooks = str(tmp_path / 'one.pth'), []
        model = di_mml(stage=2, stage1_checkpoint=path)
        model.frozen_encoders = True
        model.encoders.requires_grad_(False)
    _, found = watched(
        toy, *hooks, model=model, dataset=Views(),
        train_cfg=dict(by_epoch=True, max_epochs=2),
    )  # fmt: skip
    assert len(found['epochs']) == 2
    for entry in found['epochs']:
        # Stage 1 has no fused scores in training.
        assert ('train_top1' in entry) == (stage == 2) and 'top1' in entry
        for own in entry['modalities'].values():
            assert {'train_top1', 'val_top1', 'ogm_ratio', 'feature_norm'} <= {*own}
            assert ('grad_norm' in own) == (stage == 1)


def test_epochs_without_validation(toy):
    settings = dict(max_epochs=3, val_interval=2)
    _, found = watched(toy, train_cfg=dict(by_epoch=True, **settings))
    assert [entry['epoch'] for entry in found['epochs']] == [1, 2, 3]
    assert ['top1' in entry for entry in found['epochs']] == [False, True, True]
    assert all('train_top1' in entry for entry in found['epochs'])


def test_scalars_of_the_visualizer(toy):
    visualizer = dict(
        type='ActionVisualizer',
        vis_backends=[dict(type='LocalVisBackend')],
    )
    runner, found = watched(toy, visualizer=visualizer)
    (file,) = Path(runner.work_dir).glob('*/vis_data/scalars.json')
    logged = {}
    for line in file.read_text().splitlines():
        logged.update({k: v for k, v in json.loads(line).items() if 'laziness' in k})
    (entry,) = found['epochs']
    expected = {'laziness/top1': entry['top1']}
    expected['laziness/train_top1'] = entry['train_top1']
    for name, own in entry['modalities'].items():
        expected.update({f'laziness/{name}_{k}': v for k, v in own.items()})
    assert logged == expected


def test_a_validation_after_training_writes_nothing(toy):
    runner, found = watched(toy)
    runner.val()
    assert history(runner.work_dir) == found
    assert not runner.model.cls_head._loss_observers
    assert not runner.optim_wrapper.optimizer._optimizer_step_pre_hooks
