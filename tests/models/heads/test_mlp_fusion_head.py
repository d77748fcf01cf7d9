"""The two-layer head: scores by hand, initialization, gradients."""

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from mm_laziness.models import MLPFusionHead


def make(classes=3, widths=None, **kwargs):
    torch.manual_seed(0)
    return MLPFusionHead(classes, widths or dict(rgb=2, audio=4), **kwargs)


def test_scores_by_hand():
    head = make(2, dict(rgb=1, audio=1), hidden_channels=2)
    head.fc_hidden.weight.data = torch.tensor([[1.0, -1.0], [0.0, 2.0]])
    head.fc_hidden.bias.data = torch.tensor([0.0, 1.0])
    head.fc_cls.weight.data = torch.tensor([[1.0, 1.0], [0.0, 3.0]])
    head.fc_cls.bias.data = torch.tensor([0.0, -1.0])
    # Hidden: relu(2 - 3) = 0 and relu(6 + 1) = 7.
    scores = head(dict(rgb=torch.tensor([[2.0]]), audio=torch.tensor([[3.0]])))
    assert scores.tolist() == [[7.0, 20.0]]


def test_columns_follow_in_channels_not_the_features():
    head = make()
    rgb, audio = torch.randn(5, 2), torch.randn(5, 4)
    both = head(dict(audio=audio, rgb=rgb)), head(dict(rgb=rgb, audio=audio))
    assert torch.equal(*both)


def test_width_of_the_paper():
    assert make().fc_hidden.weight.shape == (1024, 6)
    assert make(hidden_channels=8).fc_cls.weight.shape == (3, 8)


def test_initialization():
    cfg = dict(type='MLPFusionHead', num_classes=50, in_channels=dict(rgb=200))
    head = MODELS.build(cfg)
    head.init_weights()
    # For a ReLU: sqrt(2 / 200) = 0.1.
    assert head.fc_hidden.weight.std().item() == pytest.approx(0.1, rel=0.05)
    assert head.fc_cls.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert not head.fc_hidden.bias.any() and not head.fc_cls.bias.any()


def test_init_cfg_comes_last():
    head = make(init_cfg=dict(type='Constant', layer='Linear', val=0.5))
    head.init_weights()
    assert (head.fc_hidden.weight == 0.5).all() and (head.fc_cls.weight == 0.5).all()


def test_all_parts_get_gradient():
    head = make()
    feats = dict(
        rgb=torch.randn(8, 2, requires_grad=True),
        audio=torch.randn(8, 4, requires_grad=True),
    )
    samples = [ActionDataSample().set_gt_label(index % 3) for index in range(8)]
    losses = head.loss(feats, samples)
    losses['loss_cls'].backward()
    for tensor in (*head.parameters(), *feats.values()):
        assert tensor.grad.abs().sum() > 0


def test_bfloat16_features():
    head = make().bfloat16()
    feats = dict(rgb=torch.randn(1, 2).bfloat16(), audio=torch.randn(1, 4).bfloat16())
    losses = head.loss(feats, [ActionDataSample().set_gt_label(1)])
    assert losses['loss_cls'].dtype == torch.float32


def test_hidden_channels_must_be_positive():
    with pytest.raises(ValueError, match='at least 1, but got 0'):
        make(hidden_channels=0)
