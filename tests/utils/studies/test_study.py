"""Which parts of a study are left; what it runs is tested with its tool."""

import json
from pathlib import Path

import pytest
from mmengine.config import Config

from mm_laziness.utils.studies import study as study_module
from mm_laziness.utils.studies.study import Study
from mm_laziness.utils.studies.variants import parse_variants

CONFIGS = Path(__file__).parents[3] / 'configs'


@pytest.fixture
def plan(tmp_path):
    def make(*methods, seeds=(0,), variants=(), **options):
        return Study(
            'slim_avdigits', methods, seeds, tmp_path, CONFIGS, options, variants
        )

    return make


def test_only_epochs_that_are_left_count(plan, tmp_path):
    study = plan('ume', 'umt', seeds=(0, 1))
    epochs = study.config('rgb', 0).train_cfg.max_epochs
    assert study.epochs('rgb', 1) == epochs > 3
    cell = tmp_path / 'rgb' / 'seed1'
    cell.mkdir(parents=True)
    for name in ('epoch_2.pth', 'epoch_3.pth', 'best.pth'):
        (cell / name).touch()
    assert study.epochs('rgb', 1) == epochs - 3
    assert not study.finished('rgb', 1)
    (cell / 'result.json').write_text('{}')
    assert study.epochs('rgb', 1) == 0 and study.finished('rgb', 1)
    assert study.epochs('rgb', 0) == epochs
    assert study.epochs('ume', 0) == 0


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
    (cell / 'predictions.pkl').touch()
    assert plan('umt').run_cell('umt', 0) == dict(top1=50.0)
    plan('umt').check()
    # What is only watched makes no other run of it.
    study = plan('umt')
    study.monitor, study.probe_interval = True, 2
    study.check()
    with pytest.raises(ValueError) as error:
        plan('umt', data_root='other').check()
    text = str(error.value)
    assert f'{cell} holds a run with other settings' in text
    assert "'data_root'" in text
    assert "'model" not in text
    assert 'another --work-dir, or remove that folder' in text


def test_a_variant_goes_on_where_it_has_begun(plan, tmp_path, built):
    variants = parse_variants('joint', 'optim_wrapper.optimizer.lr=0.1,0.2')
    study = plan(variants=variants)
    for name in study.methods:
        with pytest.raises(Stopped):
            study.run_cell(name, 0)
    assert [cfg.optim_wrapper.optimizer.lr for cfg in built] == [0.1, 0.2]
    cell = tmp_path / 'joint.lr=0.2' / 'seed0'
    (cell / 'epoch_1.pth').touch()
    (tmp_path / 'joint.lr=0.1' / 'seed0' / 'result.json').write_text('{"top1": 1.0}')
    again = plan(variants=variants)
    (tmp_path / 'joint.lr=0.1' / 'seed0' / 'predictions.pkl').touch()
    epochs = again.config('joint', 0).train_cfg.max_epochs
    assert again.epochs('joint lr=0.1', 0) == 0
    assert again.epochs('joint lr=0.2', 0) == epochs - 1
    assert again.run_cell('joint lr=0.1', 0) == dict(top1=1.0)
    with pytest.raises(Stopped):
        again.run_cell('joint lr=0.2', 0)
    assert built[-1].resume and built[-1].work_dir == str(cell)


def test_probes_of_frozen_encoders_are_those_they_come_from(plan, tmp_path):
    results = dict(
        kd_rgb=dict(rgb=1.0), kd_audio=dict(audio=2.0), di_mml=dict(rgb=3.0, audio=4.0)
    )
    for method, probes in results.items():
        cell = tmp_path / method / 'seed0'
        cell.mkdir(parents=True)
        (cell / 'result.json').write_text(json.dumps(dict(probe_top1=probes)))
    study = plan('kd_mm_clf', 'di_mml_stage2')
    probes = {
        m: study._probes_of_teachers(m, 0) for m in ('kd_mm_clf', 'di_mml_stage2')
    }
    assert probes['kd_mm_clf'] == dict(rgb=1.0, audio=2.0)
    assert probes['di_mml_stage2'] == dict(rgb=3.0, audio=4.0)


def test_a_monitored_run_is_compared_with_finished_uni_modal_ones(
    plan, tmp_path, built
):
    study = plan('rgb', 'joint', 'umt', 'kd_rgb')
    assert study.references('joint') == {}
    study.monitor = True
    assert study.references('joint') == dict(rgb='rgb', audio='audio')
    assert study.references('kd_rgb') == dict(rgb='rgb')
    assert study.references('rgb') == {}
    cell = tmp_path / 'audio' / 'seed0'
    cell.mkdir(parents=True)
    (cell / 'result.json').write_text('{}')
    with pytest.raises(Stopped):
        study.run_cell('joint', 0)
    (hook,) = built[0].custom_hooks
    assert hook.type == 'LazinessMonitorHook'
    assert hook.references == dict(audio=str(cell))
    assert built[0].train_cfg.val_interval == 1
    # The cell is known by what it is, not by what was looked at.
    kept = Config.fromfile(tmp_path / 'joint' / 'seed0' / 'config.py')
    assert not kept.get('custom_hooks') and kept.train_cfg.val_interval > 1


def test_a_uni_modal_method_does_not_wait_for_itself(tmp_path):
    """One that starts from joint training cannot be joint training's reference."""
    joint = 'model = dict(encoders=dict(a={}, b={}))\n'
    lone = "model = dict(encoders=dict(a={}), teacher='work_dirs/joint_x/best.pth')\n"
    for method, text in dict(joint=joint, lone=lone).items():
        (tmp_path / f'{method}_x.py').write_text(text)
    study = Study('x', ['lone'], [0], tmp_path, tmp_path, monitor=True)
    assert study.methods == ['joint', 'lone']
    assert study.unimodal_methods() == dict(a='lone')
    assert study.references('joint') == {}
