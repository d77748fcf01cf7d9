"""The errors of configs that cannot work, read by their texts."""

import copy
from pathlib import Path

import pytest
from mmengine.config import Config

from mm_laziness.utils.config_checks import (
    batch_size_warning,
    check_before_training,
    check_config,
)

CONFIGS = Path(__file__).parents[2] / 'configs'


@pytest.fixture
def cfg():
    return Config.fromfile(CONFIGS / 'joint_slim_avdigits.py')


def refusal(cfg, check=check_config):
    with pytest.raises(ValueError) as error:
        check(cfg)
    return str(error.value)


def change(cfg, dataset='train_dataloader', **settings):
    cfg[dataset].dataset.update(settings)


def test_the_repositorys_config_passes(cfg):
    check_config(cfg)
    check_before_training(cfg)


def test_configs_of_other_models_pass():
    check_config(Config(dict(model=dict(type='Recognizer3D', backbone=None))))
    check_config(Config(dict(train_dataloader=None)))


def test_modalities_of_model_and_data(cfg):
    change(cfg, 'val_dataloader', modalities=['rgb'])
    text = refusal(cfg)
    assert "the model takes ['rgb', 'audio'], but the data set loads ['rgb']" in text
    assert "set the top-level modalities = ['rgb', 'audio']" in text


def test_branches_stand_for_modalities_that_are_not_set(cfg):
    del cfg.train_dataloader.dataset['modalities']
    check_config(cfg)
    pipeline = cfg.train_dataloader.dataset.pipeline
    branching = next(step for step in pipeline if 'branches' in step)
    branching.branches['flow'] = branching.branches.pop('rgb')
    assert "loads ['audio', 'flow']" in refusal(cfg)
    pipeline.remove(branching)
    assert 'needs one PerModality transform, but has none' in refusal(cfg)


def test_preprocessors(cfg):
    del cfg.model.data_preprocessor.preprocessors['audio']
    text = refusal(cfg)
    assert "preprocessors lacks ['audio']: encoders are ['rgb', 'audio']" in text


def test_preprocessors_at_the_top_level(cfg):
    cfg.data_preprocessor = cfg.model.pop('data_preprocessor')
    check_config(cfg)
    cfg.data_preprocessor.preprocessors.audio.sample_rate = 8000
    assert '16000 Hz' in refusal(cfg)


def test_sample_rates(cfg):
    preprocessors = cfg.model.data_preprocessor.preprocessors
    preprocessors.audio.sample_rate = 22050
    text = refusal(cfg)
    assert 'audio: LoadAudioClips gives 16000 Hz' in text
    assert 'SpectrogramPreprocessor expects 22050 Hz' in text
    preprocessors.audio = dict(type='SpectrogramPreprocessor', preset='ogm_ge_cremad')
    assert 'expects 22050 Hz' in refusal(cfg)


def test_several_labels(cfg):
    change(cfg, multi_class=True)
    text = refusal(cfg)
    assert 'train.txt: multi_class=True' in text
    assert 'one label per sample' in text


def test_classes_of_head_and_data(cfg):
    change(cfg, num_classes=4)
    text = refusal(cfg)
    assert 'cls_head.num_classes is 10, but num_classes of the data set is 4' in text
    assert 'set the top-level num_classes' in text


@pytest.mark.parametrize('part', ['teachers', 'encoder_checkpoints'])
def test_missing_checkpoints_name_what_to_run(cfg, part, tmp_path):
    there = tmp_path / 'rgb.pth'
    there.touch()
    missing = tmp_path / 'audio_slim_avdigits/best.pth'
    cfg.model[part] = dict(rgb=str(there), audio=str(missing))
    with pytest.raises(FileNotFoundError) as error:
        check_before_training(cfg)
    assert f"{part}['audio']: checkpoint {missing} does not exist" in str(error.value)
    run = 'python tools/train.py configs/audio_slim_avdigits.py'
    assert run in str(error.value)
    cfg.model[part] = dict(rgb=str(there), audio='https://host/audio.pth')
    check_before_training(cfg)


def test_an_ensemble_is_not_trained():
    cfg = Config.fromfile(CONFIGS / 'ume_slim_avdigits.py')
    check_config(cfg)
    text = refusal(cfg, check_before_training)
    assert 'UME trains nothing' in text
    assert 'tools/test.py' in text


def test_frozen_encoders_come_from_somewhere(cfg, tmp_path):
    cfg.model.frozen_encoders = True
    text = refusal(cfg, check_before_training)
    assert "frozen_encoders=True without encoder_checkpoints of ['rgb', 'audio']" in (
        text
    )
    assert 'set model.encoder_checkpoints' in text
    loaded = copy.deepcopy(cfg)
    loaded.load_from = 'joint.pth'
    check_before_training(loaded)
    (tmp_path / 'rgb.pth').touch()
    cfg.model.encoder_checkpoints = dict(rgb=str(tmp_path / 'rgb.pth'))
    assert "of ['audio'] would train" in refusal(cfg, check_before_training)


@pytest.mark.parametrize(
    ('own', 'processes', 'accumulated', 'enabled', 'warned'),
    [
        (8, 8, 1, False, False),
        (8, 4, 2, False, False),
        (8, 1, 1, False, True),
        (8, 1, 1, True, False),
    ],
)
def test_rate_for_another_batch_size(own, processes, accumulated, enabled, warned):
    cfg = Config(
        dict(
            train_dataloader=dict(batch_size=own),
            optim_wrapper=dict(accumulative_counts=accumulated),
            auto_scale_lr=dict(enable=enabled, base_batch_size=64),
        )
    )
    warning = batch_size_warning(cfg, processes)
    assert bool(warning) is warned
    if warned:
        assert 'batches of 64' in warning and 'takes 8 samples' in warning


def test_without_a_base_batch_size_nothing_is_warned_of():
    assert batch_size_warning(Config(dict(train_dataloader=dict(batch_size=8))), 1) is (
        None
    )


def test_branches_of_a_sampler_are_its_own_error(cfg):
    # A slip of --cfg-options: the number of the step is wrong.
    step = cfg.train_dataloader.dataset.pipeline[1]
    step.branches = dict(rgb={'1': dict(scale=(8, 8))})
    check_config(cfg)
