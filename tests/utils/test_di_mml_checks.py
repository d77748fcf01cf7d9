"""What a training of DI-MML cannot do without, by the texts of the errors."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mm_laziness.engine import DIMMLHook
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_checks import check_before_training

CONFIGS = Path(__file__).parents[2] / 'configs'


def read(name):
    return resolve_config(Config.fromfile(CONFIGS / f'{name}_slim_avdigits.py'))


def refusal(cfg):
    with pytest.raises(ValueError) as error:
        check_before_training(cfg)
    return str(error.value)


@pytest.fixture
def stage2(tmp_path):
    cfg = read('di_mml_stage2')
    path = tmp_path / 'best.pth'
    path.touch()
    cfg.model.encoder_checkpoints = dict(rgb=str(path), audio=str(path))
    cfg.model.cls_head.stage1_checkpoint = str(path)
    return cfg


def test_the_repositorys_configs_pass(stage2):
    check_before_training(read('di_mml'))
    check_before_training(stage2)


def test_stage_2_names_what_to_run_first():
    with pytest.raises(FileNotFoundError, match='train.py configs/di_mml_slim_avdigit'):
        check_before_training(read('di_mml_stage2'))


def test_stage_2_starts_from_stage_1(stage2):
    del stage2.model['encoder_checkpoints']
    assert 'set model.encoder_checkpoints' in refusal(stage2)
    del stage2.model.cls_head['stage1_checkpoint']
    stage2.model.frozen_encoders = False
    assert refusal(stage2).endswith(
        'set model.frozen_encoders=True, model.encoder_checkpoints, '
        'cls_head.stage1_checkpoint'
    )


def test_stage_1_trains_its_encoders():
    cfg = read('di_mml')
    cfg.model.frozen_encoders = True
    assert 'trains the encoders, but frozen_encoders=True' in refusal(cfg)


@pytest.mark.parametrize('kind', ['UMTRecognizer', 'LabelDistillationRecognizer'])
def test_no_teachers(kind, stage2):
    for cfg in (read('di_mml'), stage2):
        cfg.model.type = kind
        assert "set model.type='LateFusionRecognizer' without teachers" in refusal(cfg)


@pytest.mark.parametrize('hooks', [None, [], [dict(type='EMAHook')]])
def test_stage_1_needs_its_hook(hooks):
    cfg = read('di_mml')
    cfg.custom_hooks = hooks
    assert "set custom_hooks=[dict(type='DIMMLHook'" in refusal(cfg)


def test_the_hook_may_stand_anywhere():
    cfg = read('di_mml')
    cfg.custom_hooks = [DIMMLHook(3)]
    check_before_training(cfg)
    cfg.custom_hooks = []
    cfg.default_hooks['interaction'] = dict(type='mmaction.DIMMLHook')
    check_before_training(cfg)


def test_a_users_classes_reach_the_head():
    cfg = Config.fromfile(CONFIGS / 'di_mml_slim_avdigits.py')
    cfg.num_classes = 4
    head = resolve_config(cfg).model.cls_head
    assert head.num_classes == 4
    assert head.type == 'DIMMLHead' and head.in_channels == dict(rgb=64, audio=64)
