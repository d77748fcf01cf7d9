"""Frozen encoders and encoders that start from checkpoints."""

import pytest
import torch
from tinymodels import (
    PICTURES,
    batch,
    build,
    initialize,
    same,
    save,
    snapshot,
    stacked,
    train,
)

from mm_laziness.models.utils import load_state


def encoder_of(path, name):
    prefix = f'encoders.{name}.'
    state = load_state(path).items()
    return {k.removeprefix(prefix): v for k, v in state if k.startswith(prefix)}


def test_training_changes_the_head_only():
    model = initialize(build(frozen_encoders=True))
    encoders, head = snapshot(model.encoders), snapshot(model.cls_head)
    train(model, steps=2)
    # BatchNorm statistics are part of the state.
    assert any('running_mean' in key for key in encoders)
    assert same(encoders, model.encoders.state_dict())
    assert not same(head, model.cls_head.state_dict())
    assert not any(module.training for module in model.encoders.modules())
    assert model.cls_head.training and model.training
    assert all(p.grad is None for p in model.encoders.parameters())


def test_frozen_from_the_start():
    model = build(frozen_encoders=True)
    assert not any(module.training for module in model.encoders['rgb'].modules())
    assert not any(p.requires_grad for p in model.encoders.parameters())
    assert all(p.requires_grad for p in model.cls_head.parameters())
    inputs = {name: views.requires_grad_() for name, views in stacked(batch()).items()}
    assert not model.extract_feat(inputs)['audio'].requires_grad


def test_unfrozen_encoders_change():
    model = initialize(build())
    before = snapshot(model.encoders)
    train(model)
    changed = {
        k for k, v in model.encoders.state_dict().items() if (v != before[k]).any()
    }
    assert changed == set(before)


@pytest.mark.parametrize('frozen', [False, True])
def test_checkpoints_are_loaded_after_initialization(teachers, frozen):
    model = build(frozen_encoders=frozen, encoder_checkpoints=teachers)
    model.init_weights()
    for name, path in teachers.items():
        assert same(snapshot(model.encoders[name]), encoder_of(path, name))
    assert model.cls_head.fc_cls.weight.std() < 0.02


def test_some_encoders_start_from_checkpoints(teachers):
    model = build(encoder_checkpoints=dict(audio=teachers['audio']))
    model.init_weights()
    loaded = encoder_of(teachers['audio'], 'audio')
    assert same(snapshot(model.encoders['audio']), loaded)
    assert not same(snapshot(model.encoders['rgb']), encoder_of(teachers['rgb'], 'rgb'))


def test_testing_needs_no_files():
    path = 'work_dirs/rgb_r18_ucf101/best.pth'
    model = build(frozen_encoders=True, encoder_checkpoints=dict(rgb=path))
    with pytest.raises(FileNotFoundError) as error:
        model.init_weights()
    for part in ("encoder_checkpoints['rgb']", path, 'configs/rgb_r18_ucf101.py'):
        assert part in str(error.value)


def test_checkpoint_of_another_architecture(tmp_path):
    other = build(dict(rgb=dict(PICTURES, base_channels=8)), dict(rgb=8))
    path = save(tmp_path / 'other.pth', other.state_dict())
    model = build(encoder_checkpoints=dict(rgb=path))
    with pytest.raises(ValueError, match="does not fit the encoder of 'rgb'"):
        model.init_weights()


def test_trained_head_classifies_the_features_of_the_checkpoints(teachers):
    """MM Clf: training the head equals a linear layer on stored features."""
    model = build(frozen_encoders=True, encoder_checkpoints=teachers)
    initialize(model)
    reference = torch.nn.Linear(8, 3)
    reference.load_state_dict(model.cls_head.fc_cls.state_dict())
    optimizer = torch.optim.SGD(reference.parameters(), lr=0.1)
    with torch.no_grad():
        feats = [model.extract_feat(stacked(batch(4, seed=step))) for step in range(3)]
    labels = torch.tensor([0, 1, 2, 0])
    for step in feats:
        optimizer.zero_grad()
        scores = reference(torch.cat([step['rgb'], step['audio']], dim=1))
        torch.nn.functional.cross_entropy(scores, labels).backward()
        optimizer.step()
    train(model, steps=3)
    torch.testing.assert_close(model.cls_head.fc_cls.weight, reference.weight)
