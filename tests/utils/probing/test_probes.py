import pytest
import torch
from mmengine.config import Config

from mm_laziness.evaluation.functional import linear_probe, paired_bootstrap
from mm_laziness.utils.probing.probes import probe_checkpoint, probe_features

LABELS = torch.arange(40) % 4


def splits(**feats):
    return {s: dict(feats=feats, labels=LABELS) for s in ('train', 'val')}


def knows(*classes):
    """Features that tell these classes from each other and from the rest."""
    columns = [(k == LABELS).float() for k in classes]
    return torch.stack([*columns, torch.ones(40)], dim=1)


def test_accuracies_by_hand():
    found = splits(front=knows(0, 1, 2), rear=knows(0))
    probes = probe_features(found, {}, {})
    assert (probes['num_train'], probes['num_val']) == (40, 40)
    front, rear = probes['encoders']['front'], probes['encoders']['rear']
    assert front == dict(
        top1=100.0, top5=100.0, mean1=100.0, top1_interval=[100.0, 100.0]
    )
    # Class 0 and one of the three that look the same.
    assert (rear['top1'], rear['mean1'], rear['top5']) == (50.0, 50.0, 100.0)
    low, high = rear['top1_interval']
    assert 30 < low < 40 and 60 < high < 70


def test_the_difference_is_that_of_the_same_test_samples():
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(40, 3, generator=generator)
    found, alone = splits(front=noise, rear=noise), splits(front=knows(0, 1, 2))
    probes = probe_features(found, alone, dict(front='alone.pth'), seed=3)
    front, rear = probes['encoders']['front'], probes['encoders']['rear']
    assert 'reference' not in rear
    reference = front['reference']
    assert reference['checkpoint'] == 'alone.pth'
    assert reference['top1'] == 100.0
    probe = linear_probe(noise, LABELS, noise, LABELS, seed=3)
    right = probe['scores'].argmax(dim=1) == LABELS
    gap = paired_bootstrap(right, torch.ones(40, dtype=torch.bool), seed=3)
    assert reference['difference'] == pytest.approx(100 * gap['difference'])
    assert reference['difference'] == pytest.approx(front['top1'] - 100.0, abs=1e-3)
    low, high = reference['difference_interval']
    assert low == pytest.approx(100 * gap['low']) and low < reference['difference']
    assert high == pytest.approx(100 * gap['high']) and high < 0
    assert reference['p_value'] == gap['p_value'] < 0.01


def test_checkpoints_that_do_not_belong_to_the_config():
    ensemble = Config(dict(model=dict(type='UMERecognizer', members={})))
    with pytest.raises(ValueError, match='is an ensemble.*leave out a.pth'):
        probe_checkpoint(ensemble, 'a.pth')
    joint = Config(dict(model=dict(encoders=dict(front={}, rear={}))))
    with pytest.raises(ValueError, match='a checkpoint is needed'):
        probe_checkpoint(joint, None)
    with pytest.raises(ValueError, match=r"for \['flow'\], but the encoders are"):
        probe_checkpoint(joint, 'a.pth', dict(flow='b.pth'))
