"""What only an accelerator shows: devices, and mixed precision with a scaler."""

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.optim import AmpOptimWrapper

from mm_laziness.evaluation.functional import modulation_coefficients
from mm_laziness.models import DUCLoss, LabelDistillationLoss

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason='no accelerator here'),
]

ENCODER = dict(type='SlimResNet', in_channels=1, base_channels=4, stage_blocks=(1,))


def umt(tmp_path):
    cfg = dict(
        type='UMTRecognizer',
        encoders=dict(left=ENCODER, sound=ENCODER),
        cls_head=dict(
            type='LinearFusionHead', num_classes=3, in_channels=dict(left=4, sound=4)
        ),
        teachers={},
        data_preprocessor=dict(
            type='MultiModalDataPreprocessor',
            preprocessors=dict(
                left=dict(type='ActionDataPreprocessor', mean=[100.0], std=[50.0]),
                sound=dict(type='SpectrogramPreprocessor', win_length=256),
            ),
        ),
    )
    for name in cfg['encoders']:
        single = dict(cfg, type='LateFusionRecognizer', encoders={name: ENCODER})
        single.pop('teachers')
        path = tmp_path / f'{name}.pth'
        torch.save(dict(state_dict=MODELS.build(single).state_dict()), path)
        cfg['teachers'][name] = str(path)
    return MODELS.build(cfg)


def test_a_step_with_amp_keeps_teachers_on_the_device(tmp_path):
    model = umt(tmp_path).cuda()
    model.init_weights()
    model.train()
    before = [p.clone() for p in model.teachers['left'].wrapped.parameters()]
    assert all(p.is_cuda for p in before)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    wrapper = AmpOptimWrapper(optimizer=optimizer, loss_scale='dynamic')
    batch = dict(
        inputs=dict(
            left=[torch.randint(255, (1, 1, 16, 16)) for _ in range(4)],
            sound=[torch.randn(1, 4000) for _ in range(4)],
        ),
        data_samples=[ActionDataSample().set_gt_label(i % 3) for i in range(4)],
    )
    losses = model.train_step(batch, wrapper)
    assert {'loss_cls', 'loss_distill_left', 'loss_distill_sound'} <= set(losses)
    assert all(torch.isfinite(value) for value in losses.values())
    after = model.teachers['left'].wrapped.parameters()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_our_code_does_not_wait_for_the_device(tmp_path):
    model = umt(tmp_path).cuda()
    model.init_weights()
    model.train()
    inputs = dict(
        left=torch.randn(4, 1, 1, 16, 16, device='cuda'),
        sound=torch.randn(4, 1, 1, 16, 16, device='cuda'),
    )
    samples = [
        ActionDataSample().set_gt_label(torch.tensor([i % 3])).to('cuda')
        for i in range(4)
    ]
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode('error')
    try:
        losses = model.loss(inputs, samples)
        sum(v for k, v in losses.items() if 'loss' in k).backward()
    finally:
        torch.cuda.set_sync_debug_mode('default')


def test_losses_and_coefficients_do_not_wait_for_the_device():
    feats = {m: torch.randn(8, 16, device='cuda') for m in ('left', 'sound')}
    dimensions = {m: torch.arange(4 * i, 8, device='cuda') for i, m in enumerate(feats)}
    scores = {m: feat[:, :3].detach() for m, feat in feats.items()}
    labels = torch.arange(8, device='cuda') % 3
    student = feats['left'].requires_grad_()
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode('error')
    try:
        loss = DUCLoss()(feats, dimensions)
        loss = loss + LabelDistillationLoss()(student, feats['sound'])
        loss.backward()
        coefficients = modulation_coefficients(scores, labels, 0.5)
    finally:
        torch.cuda.set_sync_debug_mode('default')
    assert student.grad.isfinite().all()
    assert all(0 <= k <= 1 for k in coefficients.values())
