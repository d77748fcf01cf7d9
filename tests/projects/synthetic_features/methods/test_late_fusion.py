import pytest
import torch
from tinysynthetic import tiny_cfg, tiny_sets
from torch import nn

from mm_laziness.models import LinearFusionHead
from projects.synthetic_features.generator import SyntheticSet
from projects.synthetic_features.methods.descent import descend
from projects.synthetic_features.methods.late_fusion import LateFusion, late_fusion


def test_value_by_hand():
    head = LinearFusionHead(2, dict(a=1, b=1))
    head.fc_cls.weight.data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    head.fc_cls.bias.data = torch.tensor([0.0, 2.0])
    model = LateFusion(dict(a=nn.ReLU(), b=nn.Identity()), head)
    inputs = dict(a=torch.tensor([[-5.0], [1.0]]), b=torch.tensor([[1.0], [10.0]]))
    # Features (0, 1) and (1, 10).
    assert model(inputs).tolist() == [[2, 6], [21, 45]]
    alone = model.unimodal_scores(inputs)
    assert alone['a'].tolist() == [[0, 1], [1, 4]]
    assert alone['b'].tolist() == [[2, 5], [20, 41]]
    labels = torch.tensor([1, 1])
    by_hand = torch.tensor([4.0, 24.0]).neg().exp().log1p().mean()
    torch.testing.assert_close(model.loss(inputs, labels), by_hand)


@pytest.mark.parametrize('head', ['linear', 'mlp'])
def test_only_an_mlp_head_can_have_an_interaction(head):
    train, _ = tiny_sets('B')
    model = late_fusion(train, tiny_cfg(), 0, head).double()
    x, y = (train.inputs[m][:40].double() for m in ('first', 'second'))
    mixed = [model(dict(first=a, second=b)) for a in (x, -x) for b in (y, -y)]
    # Zero for every f(x) + g(y).
    interaction = (mixed[0] - mixed[1] - mixed[2] + mixed[3]).abs().max()
    assert interaction < 1e-12 if head == 'linear' else interaction > 1e-3


def test_a_linear_head_is_wrong_on_one_of_four_paired_samples():
    train, _ = tiny_sets('B')
    first, second = (train.inputs[m].double() for m in ('first', 'second'))
    four = dict(
        first=torch.cat([first, first, -first, -first]),
        second=torch.cat([second, -second, second, -second]),
    )
    y = train.labels
    labels = torch.cat([y, 1 - y, 1 - y, y])
    model = late_fusion(train, tiny_cfg(), 0).double()
    data = SyntheticSet(four, labels, 2)
    descend(model.loss, model.parameters(), data, tiny_cfg(epochs=6), 0)
    right = (model(four).argmax(1) == labels).view(4, -1).sum(0)
    # Scores of the four have f(x) + g(y) alike in both sums of two.
    assert right.min() >= 1 and right.max() <= 3


def test_the_paper_s_uni_modal_network():
    train, _ = tiny_sets('A')
    model = late_fusion(train, tiny_cfg(hidden=7), 0, modalities=['second'])
    assert [tuple(p.shape) for p in model.parameters()] == [(7, 9), (7,), (2, 7), (2,)]
    bound = 9**-0.5
    weight = model.encoders['second'][0].weight
    # PyTorch's default, not the normal of 0.01 that heads draw for training.
    assert 0.8 * bound < weight.abs().max() <= bound
    assert model.head.fc_cls.weight.std() > 0.05


def test_both_heads_meet_the_same_encoders():
    train, _ = tiny_sets('A')
    state = torch.get_rng_state()
    models = [late_fusion(train, tiny_cfg(), 3, head) for head in ('linear', 'mlp')]
    for one, other in zip(*(m.encoders.parameters() for m in models), strict=True):
        assert torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)
    assert models[1].head.fc_hidden.out_features == 12


def test_unknown_head():
    train, _ = tiny_sets('A')
    with pytest.raises(ValueError, match=r"one of \['linear', 'mlp'\], but is 'film'"):
        late_fusion(train, tiny_cfg(), 0, 'film')
