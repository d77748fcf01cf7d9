"""A watched step waits for the device no more than one that is not."""

import pytest
from engine.test_no_host_sync import watched
from tinydimml import Views
from tinydimml import model as di_mml
from tinymodels import save
from tinymodulation import build

from mm_laziness.engine import LazinessMonitorHook, OGMGEHook


@pytest.mark.parametrize(
    'head', ['LinearFusionHead', 'MLPFusionHead', 'AttentionFusionHead']
)
def test_joint_training(toy, head):
    hooks = LazinessMonitorHook(), OGMGEHook(alpha=0.5)
    assert watched(toy, build(head=head), *hooks) == 2


def test_distillation(toy, tmp_path):
    path = save(tmp_path / 'joint.pth', build().state_dict())
    umt = build(type='UMTRecognizer', teachers=dict(rgb=path, audio=path))
    labels = build(type='LabelDistillationRecognizer', teacher=path)
    for model in (umt, labels, build(frozen_encoders=True)):
        assert watched(toy, model, LazinessMonitorHook()) == 2


def test_di_mml(toy):
    assert watched(toy, di_mml(), LazinessMonitorHook(), dataset=Views()) == 4
