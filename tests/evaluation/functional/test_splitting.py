import numpy as np
import pytest
import torch
from torch import nn

from mm_laziness.evaluation.functional import fit_linear_classifier, split_linear_scores


def layer(weight, bias):
    made = nn.Linear(len(weight[0]), len(weight))
    made.weight.data, made.bias.data = torch.tensor(weight), torch.tensor(bias)
    return made


def test_value_by_hand():
    classifier = layer([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [1.0, -1.0])
    feats = dict(a=torch.tensor([[1.0, 1.0]]), b=torch.tensor([[2.0]]))
    split = split_linear_scores(classifier, feats)
    assert split['a'].tolist() == [[3.5, 8.5]]
    assert split['b'].tolist() == [[6.5, 11.5]]
    assert not split['a'].requires_grad


def test_three_modalities_add_up_to_the_whole():
    generator = torch.Generator().manual_seed(0)
    feats = {
        m: 2 + torch.randn(60, c, generator=generator)
        for m, c in dict(a=2, b=5, c=1).items()
    }
    joined = torch.cat(list(feats.values()), 1)
    classifier = fit_linear_classifier(joined, torch.arange(60) % 4, epochs=20)
    whole = classifier(joined)
    split = split_linear_scores(classifier, feats)
    torch.testing.assert_close(sum(split.values()), whole)
    halves = split_linear_scores(classifier, {m: f.double() for m, f in feats.items()})
    assert halves['b'].dtype == torch.float32


def test_golden(request):
    """The slices of a head that a published code makes."""
    path = request.config.rootpath / 'tests/golden/linear_heads_ume.npz'
    arrays = np.load(path)
    names = dict(two=('audio', 'visual'), three=('audio', 'visual', 'text'))
    for tag, modalities in names.items():
        classifier = layer(
            arrays[f'{tag}__weight'].tolist(), arrays[f'{tag}__bias'].tolist()
        )
        feats = {m: torch.tensor(arrays[f'{tag}__feat_{m}']) for m in modalities}
        split = split_linear_scores(classifier, feats)
        for m in modalities:
            expected = torch.tensor(arrays[f'{tag}__logits_{m}'])
            torch.testing.assert_close(split[m], expected, atol=1e-4, rtol=1e-4)


def test_widths_that_do_not_add_up():
    classifier = layer([[1.0, 2.0, 3.0]], [0.0])
    with pytest.raises(ValueError, match=r"takes 3 features, but \{'a': 2\} are 2"):
        split_linear_scores(classifier, dict(a=torch.zeros(4, 2)))
