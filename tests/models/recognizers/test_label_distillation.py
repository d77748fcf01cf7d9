"""Distillation of labels: the loss, and a teacher that nothing else can see."""

import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from mmengine.model import ExponentialMovingAverage, MMDistributedDataParallel
from mmengine.optim import build_optim_wrapper
from tinymodels import (
    ENCODERS,
    PICTURES,
    batch,
    build,
    initialize,
    same,
    save,
    snapshot,
    stacked,
    teachers_of,
    train,
)


def label_distillation(teacher, *args, **kwargs):
    return build(
        *args, type='LabelDistillationRecognizer', teacher=str(teacher), **kwargs
    )


def trained(path, *args, **kwargs):
    """A model with used BatchNorm statistics, and its checkpoint."""
    model = initialize(build(*args, **kwargs))
    torch.manual_seed(5)
    for key, value in model.state_dict().items():
        if value.is_floating_point():
            value.uniform_(0.5, 1.5) if 'running' in key else value.normal_()
    return model.eval(), save(path, model.state_dict())


@pytest.fixture
def joint(tmp_path):
    return trained(tmp_path / 'joint.pth')


@pytest.mark.parametrize('names', [['rgb', 'audio'], ['audio']])
def test_loss(tmp_path, names):
    encoders = {name: ENCODERS[name] for name in names}
    teacher, path = trained(tmp_path / 'teacher.pth', encoders)
    cfg = dict(type='LabelDistillationLoss', tau=2.0, loss_weight=3.0)
    model = initialize(label_distillation(path, encoders, loss_distill=cfg)).train()
    student = initialize(build(encoders)).train()
    inputs = {name: stacked(batch(4))[name] for name in names}
    losses = model.loss(inputs, batch(4)['data_samples'])
    scores, targets = student(inputs), teacher(inputs)
    torch.testing.assert_close(
        losses['loss_cls'], F.cross_entropy(scores, torch.tensor([0, 1, 2, 0]))
    )
    expected = F.kl_div(
        F.log_softmax(scores / 2, dim=1),
        F.softmax(targets / 2, dim=1),
        reduction='batchmean',
    )
    assert expected > 0.01
    torch.testing.assert_close(losses['loss_distill'], 3 * 4 * expected)
    assert {key for key in losses if 'loss' in key} == {'loss_cls', 'loss_distill'}


def test_the_student_runs_once_with_one_dropout(joint):
    model = initialize(label_distillation(joint[1], head=dict(dropout=0.5))).train()
    calls = []
    for part in (*model.encoders.values(), model.cls_head.fc_cls):
        part.register_forward_hook(lambda module, args, out: calls.append(out))
    losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    assert len(calls) == 3
    scores = calls[-1].detach()
    labels = torch.tensor([0, 1, 2, 0])
    torch.testing.assert_close(losses['loss_cls'], F.cross_entropy(scores, labels))
    targets = joint[0](stacked(batch(4)))
    torch.testing.assert_close(
        losses['loss_distill'], model.loss_distill(scores, targets)
    )


def test_gradients(joint):
    model = initialize(label_distillation(joint[1])).train()
    losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    losses['loss_distill'].backward()
    assert all(p.grad.abs().sum() > 0 for p in model.encoders['rgb'].parameters())
    assert model.cls_head.fc_cls.weight.grad.abs().sum() > 0
    held = model.teachers['labels'].wrapped
    assert all(p.grad is None and not p.requires_grad for p in held.parameters())


def test_the_teacher_stays_as_it_was(joint):
    model = initialize(label_distillation(joint[1], head=dict(dropout=0.5)))
    students = snapshot(model)
    train(model, steps=3, lr=0.01)
    assert same(teachers_of(model)['labels'], snapshot(joint[0]))
    assert not same(students, snapshot(model))
    held = model.teachers['labels'].wrapped
    assert not any(module.training for module in held.modules())
    model.init_weights()
    assert same(teachers_of(model)['labels'], snapshot(joint[0]))


