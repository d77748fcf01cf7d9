import numpy as np
import pytest
import torch

from projects.synthetic_features.generator import SyntheticSet, generate, split

SMALL = dict(latent=8, widths=(12, 9), delta=0.3, num_samples=300)


@pytest.mark.parametrize(('name', 'classes'), [('A', 2), ('B', 2), ('C', 3)])
def test_shapes_and_classes(name, classes):
    data = generate(name, **SMALL)
    assert {m: tuple(x.shape) for m, x in data.inputs.items()} == dict(
        first=(300, 12), second=(300, 9)
    )
    assert all(x.dtype == torch.float32 for x in data.inputs.values())
    assert data.labels.dtype == torch.int64
    assert data.num_classes == classes
    counts = data.labels.bincount(minlength=classes)
    assert len(counts) == classes
    assert counts.min() > 60


def test_a_third_of_c_is_class_0():
    assert generate('C', **SMALL).labels.bincount()[0] == 100


def recovered(data, name, seed):
    """Vectors v and t, by least squares with the projections drawn again, and z."""
    stream = np.random.default_rng(np.random.SeedSequence(seed).spawn(4)[0])
    out = []
    for m in data.inputs:
        p = torch.from_numpy(stream.uniform(-0.5, 0.5, (data.inputs[m].shape[1], 8)))
        out.append(torch.linalg.lstsq(p, data.inputs[m].double().T).solution.T)
    z_stream = np.random.default_rng(np.random.SeedSequence(seed).spawn(4)[1])
    z = torch.from_numpy(z_stream.standard_normal(8))
    return out[0], out[1], z / z.norm()


def test_rules_of_set_a():
    data = generate('A', **SMALL, seed=3)
    v, t, z = recovered(data, 'A', 3)
    torch.testing.assert_close(v, t, atol=1e-5, rtol=0)
    torch.testing.assert_close(v.norm(dim=1), torch.ones(300).double())
    assert ((v @ z).abs() > 0.3 - 1e-5).all()
    assert torch.equal(data.labels, (v @ z > 0).long())


def test_rules_of_set_b():
    data = generate('B', **SMALL, seed=3)
    v, t, _ = recovered(data, 'B', 3)
    cosines = (v * t).sum(dim=1)
    assert (cosines.abs() > 0.3 - 1e-5).all()
    assert torch.equal(data.labels, (cosines > 0).long())


def test_rules_of_set_c():
    data = generate('C', **SMALL, seed=3)
    v, t, z = recovered(data, 'C', 3)
    easy = data.labels == 0
    torch.testing.assert_close(v[easy], t[easy], atol=1e-5, rtol=0)
    assert (v[easy] @ z > 0.3 - 1e-5).all()
    for vectors in (v[~easy], t[~easy]):
        assert (vectors @ z <= 0.3 + 1e-5).all()
    cosines = (v * t).sum(dim=1)[~easy]
    assert (cosines.abs() > 0.3 - 1e-5).all()
    assert torch.equal(data.labels[~easy], torch.where(cosines > 0, 1, 2))


@pytest.mark.parametrize('name', ['A', 'B', 'C'])
def test_same_set_whatever_the_chunk_is(name):
    whole, pieces = generate(name, **SMALL), generate(name, **SMALL, chunk=7)
    assert torch.equal(whole.labels, pieces.labels)
    for m in whole.inputs:
        assert torch.equal(whole.inputs[m], pieces.inputs[m])


def test_seeds_make_different_sets():
    first, other = generate('B', **SMALL, seed=0), generate('B', **SMALL, seed=1)
    assert not torch.equal(first.inputs['first'], other.inputs['first'])


def test_more_samples_begin_with_the_same():
    few = generate('B', **SMALL)
    many = generate('B', **{**SMALL, 'num_samples': 500})
    assert torch.equal(few.labels, many.labels[:300])


def test_split_is_random_and_complete():
    data = generate('C', **SMALL)
    train, test = split(data, seed=1)
    assert (len(train), len(test)) == (240, 60)
    rows = torch.cat([train.inputs['first'], test.inputs['first']])
    assert not torch.equal(rows, data.inputs['first'])
    torch.testing.assert_close(
        rows.sort(dim=0).values, data.inputs['first'].sort(dim=0).values
    )
    # Inputs and labels stay together.
    where = {
        tuple(x.tolist()): y
        for x, y in zip(data.inputs['second'], data.labels, strict=True)
    }
    for x, y in zip(test.inputs['second'], test.labels, strict=True):
        assert where[tuple(x.tolist())] == y
    assert not torch.equal(split(data, seed=2)[1].labels, test.labels)


def test_split_without_a_class():
    labels = torch.tensor([0] * 19 + [1])
    data = SyntheticSet(dict(first=torch.zeros(20, 1)), labels, 2)
    with pytest.raises(ValueError, match=r'1 of the 2 classes.*--num-samples'):
        split(data)


def test_unknown_letter():
    with pytest.raises(ValueError, match="no set 'D'"):
        generate('D')
