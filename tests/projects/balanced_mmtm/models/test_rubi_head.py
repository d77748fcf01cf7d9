"""RUBi on the mean of the branches."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

import mm_laziness  # noqa: F401
from projects.balanced_mmtm.models import BranchHead, RUBiHead

WIDTHS = dict(front=5, rear=7, top=3)


def head(biased='rear', **kwargs):
    torch.manual_seed(0)
    made = RUBiHead(4, WIDTHS, biased, hidden_channels=(6,), **kwargs)
    made.init_weights()
    return made


def batch(size=6):
    torch.manual_seed(1)
    feats = {m: torch.randn(size, c, requires_grad=True) for m, c in WIDTHS.items()}
    samples = [ActionDataSample().set_gt_label(i % 4) for i in range(size)]
    return feats, samples


def test_losses_by_hand():
    model, (feats, samples) = head(['top', 'rear'], bias_loss_weight=0.5), batch()
    # In the modalities' order, whatever that of the argument.
    assert list(model.rubi.branches) == ['rear', 'top']
    losses = model.loss(feats, samples)
    labels = torch.arange(6) % 4
    mean = sum(model.unimodal_scores(feats).values()) / 3
    masked = mean
    for name in ('rear', 'top'):
        branch = model.rubi.branches[name]
        first, _, second = branch.mask_net
        logits = second(F.relu(first(feats[name])))
        masked = masked * torch.sigmoid(logits)
        expected = 0.5 * F.cross_entropy(branch.classifier(logits), labels)
        torch.testing.assert_close(losses[f'loss_biased_{name}'], expected)
    torch.testing.assert_close(losses['loss_cls'], F.cross_entropy(masked, labels))
    assert {n for n in losses if n.startswith('loss')} == {
        *('loss_cls', 'loss_biased_rear', 'loss_biased_top')
    }
    # The accuracy is that of the prediction, not of the masked scores.
    right = (mean.argmax(1) == labels).float().mean()
    torch.testing.assert_close(losses['top1_acc'], right)


def test_observers_see_what_the_loss_sees():
    model, (feats, samples), seen = head(), batch(), []
    model.register_loss_observer(lambda *what: seen.append(what))
    model.loss(feats, samples)
    ((given, labels),) = seen
    assert given is feats and labels.tolist() == [0, 1, 2, 3, 0, 1]


def test_branches_may_keep_their_losses():
    model, data = head(branch_loss_weight=2.0), batch()
    losses, plain = model.loss(*data), BranchHead.loss(model, *data)
    for name in WIDTHS:
        torch.testing.assert_close(losses[f'loss_{name}'], 2 * plain[f'loss_{name}'])


def test_who_gets_gradient():
    model, (feats, samples) = head(), batch()
    losses = model.loss(feats, samples)
    losses['loss_biased_rear'].backward(retain_graph=True)
    assert all(own.grad is None for own in feats.values())
    losses['loss_cls'].backward()
    assert all(own.grad.abs().max() > 0 for own in feats.values())
    # Only through the mean: the same as if the mask were a constant.
    feats_again = {m: own.detach().requires_grad_() for m, own in feats.items()}
    mean = sum(model.unimodal_scores(feats_again).values()) / 3
    mask = torch.sigmoid(model.rubi.branches['rear'].mask_net(feats['rear'])).detach()
    F.cross_entropy(mean * mask, torch.arange(6) % 4).backward()
    for name, own in feats.items():
        torch.testing.assert_close(own.grad, feats_again[name].grad)
    # Every parameter is trained: DDP needs no search for unused ones.
    assert all(p.grad is not None for p in model.parameters())


def test_prediction_is_the_plain_mean():
    model, (feats, samples) = head(), batch()
    plain = BranchHead(4, WIDTHS)
    plain.load_state_dict(model.state_dict(), strict=False)
    found = model.eval().predict(feats, samples)
    expected = plain.eval().predict(feats, batch()[1])
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one.pred_score, other.pred_score)
        assert list(one.unimodal_scores) == list(WIDTHS)


def test_the_masks_start_as_their_authors_draw_them():
    model = head()
    first = model.rubi.branches['rear'].mask_net[0]
    # PyTorch's uniform in +-1/sqrt(7), not the heads' normal of 0.01.
    assert 0.1 < first.weight.std() < 0.38
    assert model.unimodal_classifiers['rear'].weight.std() < 0.02


@pytest.mark.parametrize(
    'biased', ['left', ['front', 'left'], [], None, ['rear', 'rear']]
)
def test_biased_must_name_modalities(biased):
    with pytest.raises(ValueError, match=r"must name one or several.*\['front', 'rear"):
        head(biased)


def test_settings_that_make_no_sense():
    with pytest.raises(ValueError, match='biased is None, .*set cls_head.biased'):
        RUBiHead(4, WIDTHS)
    with pytest.raises(ValueError, match=r"two branches or more.*\['rear'\]; use Lin"):
        RUBiHead(4, dict(rear=7), 'rear')
    with pytest.raises(ValueError, match='branch_loss_weight must not be negative'):
        head(branch_loss_weight=-1.0)