def test_the_teacher_is_hidden(joint):
    model, plain = initialize(label_distillation(joint[1])), build()
    assert model.state_dict().keys() == plain.state_dict().keys()
    for kind in ('parameters', 'buffers'):
        names = [[n for n, _ in getattr(m, f'named_{kind}')()] for m in (model, plain)]
        assert names[0] == names[1]
    wrapper = build_optim_wrapper(model, dict(optimizer=dict(type='SGD', lr=0.1)))
    assert len(wrapper.param_groups[0]['params']) == len(list(plain.parameters()))
    model.double()
    double = {name: views.double() for name, views in stacked(batch(4)).items()}
    losses = model.loss(double, batch(4)['data_samples'])
    assert losses['loss_distill'].dtype == torch.float64


def test_average_of_weights_holds_no_teacher(joint):
    model = label_distillation(joint[1])
    # EMAHook copies before the Runner initializes.
    average = ExponentialMovingAverage(model, momentum=0.5)
    initialize(model)
    average.update_parameters(model)
    assert not average.module.teachers
    assert average.module.eval().test_step(batch())[0].pred_score.shape == (3,)


def test_distributed(joint):
    model = initialize(label_distillation(joint[1]))
    dist.init_process_group('gloo', store=dist.HashStore(), rank=0, world_size=1)
    try:
        ddp = MMDistributedDataParallel(model)
        train(ddp)
        buckets = ddp._get_ddp_logging_data()['bucket_sizes']
        students = sum(4 * p.numel() for p in build().parameters())
        assert sum(int(size) for size in buckets.split(',')) == students
    finally:
        dist.destroy_process_group()


@pytest.mark.parametrize('surroundings', [False, True])
def test_a_teacher_of_lower_precision(joint, surroundings):
    model = label_distillation(joint[1], teacher_dtype='bfloat16')
    initialize(model).train()
    seen = []
    classifier = model.teachers['labels'].wrapped.cls_head.fc_cls
    classifier.register_forward_hook(lambda *args: seen.append(args[2].dtype))
    with torch.autocast('cpu', torch.float16, enabled=surroundings):
        losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    assert seen == [torch.bfloat16]
    assert losses['loss_distill'].dtype == torch.float32
    expected = initialize(label_distillation(joint[1])).train()
    expected = expected.loss(stacked(batch(4)), batch(4)['data_samples'])
    torch.testing.assert_close(
        losses['loss_distill'], expected['loss_distill'], rtol=0.1, atol=0.1
    )


def test_clips(joint):
    """Teacher and student see the same views, clip by clip."""
    model = initialize(label_distillation(joint[1])).train()
    data = batch(2, rgb=(6, 3, 4, 8, 8), audio=(2, 1, 8, 8))
    targets = joint[0](stacked(data))
    assert targets.shape == (12, 3)
    held = model.teachers['labels']
    torch.testing.assert_close(held(stacked(data), model._soft_labels), targets)
    assert model.loss(stacked(data), data['data_samples'])['loss_distill'] > 0


def test_testing_needs_no_teacher():
    model = label_distillation('work_dirs/joint_r18/best.pth').eval()
    assert model.test_step(batch())[0].pred_score.shape == (3,)
    with pytest.raises(RuntimeError, match=r'call init_weights\(\) first'):
        model.loss(stacked(batch()), batch()['data_samples'])
    with pytest.raises(FileNotFoundError) as error:
        model.init_weights()
    for part in ('teacher: checkpoint', 'tools/train.py configs/joint_r18.py'):
        assert part in str(error.value)


def test_a_teacher_of_another_architecture(tmp_path, joint):
    other = dict(ENCODERS, rgb=dict(PICTURES, base_channels=8))
    _, path = trained(tmp_path / 'other.pth', other, dict(rgb=8, audio=4))
    with pytest.raises(ValueError) as error:
        label_distillation(path).init_weights()
    assert f'{path} does not fit the teacher, a copy of this model' in str(error.value)
    assert 'must be the one that the checkpoint was trained with' in str(error.value)
    audio = {'audio': ENCODERS['audio']}
    with pytest.raises(ValueError, match='left over'):
        label_distillation(joint[1], audio).init_weights()
