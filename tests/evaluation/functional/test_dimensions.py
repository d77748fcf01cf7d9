"""The separation of dimensions: by hand, slowly, and against the official sets."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from mm_laziness.evaluation.functional import dimensions as module
from mm_laziness.evaluation.functional import separate_dimensions

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'dimml_get_indices.npz', allow_pickle=False
)


def golden(name):
    return torch.from_numpy(GOLDEN[name])


def alone(tensor):
    return None


def data(samples=60, classes=5, width=7, seed=0):
    generator = torch.Generator().manual_seed(seed)
    feats = torch.randn(samples, width, generator=generator)
    labels = torch.randint(classes, (samples,), generator=generator)
    return feats, labels


def slowly(feats, labels, classes):
    """One dimension, one sample, one class after the other."""
    hits = []
    for column in feats.T:
        means = [column[labels == k].double().mean().float() for k in range(classes)]
        hit = 0
        for value, label in zip(column, labels.tolist(), strict=True):
            distances = [abs(value - mean) for mean in means]
            hit += distances.index(min(distances)) == label
        hits.append(hit)
    mean = sum(hits) / len(hits)
    return [d for d, hit in enumerate(hits) if hit > mean]


def test_value_by_hand():
    # Class means of the columns: 0 and 10; 5 and 5; 1 and 0.
    feats = torch.tensor([[0.0, 4, 0], [0, 6, 2], [10, 4, 0], [10, 6, 0]])
    labels = torch.tensor([0, 0, 1, 1])
    # Hits: all 4; the first class of two equal ones, 2; 2 is nearer to 1 and the
    # zeros to 0, so 3. Their mean is 3, and only more than that is effective.
    found = separate_dimensions(dict(audio=feats), labels, 2)
    assert found['audio'].tolist() == [0]
    assert found['audio'].dtype == torch.int64


@pytest.mark.parametrize('name', ['a', 'v'])
def test_official_sets(name):
    feats, labels = golden(f'feat_{name}'), golden('labels')
    classes = int(GOLDEN['n_classes'])
    counts = module.class_counts(labels, classes, alone)
    centroids = module.class_centroids(feats, labels, counts, alone)
    expected = golden(f'centroid_{name}')
    torch.testing.assert_close(centroids, expected, rtol=1e-4, atol=1e-6)
    hits = module.nearest_centroid_hits(feats, labels, centroids, counts)
    accuracy = hits / len(labels)
    torch.testing.assert_close(accuracy, golden(f'dim_accuracy_{name}'))
    both = {m: golden(f'feat_{m}') for m in 'av'}
    found = separate_dimensions(both, labels, classes)
    assert torch.equal(found[name], golden(f'effective_dims_{name}'))


def test_official_only_sets_are_differences():
    both = {m: golden(f'feat_{m}') for m in 'av'}
    found = separate_dimensions(both, golden('labels'), int(GOLDEN['n_classes']))
    a, v = (set(found[m].tolist()) for m in 'av')
    assert sorted(a - v) == GOLDEN['audio_only_indices'].tolist()
    assert sorted(v - a) == GOLDEN['visual_only_indices'].tolist()


@pytest.mark.parametrize('seed', range(3))
def test_slow_reference_with_three_modalities_of_their_own_widths(seed):
    _, labels = data(seed=seed)
    feats = {
        name: data(width=width, seed=seed + 10 * width)[0].round(decimals=1)
        for name, width in (('front', 7), ('side', 9), ('sound', 4))
    }
    for name, values in feats.items():
        feats[name] = values + 0.3 * labels.unsqueeze(1) * torch.rand(values.shape[1])
    found = separate_dimensions(feats, labels, 5)
    assert list(found) == ['front', 'side', 'sound']
    for name in feats:
        assert found[name].tolist() == slowly(feats[name], labels, 5)


def test_rows_at_once_do_not_matter():
    feats, labels = data()
    counts = module.class_counts(labels, 5, alone)
    centroids = module.class_centroids(feats, labels, counts, alone)
    hits = [
        module.nearest_centroid_hits(feats, labels, centroids, counts, rows)
        for rows in (1, 7, 60, 1000, None)
    ]
    assert hits[0].sum() > 0
    assert all(torch.equal(hits[0], other) for other in hits)


def test_many_classes_and_few_dimensions_take_no_more_memory(monkeypatch):
    sizes, one_hot = [], module.F.one_hot

    def seen(*args):
        sizes.append(one_hot(*args).numel())
        return one_hot(*args)

    monkeypatch.setattr(module.F, 'one_hot', seen)
    labels = torch.arange(3000) % 300
    feats = labels.unsqueeze(1).float()
    centroids = module.class_centroids(
        feats, labels, module.class_counts(labels, 300, alone), alone
    )
    assert torch.equal(centroids, torch.arange(300.0).unsqueeze(1))
    assert sum(sizes) == 3000 * 300 and max(sizes) <= module._CHUNK_CPU


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions(dtype):
    feats, labels = data(width=40)
    feats = feats.to(dtype)
    found = separate_dimensions(dict(a=feats), labels, 5)['a']
    wide = separate_dimensions(dict(a=feats.float()), labels, 5)['a']
    assert torch.equal(found, wide)


def test_dead_dimension_scores_the_first_class():
    feats, labels = data(width=3)
    feats[:, 1] = 0.1
    counts = module.class_counts(labels, 5, alone)
    centroids = module.class_centroids(feats, labels, counts, alone)
    hits = module.nearest_centroid_hits(feats, labels, centroids, counts)
    assert hits[1] == (labels == 0).sum()


def test_equal_dimensions_are_not_above_their_mean():
    feats = torch.tensor([[0.0], [1.0], [2.0]]).repeat(1, 4)
    found = separate_dimensions(dict(a=feats), torch.tensor([0, 1, 2]), 3)
    assert found['a'].tolist() == []


def test_one_sample():
    with pytest.warns(UserWarning, match='2 of 3 classes have no sample'):
        found = separate_dimensions(dict(a=torch.ones(1, 4)), torch.tensor([1]), 3)
    assert found['a'].tolist() == []


def test_class_without_samples_is_left_out():
    feats, labels = data(classes=4)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        expected = separate_dimensions(dict(a=feats), labels, 4)
    # Classes 0..3 become 0, 2, 3, 4, so that nobody has class 1.
    renamed = torch.where(labels > 0, labels + 1, labels)
    with pytest.warns(UserWarning, match=r'1 of 5 classes .* left out .*: \[1\]'):
        found = separate_dimensions(dict(a=feats), renamed, 5)
    assert torch.equal(found['a'], expected['a'])


@pytest.mark.parametrize(
    'feats, labels, message',
    [
        (torch.ones(3, 4), [0, 1, 3], r'1 labels are outside of \[0, 3\).*num_classes'),
        (torch.ones(3, 4), [0, 1, -1], r'1 labels are outside of \[0, 3\)'),
        (torch.ones(3, 4), [0, 1], r"'a' must have .* but got \(3, 4\) and \(2,\)"),
        (torch.ones(3), [0, 1, 2], r'got \(3,\) and \(3,\)'),
        (torch.ones(3, 0), [0, 1, 2], r'got \(3, 0\)'),
        (torch.ones(0, 4), [], 'without any sample'),
        (torch.full((3, 4), float('inf')), [0, 1, 2], "'a' are not finite"),
        (torch.full((3, 4), float('nan')), [0, 1, 2], "'a' are not finite"),
    ],
)
def test_bad_input(feats, labels, message):
    with pytest.raises(ValueError, match=message):
        separate_dimensions(dict(a=feats), torch.tensor(labels).long(), 3)
