"""A classifier per branch."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from projects.balanced_mmtm.models import BranchHead

WIDTHS = dict(a=2, b=3, c=4)


def head(**kwargs):
    torch.manual_seed(0)
    built = MODELS.build(
        dict(type='BranchHead', num_classes=3, in_channels=WIDTHS, **kwargs)
    )
    assert isinstance(built, BranchHead)
    return built


def feats(rows=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return {
        m: torch.randn(rows, width, generator=generator, requires_grad=True)
        for m, width in WIDTHS.items()
    }


def samples(count):
    return [ActionDataSample().set_gt_label(index % 3) for index in range(count)]


def test_value_by_hand():
    of = head()
    for weight, classifier in enumerate(of.unimodal_classifiers.values()):
        classifier.weight.data.fill_(weight)
        classifier.bias.data.copy_(torch.tensor([0.0, 1.0, 2.0]))
    ones = {m: torch.ones(1, width) for m, width in WIDTHS.items()}
    # Branches give 0, 3 and 8 more than their biases.
    assert of(ones)[0].tolist() == pytest.approx([11 / 3, 14 / 3, 17 / 3])
    assert {m: s[0, 0].item() for m, s in of.split_scores(ones).items()} == dict(
        a=0, b=3, c=8
    )


def test_loss_is_the_sum_of_the_branches():
    of, inputs = head(), feats()
    labels = torch.arange(4) % 3
    seen = []
    of.register_loss_observer(lambda *args: seen.append(args))
    losses = of.loss(inputs, samples(4))
    for name, classifier in of.unimodal_classifiers.items():
        expected = F.cross_entropy(classifier(inputs[name]), labels)
        torch.testing.assert_close(losses[f'loss_{name}'], expected)
    mean = sum(of.unimodal_scores(inputs).values()) / 3
    correct = (mean.argmax(1) == labels).float().mean()
    torch.testing.assert_close(losses['top1_acc'], correct)
    assert set(losses) == {'loss_a', 'loss_b', 'loss_c', 'top1_acc', 'top5_acc'}
    assert len(seen) == 1 and torch.equal(seen[0][1], labels)
    losses['loss_b'].backward()
    assert inputs['b'].grad.any() and inputs['a'].grad is None


def test_losses_of_half_precision_scores_are_exact():
    of, inputs = head().bfloat16(), {m: x.bfloat16() for m, x in feats().items()}
    losses, labels = of.loss(inputs, samples(4)), torch.arange(4) % 3
    for name, scores in of.unimodal_scores(inputs).items():
        expected = F.cross_entropy(scores.float(), labels)
        torch.testing.assert_close(losses[f'loss_{name}'], expected)


def test_prediction_averages_branches_and_clips():
    of, inputs = head(), feats(rows=4)
    with torch.no_grad():
        predicted = of.predict(inputs, samples(2))
    for index, sample in enumerate(predicted):
        rows = slice(2 * index, 2 * index + 2)
        own = {m: s[rows].mean(0) for m, s in of.unimodal_scores(inputs).items()}
        for name, expected in own.items():
            torch.testing.assert_close(sample.unimodal_scores[name], expected)
        torch.testing.assert_close(sample.pred_score, sum(own.values()) / 3)


def test_probabilities_are_those_of_the_mean():
    of, inputs = head(average_clips='prob'), feats(rows=4)
    with torch.no_grad():
        predicted = of.predict(inputs, samples(2))
    expected = of(inputs).softmax(1).unflatten(0, (2, 2)).mean(1)
    found = torch.stack([sample.pred_score for sample in predicted])
    torch.testing.assert_close(found, expected)


def test_some_branches_alone_are_averaged():
    of = head()
    scores = of.unimodal_scores(feats())
    part = {name: scores[name] for name in ('a', 'c')}
    torch.testing.assert_close(of.combine(part, 1), sum(part.values()) / 2)
