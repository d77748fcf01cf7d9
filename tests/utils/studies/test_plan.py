"""The plan of a study: which methods, in which order, with which configs."""

import pickle
import sys
from pathlib import Path

import pytest

from mm_laziness.utils.studies.plan import StudyPlan, all_methods
from mm_laziness.utils.studies.variants import parse_variants

CONFIGS = Path(__file__).parents[3] / 'configs'
WEIGHT = 'model.loss_distill.loss_weight'


@pytest.fixture
def plan(tmp_path):
    def make(*methods, seeds=(0,), variants=(), **options):
        return StudyPlan(
            'slim_avdigits', methods, seeds, tmp_path, CONFIGS, options, variants
        )

    return make


def test_uni_modal_models_come_first_and_once(plan):
    assert plan('umt').methods == ['rgb', 'audio', 'umt']
    assert plan('joint', 'ume', 'audio', 'umt').methods == [
        *('joint', 'rgb', 'audio', 'ume', 'umt')
    ]


def test_what_teachers_start_from_comes_before_them(plan):
    assert plan('kd_mm_clf').methods == [
        *('rgb', 'kd_rgb', 'audio', 'kd_audio', 'kd_mm_clf')
    ]
    assert plan('self_distill_features').methods == ['joint', 'self_distill_features']
    assert plan('self_distill_labels').methods == ['joint', 'self_distill_labels']


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


def test_single_teachers_are_those_of_the_study(plan, tmp_path):
    study = plan('self_distill_labels', 'kd_rgb', 'self_distill_features')
    best = {m: str(tmp_path / m / 'seed3' / 'best.pth') for m in ('rgb', 'joint')}
    assert study.config('self_distill_labels', 3).model.teacher == best['joint']
    assert study.config('kd_rgb', 3).model.teacher == best['rgb']
    both = study.config('self_distill_features', 3).model.teachers
    assert both == dict(rgb=best['joint'], audio=best['joint'])


def test_variants_follow_and_keep_their_teachers(plan, tmp_path):
    study = plan('joint', variants=parse_variants('umt', f'{WEIGHT}=0,10'))
    assert study.methods == [
        *('joint', 'rgb', 'audio', 'umt loss_weight=0', 'umt loss_weight=10')
    ]
    cfg = study.config('umt loss_weight=10', 7)
    assert cfg.model.loss_distill.loss_weight == 10
    assert cfg.model.teachers.rgb == str(tmp_path / 'rgb' / 'seed7' / 'best.pth')
    assert cfg.work_dir == str(tmp_path / 'umt.loss_weight=10' / 'seed7')
    assert study.trains_encoders('umt loss_weight=10')


def test_nothing_starts_from_a_variant(plan):
    variants = parse_variants('rgb', 'optim_wrapper.optimizer.lr=0.1')
    study = plan('umt', variants=variants)
    assert study.methods == ['rgb', 'audio', 'umt', 'rgb lr=0.1']
    assert 'lr=0.1' not in study.config('umt', 0).model.teachers.rgb


def test_bad_variants(plan):
    with pytest.raises(ValueError) as error:
        plan('joint', variants=parse_variants('umt', 'model.loss_distill.weight=1,2'))
    text = str(error.value)
    assert "--vary umt model.loss_distill.weight: the config has no 'weight'" in text
    assert "only ['type', 'loss_weight']" in text
    with pytest.raises(FileNotFoundError, match="method 'unknown' has no config"):
        plan(variants=parse_variants('unknown', f'{WEIGHT}=1'))
    with pytest.raises(ValueError, match=r"\['umt.loss_weight=1'\] twice"):
        plan(variants=parse_variants('umt', f'{WEIGHT}=1,1'))


def test_every_config_of_the_demo_fits_into_one_study(plan, tmp_path):
    study = plan(*all_methods('slim_avdigits', CONFIGS))
    for method in study.methods:
        model = str(study.config(method, 0).model)
        # No run outside of the study is used.
        assert 'work_dirs' not in model.replace(str(tmp_path), '')
        for teacher in study.teachers(method):
            assert study.methods.index(teacher) < study.methods.index(method)
            assert str(study.cell_folder(teacher, 0)) in model


def test_all_that_is_trained_before(plan):
    study = plan('kd_mm_clf', 'self_distill_labels', 'ume')
    assert study.lineage('rgb') == []
    assert study.lineage('ume') == ['rgb', 'audio']
    assert study.lineage('kd_mm_clf') == ['rgb', 'kd_rgb', 'audio', 'kd_audio']
    assert study.lineage('self_distill_labels') == ['joint']


def test_uni_modal_methods_are_the_first_of_their_modality(plan):
    variants = parse_variants('audio', 'optim_wrapper.optimizer.lr=0.1')
    study = plan('joint', 'kd_rgb', variants=variants)
    assert study.methods == ['joint', 'rgb', 'kd_rgb', 'audio lr=0.1']
    assert study.unimodal_methods() == dict(rgb='rgb')
    assert study.modalities('joint') == study.modalities('ume') == ['rgb', 'audio']


def test_a_config_is_read_once_and_not_changed_by_its_users(plan):
    study = plan('umt')
    study._read('umt').model.teachers.rgb = 'changed'
    assert study.config('umt', 0).model.teachers.rgb.endswith('rgb/seed0/best.pth')


def test_methods_that_start_from_each_other(tmp_path):
    for method, other in (('a', 'b'), ('b', 'a')):
        text = f"model = dict(teacher='work_dirs/{other}_mine/best.pth')\n"
        (tmp_path / f'{method}_mine.py').write_text(text)
    with pytest.raises(ValueError, match='start from each other: a <- b <- a'):
        StudyPlan('mine', ['a'], [0], tmp_path, tmp_path)


def test_a_file_that_is_no_method(tmp_path):
    (tmp_path / 'paths_mine.py').write_text("root = 'data'\n")
    with pytest.raises(ValueError, match="paths_mine.py defines no model, so 'paths'"):
        StudyPlan('mine', all_methods('mine', tmp_path), [0], tmp_path, tmp_path)


def test_another_process_imports_what_the_configs_import(tmp_path, monkeypatch):
    (tmp_path / 'module_of_mine.py').touch()
    monkeypatch.syspath_prepend(tmp_path)
    text = "custom_imports = dict(imports=['module_of_mine'])\nmodel = dict(type='X')\n"
    (tmp_path / 'own_mine.py').write_text(text)
    sent = pickle.dumps(StudyPlan('mine', ['own'], [0], tmp_path, tmp_path))
    monkeypatch.delitem(sys.modules, 'module_of_mine')
    assert pickle.loads(sent).methods == ['own']
    assert 'module_of_mine' in sys.modules
