"""Methods that do not go together, by the reasons in docs/methods.md."""

import pytest
import tinydimml
from tinyblend import model, settings

from mm_laziness.engine import OGMGEHook
from mm_laziness.models import LabelDistillationRecognizer, UMTRecognizer


def test_modulation_without_a_joint_loss(toy, tmp_path):
    with pytest.raises(
        ValueError, match=r'head DIMMLHead has no split_scores\(\); use'
    ):
        tinydimml.run(toy, tmp_path, method=[OGMGEHook(alpha=0.3)])


def test_soft_labels_without_a_joint_loss():
    network = tinydimml.model()
    head = dict(type='DIMMLHead', num_classes=3)
    head['in_channels'] = network.cls_head.in_channels
    with pytest.raises(
        ValueError, match=r'head DIMMLHead has no losses\(\); use Linear'
    ):
        LabelDistillationRecognizer(network.encoder_cfgs, head, 'joint.pth')


def refused_blending(toy, tmp_path, network):
    runner = toy.runner(work_dir=str(tmp_path), **settings(model=network))
    with pytest.raises(ValueError) as error:
        runner.build_train_loop(runner._train_loop)
    return str(error.value)


def test_blending_of_classifiers_without_a_joint_one(toy, tmp_path):
    text = refused_blending(toy, tmp_path, tinydimml.model())
    assert 'losses of a fusion head' in text and 'cls_head is DIMMLHead' in text


def test_blending_with_teachers(toy, tmp_path):
    encoders, head = model().encoder_cfgs, dict(unimodal_loss_weights=1.0)
    head.update(type='LinearFusionHead', num_classes=3)
    widths = model().cls_head.in_channels
    teachers = dict.fromkeys(encoders, 'a.pth')
    network = UMTRecognizer(encoders, dict(head, in_channels=widths), teachers)
    text = refused_blending(toy, tmp_path, network)
    assert 'UMTRecognizer adds a distillation loss' in text
