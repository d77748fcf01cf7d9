import pytest
from mmengine.model import BaseModel
from tinyblend import checkpoint, loader, model, plain, settings, train
from torch import nn

PLAIN = dict(type='EpochBasedTrainLoop', max_epochs=4)


def refused(toy, tmp_path, **kwargs):
    runner = toy.runner(work_dir=str(tmp_path), **settings(**kwargs))
    with pytest.raises(ValueError) as error:
        # Built before the first hook, weight or batch.
        runner.build_train_loop(runner._train_loop)
    return str(error.value)


@pytest.mark.parametrize('super_epoch', [0, -1, 5, 1.5, 2.0])
def test_super_epoch_out_of_range(toy, tmp_path, super_epoch):
    message = refused(toy, tmp_path, train_cfg=dict(super_epoch=super_epoch))
    assert 'from 1 to max_epochs = 4, or None for offline' in message
    assert message.endswith(f'got {super_epoch}')


@pytest.mark.parametrize('unimodal', [None, dict(audio=1.0)])
def test_a_modality_without_classifier(toy, tmp_path, unimodal):
    message = refused(toy, tmp_path, model=model(unimodal=unimodal))
    assert "'rgb'" in message and ("'audio'" in message) == (unimodal is None)
    assert 'set model.cls_head.unimodal_loss_weights=1.0' in message


def test_a_single_modality(toy, tmp_path):
    message = refused(toy, tmp_path, model=model(names=['audio']))
    assert "has only ['audio']" in message and 'EpochBasedTrainLoop' in message


def test_a_head_without_a_fused_loss(toy, tmp_path):
    network = model()
    del network.cls_head.fused_loss_weight
    message = refused(toy, tmp_path, model=network)
    assert 'cls_head is LinearFusionHead' in message

    class Headless(BaseModel):
        def forward(self, inputs):
            return inputs

    assert 'cls_head is NoneType' in refused(toy, tmp_path, model=Headless())


def test_a_distillation_loss(toy, tmp_path):
    network = model()
    network.loss_distill = nn.MSELoss()
    message = refused(toy, tmp_path, model=network)
    assert 'adds a distillation loss' in message
    assert 'use LateFusionRecognizer' in message


def test_no_loader_with_a_test_pipeline(toy, tmp_path):
    nothing = dict(test_dataloader=None, test_cfg=None, test_evaluator=None)
    assert 'set val_dataloader' in refused(toy, tmp_path, **nothing)


def test_holdout_and_rare_classes(toy, tmp_path):
    message = refused(toy, tmp_path, train_cfg=dict(holdout=1))
    assert 'holdout must be a share between 0 and 1' in message
    few = loader(plain, size=7)
    assert '(label: samples)' in refused(toy, tmp_path, train_dataloader=few)


@pytest.mark.parametrize(
    'before, now',
    [
        ({}, dict(super_epoch=2)),
        (dict(super_epoch=2), dict(super_epoch=1)),
        ({}, dict(holdout=0.4)),
        ({}, dict(holdout_seed=1)),
    ],
)
def test_resuming_with_other_settings(toy, tmp_path, before, now):
    train(toy, tmp_path, train_cfg=before, stop_after=2)
    with pytest.raises(ValueError, match='was trained with .* set train_cfg as before'):
        train(toy, tmp_path, train_cfg=now, resume=True)
    assert not (tmp_path / 'epoch_3.pth').exists()


def test_resuming_a_run_without_blending(toy, tmp_path):
    train(toy, tmp_path, train_cfg=PLAIN | dict(max_epochs=1), stop_after=1)
    runner_info = checkpoint(tmp_path, 1)['message_hub']['runtime_info']
    assert 'gradient_blending' not in runner_info
    with pytest.raises(
        ValueError, match='trained 1 epochs without G-Blending.*load_from'
    ):
        train(toy, tmp_path, resume=True)
