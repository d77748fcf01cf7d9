"""The plan of a study; what it runs is tested with its tool."""

import json
from pathlib import Path

import pytest
from mmengine.config import Config

from mm_laziness.utils import study as study_module
from mm_laziness.utils.study import Study, summarize
from mm_laziness.utils.study_results import in_percent

CONFIGS = Path(__file__).parents[2] / 'configs'


@pytest.fixture
def plan(tmp_path):
    def make(*methods, seeds=(0,), **options):
        return Study('slim_avdigits', methods, seeds, tmp_path, CONFIGS, options)

    return make


def test_uni_modal_models_come_first_and_once(plan):
    assert plan('umt').methods == ['rgb', 'audio', 'umt']
    assert plan('joint', 'ume', 'audio', 'umt').methods == [
        *('joint', 'rgb', 'audio', 'ume', 'umt')
    ]


def test_teachers_are_those_of_the_study_and_seed(plan, tmp_path):
    study = plan('umt', 'mm_clf', 'ume', seeds=(0, 7))
    best = {m: str(tmp_path / m / 'seed7' / 'best.pth') for m in ('rgb', 'audio')}
    assert study.config('umt', 7).model.teachers == best
    assert study.config('mm_clf', 7).model.encoder_checkpoints == best
    for name, member in study.config('ume', 7).model.members.items():
        config = str(tmp_path / name / 'seed7' / 'config.py')
        assert member == dict(config=config, checkpoint=best[name])


def test_options_and_seed_reach_every_config(plan, tmp_path):
    options = {
        'num_classes': 3,
        'data_root': 'mine',
        'train_cfg.max_epochs': 2,
        'train_cfg.val_interval': 1,
        'train_cfg.val_begin': 5,
    }
    cfg = plan('umt', **options).config('umt', 7)
    assert cfg.model.cls_head.num_classes == 3
    assert cfg.train_dataloader.dataset.data_root == 'mine'
    assert cfg.randomness.seed == 7
    assert cfg.work_dir == str(tmp_path / 'umt' / 'seed7')
    # One validation, in the end.
    assert (cfg.train_cfg.val_begin, cfg.train_cfg.val_interval) == (1, 2)


def test_only_epochs_that_are_left_count(plan, tmp_path):
    study = plan('ume', 'umt', seeds=(0, 1))
    epochs = study.config('rgb', 0).train_cfg.max_epochs
    assert study.epochs() == 2 * 3 * epochs
    for method in ('rgb', 'ume'):
        cell = tmp_path / method / 'seed1'
        cell.mkdir(parents=True)
        (cell / 'result.json').write_text('{}')
    assert study.epochs() == 5 * epochs


def test_a_method_without_config(plan):
    with pytest.raises(FileNotFoundError) as error:
        plan('gblend')
    assert "method 'gblend' has no config" in str(error.value)
    assert 'joint_slim_avdigits.py' in str(error.value)


class Stopped(Exception):
    pass


@pytest.fixture
def built(monkeypatch):
    """Configs that a study has built runners of, each stopped there."""
    configs = []

    def build(cfg):
        configs.append(cfg)
        raise Stopped

    monkeypatch.setattr(study_module, 'build_runner', build)
    return configs


def test_a_run_goes_on_only_where_it_has_begun(plan, tmp_path, built):
    study = plan('joint', load_from='pretrained.pth')
    with pytest.raises(Stopped):
        study.run_cell('joint', 0)
    assert (built[0].resume, built[0].load_from) == (False, 'pretrained.pth')
    (tmp_path / 'joint' / 'seed0' / 'epoch_1.pth').touch()
    with pytest.raises(Stopped):
        study.run_cell('joint', 0)
    assert (built[1].resume, built[1].load_from) == (True, None)


def test_the_config_of_a_cell_is_kept_in_order_and_compared(plan, tmp_path, built):
    with pytest.raises(Stopped):
        plan('umt').run_cell('umt', 0)
    cell = tmp_path / 'umt' / 'seed0'
    kept = Config.fromfile(cell / 'config.py')
    assert list(kept.model.encoders) == ['rgb', 'audio']
    (cell / 'result.json').write_text(json.dumps(dict(top1=50.0)))
    assert plan('umt').run_cell('umt', 0) == dict(top1=50.0)
    with pytest.raises(ValueError) as error:
        plan('umt', data_root='other').run_cell('umt', 0)
    text = str(error.value)
    assert f'{cell} holds a run with other settings' in text
    assert "'data_root'" in text
    assert "'model" not in text
    assert 'another --work-dir, or remove that folder' in text


def test_percent_by_hand():
    metrics = {
        'acc/top1': 0.5,
        'acc/top5': 0.9,
        'acc/mean1': 0.4,
        'acc/rgb_top1': 0.25,
        'acc/average_prob_top1': 0.75,
    }
    assert in_percent(metrics) == dict(
        top1=50.0, unimodal_top1=dict(rgb=25.0), average_prob=75.0
    )


def test_summary_by_hand():
    cells = [
        dict(top1=50.0, probe_top1=dict(rgb=10.0, audio=20.0), seconds=1.0),
        dict(top1=60.0, probe_top1=dict(rgb=30.0, audio=20.0), seconds=2.0),
    ]
    assert summarize(dict(joint=cells)) == dict(
        joint=dict(
            top1=55.0,
            probe_top1=dict(rgb=20.0, audio=20.0),
            seconds=1.5,
            seeds=dict(
                top1=[50.0, 60.0],
                probe_top1=dict(rgb=[10.0, 30.0], audio=[20.0, 20.0]),
                seconds=[1.0, 2.0],
            ),
        )
    )
