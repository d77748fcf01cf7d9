import pytest
import torch
from mmaction.structures import ActionDataSample
from tinysynthetic import three_modalities, tiny_task

from projects.synthetic_features.methods import di_mml as module
from projects.synthetic_features.methods.di_mml import (
    di_mml,
    fuse,
    interact,
    stage1_loss,
)
from projects.synthetic_features.methods.measures import measure


def test_stage_1_has_the_loss_of_its_head():
    task = tiny_task('C')
    model = interact(task)
    assert model.head.interacting and model.head.loss_duc.temperature == 10
    inputs, labels = task.test.inputs, task.test.labels
    samples = [ActionDataSample().set_gt_label(int(y)) for y in labels]
    losses = model.head.loss(model.features(inputs), samples)
    expected = sum(value for key, value in losses.items() if 'loss' in key)
    assert losses['loss_duc'] > 0
    torch.testing.assert_close(stage1_loss(model, inputs, labels), expected)


def test_dimensions_are_separated_once_in_between(monkeypatch):
    seen, real = [], module.descend

    def spy(loss, parameters, data, cfg, seed, epochs):
        seen.append(epochs)
        return real(loss, parameters, data, cfg, seed, epochs)

    def separate(feats, labels, num_classes):
        seen.append('separated')
        return dict(first=torch.tensor([0, 1]), second=torch.tensor([1, 2]))

    monkeypatch.setattr(module, 'descend', spy)
    monkeypatch.setattr(module, 'separate_dimensions', separate)
    model = interact(tiny_task('A', epochs=6))
    assert seen == [3, 'separated', 3]
    assert model.head.dimensions.indices['second'].tolist() == [1, 2]


def test_stage_2_trains_the_fusion_alone():
    task = tiny_task('A')
    first = interact(task)
    before = {k: v.clone() for k, v in first.state_dict().items()}
    model = fuse(task, first)
    kept = {k: v for k, v in model.state_dict().items() if k in before}
    assert len(kept) == 8 and all(torch.equal(before[k], v) for k, v in kept.items())
    assert 'head.fc_cls.weight' not in kept
    assert not model.head.fuse(model.features(task.test.inputs)).isnan().any()


def test_a_single_epoch_has_both_stages():
    model = di_mml(tiny_task('A', epochs=1))
    assert model.head.stage == 2


@pytest.mark.parametrize('sets', [None, three_modalities()])
def test_both_stages_learn(sets):
    task = tiny_task('A', sets=sets, epochs=16)
    found = measure(di_mml(task), task.test)
    assert found['top1'] > 90
    assert list(found['unimodal_top1']) == list(task.train.inputs)
    assert min(found['unimodal_top1'].values()) > 80
