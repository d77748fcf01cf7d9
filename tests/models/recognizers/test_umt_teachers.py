"""Teachers of UMT: nothing but the loss can see them."""

import copy

import pytest
import torch
import torch.distributed as dist
from mmaction.registry import MODELS
from mmengine.model import ExponentialMovingAverage, MMDistributedDataParallel
from mmengine.model.utils import convert_sync_batchnorm
from mmengine.optim import build_optim_wrapper
from tinymodels import (
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
    umt,
)


def test_teachers_stay_as_they_were(teachers):
    model = initialize(umt(teachers))
    before, students = teachers_of(model), snapshot(model.encoders)
    train(model, steps=3, lr=0.01)
    after = teachers_of(model)
    assert list(after) == ['rgb', 'audio']
    assert all(same(before[name], after[name]) for name in after)
    assert not same(students, snapshot(model.encoders))
    for held in model.teachers.values():
        assert not any(module.training for module in held.wrapped.modules())


def test_teachers_are_hidden(teachers):
    model = initialize(umt(teachers))
    plain = build()
    assert model.state_dict().keys() == plain.state_dict().keys()
    for kind in ('parameters', 'buffers'):
        names = [[n for n, _ in getattr(m, f'named_{kind}')()] for m in (model, plain)]
        assert names[0] == names[1]
    wrapper = build_optim_wrapper(model, dict(optimizer=dict(type='SGD', lr=0.1)))
    assert len(wrapper.param_groups[0]['params']) == len(list(plain.parameters()))
    before = teachers_of(model)
    model = convert_sync_batchnorm(model)
    assert all(same(before[name], state) for name, state in teachers_of(model).items())


def test_distributed(teachers):
    model = initialize(umt(teachers))
    held = [id(p) for t in model.teachers.values() for p in t.wrapped.parameters()]
    dist.init_process_group('gloo', store=dist.HashStore(), rank=0, world_size=1)
    try:
        ddp = MMDistributedDataParallel(model)
        assert not {id(p) for p in ddp.parameters()} & set(held)
        train(ddp)
        buckets = ddp._get_ddp_logging_data()['bucket_sizes']
        students = sum(4 * p.numel() for p in build().parameters())
        assert sum(int(size) for size in buckets.split(',')) == students
    finally:
        dist.destroy_process_group()


def test_average_of_weights_holds_no_teachers(teachers):
    model = umt(teachers)
    # EMAHook copies before the Runner initializes.
    average = ExponentialMovingAverage(model, momentum=0.5)
    initialize(model)
    average.update_parameters(model)
    train(model, lr=0.01)
    average.update_parameters(model)
    assert not average.module.teachers
    weight = average.module.encoders['rgb'].conv1.conv.weight
    assert weight.any() and not torch.equal(
        weight, model.encoders['rgb'].conv1.conv.weight
    )
    assert average.module.eval().test_step(batch())[0].pred_score.shape == (3,)


def test_teachers_follow_the_model(teachers):
    model = initialize(umt(teachers)).double()
    double = {name: views.double() for name, views in stacked(batch(4)).items()}
    losses = model.loss(double, batch(4)['data_samples'])
    assert losses['loss_distill_rgb'].dtype == torch.float64
    devices = {
        p.device.type for p in model.to('meta').teachers['rgb'].wrapped.parameters()
    }
    assert devices == {'meta'}


def test_deepcopy(teachers):
    model = initialize(umt(teachers)).train()
    copied = copy.deepcopy(model)
    before = teachers_of(model)
    with torch.no_grad():
        for held in copied.teachers.values():
            for value in held.wrapped.state_dict().values():
                value.zero_()
    assert all(same(before[name], state) for name, state in teachers_of(model).items())


def test_stock_teachers(tmp_path, teachers):
    stock = MODELS.build(
        dict(
            type='Recognizer3D',
            backbone=PICTURES,
            cls_head=dict(type='I3DHead', num_classes=400, in_channels=4),
        )
    )
    path = save(tmp_path / 'zoo.pth', stock.state_dict())
    model = initialize(umt(dict(teachers, rgb=path)))
    assert same(teachers_of(model)['rgb'], snapshot(stock.backbone))


def test_a_joint_model_as_both_teachers(tmp_path):
    """Self-distillation on features."""
    joint = initialize(build())
    path = save(tmp_path / 'joint.pth', joint.state_dict())
    model = initialize(umt(dict(rgb=path, audio=path)))
    for name, state in teachers_of(model).items():
        assert same(state, snapshot(joint.encoders[name]))
    losses = model.eval().loss(stacked(batch(4)), batch(4)['data_samples'])
    # Initialized alike, student and teacher agree.
    assert losses['loss_distill_rgb'] == losses['loss_distill_audio'] == 0


def test_testing_needs_no_teachers():
    files = dict(rgb='work_dirs/rgb_r18/best.pth', audio='nowhere.pth')
    model = umt(files).eval()
    plain = build().eval()
    plain.load_state_dict(model.state_dict())
    result, expected = (m.test_step(batch())[1] for m in (model, plain))
    torch.testing.assert_close(result.pred_score, expected.pred_score)
    with pytest.raises(RuntimeError, match=r'call init_weights\(\) first'):
        model.loss(stacked(batch()), batch()['data_samples'])
    with pytest.raises(FileNotFoundError) as error:
        model.init_weights()
    for part in ("teachers['rgb']", files['rgb'], 'tools/train.py configs/rgb_r18.py'):
        assert part in str(error.value)


def test_teacher_of_another_architecture(tmp_path, teachers):
    other = build(dict(rgb=dict(PICTURES, base_channels=8)), dict(rgb=8))
    path = save(tmp_path / 'other.pth', other.state_dict())
    with pytest.raises(ValueError, match="does not fit the encoder of 'rgb'"):
        umt(dict(teachers, rgb=path)).init_weights()


@pytest.mark.parametrize('names', [['rgb'], ['rgb', 'audio', 'flow'], []])
def test_teachers_of_other_modalities(names):
    with pytest.raises(ValueError, match=r"but the encoders are \['rgb', 'audio'\]"):
        umt(dict.fromkeys(names, 'a.pth'))


def test_frozen_encoders_are_refused():
    with pytest.raises(ValueError, match='learn nothing from teachers'):
        umt(dict(rgb='a.pth', audio='b.pth'), frozen_encoders=True)
