"""Probes on samples that are decoded once, during training."""

from collections import Counter

import pytest
import torch
from mmengine.config import Config
from tinyblend import Points, loader, model, plain
from tinymodels import same
from tworanks import on_two_ranks

from mm_laziness.engine.hooks.laziness_probe import LazinessProbe
from mm_laziness.engine.hooks.laziness_samples import stratified_subset
from mm_laziness.evaluation.functional import linear_probe
from mm_laziness.utils.probing.features import evaluation_dataloader, extract_features

TRAIN, VAL = [*range(0, 20)], [*range(20, 30)]
decoded = []


def counted(info):
    decoded.append(info['index'])
    # What a pipeline draws must not come out of the training's stream.
    torch.rand(())
    return plain(info)


def cfg(num_workers=0):
    train = loader(counted, num_workers=num_workers)
    val = loader(counted, batch_size=4, shuffle=False, num_workers=num_workers)
    train['dataset']['indices'], val['dataset']['indices'] = TRAIN, VAL
    return Config(dict(train_dataloader=train, val_dataloader=val))


def trained():
    """In training mode, but for a part, and with scores that differ."""
    net = model()
    net.train()
    net.encoders['audio'].eval()
    return net


def test_a_probe_is_that_of_the_extracted_features(tmp_path):
    net, whole = trained(), cfg()
    decoded.clear()
    probe = LazinessProbe(whole, tmp_path / 'kept', samples=99, seed=0)
    assert Counter(decoded) == Counter([*TRAIN, *VAL])
    found = probe(net)
    decoded.clear()
    train, val = (
        extract_features(net, evaluation_dataloader(whole, split))
        for split in ('train', 'val')
    )
    assert len(decoded) == 30
    for name, top1 in found.items():
        given = train['feats'][name], train['labels'], val['feats'][name]
        expected = linear_probe(*given, val['labels'], num_classes=3)['top1']
        assert top1 == pytest.approx(100 * expected)
    assert list(found) == ['rgb', 'audio'] and min(found.values()) > 33
    # It follows the model, and decodes nothing again.
    with torch.no_grad():
        for parameter in net.encoders['rgb'].parameters():
            parameter.zero_()
    again = probe(net)
    assert again['rgb'] < found['rgb'] and again['audio'] == found['audio']
    assert len(decoded) == 30
    probe.remove()
    assert not (tmp_path / 'kept').exists()


@pytest.mark.parametrize('num_workers', [0, 2])
def test_training_does_not_notice(tmp_path, num_workers):
    net = trained()
    modes = {key: module.training for key, module in net.named_modules()}
    assert modes['encoders.rgb'] and not modes['encoders.audio']
    before = {key: value.clone() for key, value in net.state_dict().items()}
    state = torch.get_rng_state()
    LazinessProbe(cfg(num_workers), tmp_path, samples=6, seed=0)(net)
    assert torch.equal(torch.get_rng_state(), state)
    assert {key: module.training for key, module in net.named_modules()} == modes
    assert same(net.state_dict(), before)


def test_files_of_a_killed_run_are_replaced(tmp_path):
    folder = tmp_path / 'kept'
    (folder / 'train_rank0').mkdir(parents=True)
    (folder / 'train_rank0' / '0.pt').write_text('half')
    probe = LazinessProbe(cfg(), folder, samples=6, seed=0)
    counts = Counter(probe.parts['train'].labels.tolist())
    assert counts == {0: 2, 1: 2, 2: 2}
    assert probe(trained()).keys() == {'rgb', 'audio'}
    kept = [*folder.glob('*/*.pt')]
    assert len(kept) == 4
    # Whatever ends the run.
    del probe
    assert not [*folder.glob('*/*')]


def _rank(rank, folder):
    probe = LazinessProbe(cfg(), folder, samples=7, seed=0)
    return probe(trained()), [len(part.own) for part in probe.parts.values()]


def test_two_ranks_probe_what_one_does(tmp_path):
    (first, own), (second, other) = on_two_ranks(_rank, tmp_path / 'two')
    one, _ = _rank(0, tmp_path / 'one')
    assert first == second == one
    assert (own, other) == ([4, 4], [3, 3])


@pytest.mark.parametrize('error', [OSError(28, 'No space left'), RuntimeError('zip')])
def test_a_full_disk(tmp_path, monkeypatch, error):
    def full(value, path):
        path.write_text('half')
        raise error

    monkeypatch.setattr('torch.save', full)
    with pytest.raises(ValueError, match='cannot be kept in .* probe_samples'):
        LazinessProbe(cfg(), tmp_path / 'kept', samples=6, seed=0)
    assert not [*(tmp_path / 'kept').glob('*/*')]


def test_several_labels(tmp_path, monkeypatch):
    monkeypatch.setattr(Points, 'get_data_info', lambda *_: dict(label=[0, 1]))
    with pytest.raises(ValueError, match=r'one label per sample, but found \[0, 1\]'):
        LazinessProbe(cfg(), tmp_path / 'kept', samples=6, seed=0)


def test_each_class_has_its_share():
    labels = [0] * 60 + [1] * 30 + [2] * 10
    chosen = stratified_subset(labels, 20, seed=0)
    assert chosen == sorted({*chosen}) and len(chosen) == 20
    assert Counter(labels[i] for i in chosen) == {0: 12, 1: 6, 2: 2}
    assert chosen == stratified_subset(labels, 20, seed=0)
    assert chosen != stratified_subset(labels, 20, seed=1)
    assert stratified_subset(labels, 100, seed=0) == [*range(100)]
    counts = Counter(labels[i] for i in stratified_subset(labels, 7, seed=3))
    assert counts.total() == 7 and all(
        abs(counts[c] - 7 * n / 100) < 1 for c, n in Counter(labels).items()
    )
