"""The attention head: a value by hand, a slow reference, half precision."""

import math

import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

from mm_laziness.models import AttentionFusionHead


def make(classes=3, width=4, names=('rgb', 'audio'), **kwargs):
    torch.manual_seed(0)
    return AttentionFusionHead(classes, dict.fromkeys(names, width), **kwargs)


def test_value_by_hand():
    head = make(classes=4, width=2)
    # Scores are then the features after attention.
    head.fc_cls.weight.data, head.fc_cls.bias.data = torch.eye(4), torch.zeros(4)
    scores = head(
        dict(rgb=torch.tensor([[1.0, 0.0]]), audio=torch.tensor([[0.0, 1.0]]))
    )
    # F F^T is the identity; a row's softmax of (1 / sqrt 2, 0) is (a, 1 - a).
    a = math.exp(2**-0.5) / (math.exp(2**-0.5) + 1)
    torch.testing.assert_close(scores, torch.tensor([[a, 1 - a, 1 - a, a]]))


def test_slow_reference():
    head = make(names=('rgb', 'audio', 'flow'))
    feats = {name: torch.randn(5, 4) for name in head.in_channels}
    for sample in range(5):
        rows = [feats[name][sample] for name in head.in_channels]
        mixed = []
        for query in rows:
            affinity = torch.stack([query @ key for key in rows]) / 2  # sqrt(4)
            weights = affinity.softmax(0)
            mixed.append(sum(w * row for w, row in zip(weights, rows, strict=True)))
        expected = head.fc_cls(torch.cat(mixed))
        one = {name: feat[sample : sample + 1] for name, feat in feats.items()}
        torch.testing.assert_close(head(one)[0], expected)
        torch.testing.assert_close(head(feats)[sample], expected)


def test_attention_has_no_parameters():
    assert [name for name, _ in make().named_parameters()] == [
        *('fc_cls.weight', 'fc_cls.bias')
    ]


def test_one_modality_is_a_linear_classifier():
    head, feat = make(names=['rgb']), torch.randn(5, 4)
    torch.testing.assert_close(head(dict(rgb=feat)), head.fc_cls(feat))


def test_columns_follow_in_channels_not_the_features():
    head = make()
    rgb, audio = torch.randn(5, 4), torch.randn(5, 4)
    assert torch.equal(
        head(dict(audio=audio, rgb=rgb)), head(dict(rgb=rgb, audio=audio))
    )


def test_both_modalities_get_gradient():
    head = make()
    feats = {name: torch.randn(6, 4, requires_grad=True) for name in head.in_channels}
    scores = head(feats)
    F.cross_entropy(scores, torch.tensor([0, 1, 2, 0, 1, 2])).backward()
    for tensor in (*head.parameters(), *feats.values()):
        assert tensor.grad.abs().sum() > 0


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_products_of_half_precision_features_do_not_overflow(dtype):
    head = make()
    feats = {name: torch.full((2, 4), 300.0, dtype=dtype) for name in head.in_channels}
    # 4 * 300^2 is more than float16 holds.
    with torch.autocast('cpu', dtype):
        scores = head(feats)
    expected = head({name: feat.float() for name, feat in feats.items()})
    torch.testing.assert_close(scores.float(), expected, rtol=0.02, atol=0.5)
    low = make().to(dtype)
    losses = low.loss(feats, [ActionDataSample().set_gt_label(1)] * 2)
    assert losses['loss_cls'].isfinite()


def test_widths_must_agree():
    with pytest.raises(ValueError) as error:
        AttentionFusionHead(3, dict(rgb=4, audio=8))
    assert "one width, but in_channels is {'rgb': 4, 'audio': 8}" in str(error.value)
    assert 'choose encoders of equal width' in str(error.value)
