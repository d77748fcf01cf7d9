import pytest
import torch
from tinysynthetic import three_modalities, tiny_cfg, tiny_sets, tiny_task

from projects.synthetic_features.generator import SyntheticSet
from projects.synthetic_features.methods import Task


def test_teachers_are_trained_once_alone_and_frozen():
    task = tiny_task('A', epochs=8)
    teachers = task.teachers
    assert teachers is task.teachers and task.teacher_seconds > 0
    for name, teacher in teachers.items():
        assert list(teacher.encoders) == [name] == list(teacher.head.in_channels)
        assert not any(p.requires_grad for p in teacher.parameters())
        inputs = {name: task.test.inputs[name]}
        right = teacher(inputs).argmax(1) == task.test.labels
        assert right.float().mean() > 0.9


def test_features_are_the_encoders_hidden_layer():
    task = tiny_task('A')
    for name, feats in task.teacher_features(task.test.inputs).items():
        layer = task.teachers[name].encoders[name][0]
        by_hand = (task.test.inputs[name] @ layer.weight.T + layer.bias).clamp(min=0)
        torch.testing.assert_close(feats, by_hand)


def test_the_seed_alone_decides():
    before = torch.get_rng_state()
    first, again, other = (
        tiny_task('A', seed=seed).teachers['first'].head.fc_cls.weight
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_modalities_do_not_share_a_stream():
    train, test = tiny_sets('A')
    inputs = dict.fromkeys(('first', 'second'), train.inputs['first'])
    twins = SyntheticSet(inputs, train.labels, 2)
    teachers = Task(twins, twins, tiny_cfg(epochs=1), 0).teachers
    weights = [t.encoders[m][0].weight for m, t in teachers.items()]
    assert not torch.equal(*weights)


def test_one_modality_is_refused():
    train, test = tiny_sets('A')
    one = SyntheticSet({'first': train.inputs['first']}, train.labels, 2)
    with pytest.raises(ValueError, match=r"two or more modalities.*only \['first'\]"):
        Task(one, one, tiny_cfg(), 0)


def test_sets_that_do_not_belong_together_are_refused():
    train, _ = tiny_sets('A')
    _, test = three_modalities()
    with pytest.raises(ValueError, match=r"\['first', 'second'\] and 2.*'three'\].*3"):
        Task(train, test, tiny_cfg(), 0)
