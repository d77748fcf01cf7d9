import pytest
import torch
from mmaction.structures import ActionDataSample
from tinysynthetic import tiny_sets, tiny_task

from projects.synthetic_features.methods.joint import (
    aux_ce,
    joint,
    new_model,
    umt,
    weighted_loss,
)
from projects.synthetic_features.methods.measures import measure


@pytest.fixture(scope='module')
def paired():
    return tiny_sets('B', num_samples=1000, latent=3)


def test_paired_features_need_an_mlp_head(paired):
    task = tiny_task(sets=paired, epochs=20, hidden=24, head_hidden=24)
    top1 = {head: measure(joint(task, head), task.test)['top1'] for head in _HEADS}
    assert top1['linear'] < 62 and top1['mlp'] > 80


_HEADS = ('linear', 'mlp')


@pytest.mark.parametrize('head', _HEADS)
def test_weighted_loss_is_that_of_the_heads(head):
    task = tiny_task('C')
    model = new_model(task, head, unimodal_loss_weights=dict(first=2.0, second=0.5))
    model.head.fused_loss_weight = 3.0
    inputs, labels = task.test.inputs, task.test.labels
    samples = [ActionDataSample().set_gt_label(int(y)) for y in labels]
    losses = model.head.loss(model.features(inputs), samples)
    expected = sum(value for key, value in losses.items() if 'loss' in key)
    torch.testing.assert_close(weighted_loss(model, inputs, labels), expected)


def test_auxiliary_classifiers_learn():
    task = tiny_task('A', epochs=8)
    found = measure(aux_ce(task, 'mlp'), task.test)
    assert min(found['unimodal_top1'].values()) > 90


def test_methods_start_from_the_same():
    task = tiny_task('A', epochs=1)
    plain, more = new_model(task, 'mlp'), new_model(task, 'mlp', dropout=0.5)
    for one, other in zip(plain.parameters(), more.parameters(), strict=True):
        assert torch.equal(one, other)


def test_umt_imitates_and_leaves_teachers_alone():
    task = tiny_task('A', epochs=20)
    before = {
        (name, key): value.clone()
        for name, teacher in task.teachers.items()
        for key, value in teacher.state_dict().items()
    }
    student, plain = umt(task, 'linear'), joint(task, 'linear')

    def distance(model):
        with torch.no_grad():
            feats = model.features(task.test.inputs)
        targets = task.teacher_features(task.test.inputs)
        return sum(float((feats[m] - targets[m]).square().mean()) for m in feats)

    assert distance(student) < distance(new_model(task, 'linear')) / 10
    assert distance(student) < distance(plain) / 10
    for name, teacher in task.teachers.items():
        for key, value in teacher.state_dict().items():
            assert torch.equal(before[name, key], value)


def test_distillation_reaches_the_encoders_alone():
    # In one full-batch step, heads move alike with and without.
    models = [
        umt(
            tiny_task('A', batch_size=None, epochs=1, umt=dict(loss_weight=weight)),
            'mlp',
        )
        for weight in (0.0, 50.0)
    ]
    one, other = (dict(m.named_parameters()) for m in models)
    changed = {name for name in one if not torch.equal(one[name], other[name])}
    assert changed == {name for name in one if name.startswith('encoders.')}


def test_distillation_of_all_modalities_adds_up():
    step = dict(batch_size=None, epochs=1, lr=0.1)
    plain = umt(tiny_task('A', **step, umt=dict(loss_weight=0.0)), 'linear')
    task = tiny_task('A', **step, umt=dict(loss_weight=50.0))
    student, start = umt(task, 'linear'), new_model(task, 'linear')
    for name, targets in task.teacher_features(task.train.inputs).items():
        feats = start.encoders[name](task.train.inputs[name])
        weight = start.encoders[name][0].weight
        (grad,) = torch.autograd.grad((feats - targets).square().mean(), weight)
        moved = student.encoders[name][0].weight - plain.encoders[name][0].weight
        torch.testing.assert_close(moved, -0.1 * 50 * grad, rtol=1e-3, atol=1e-5)
