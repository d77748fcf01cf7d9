import pytest
from runfolders import (
    JOINT,
    step,
    validation,
    write_config,
    write_json,
    write_log,
    write_predictions,
    write_run,
)

from mm_laziness.utils.run_reading.folders import (
    config_file,
    run_metrics,
    run_modalities,
    trains_encoders,
)


def test_the_last_validation(tmp_path):
    write_run(tmp_path, 0.25, rgb=0.2)
    lines = [step(2, 2), {**validation(2, 0.5, rgb=0.4, audio=0.3), 'acc/x_top1': 1.0}]
    write_log(tmp_path, '20260102_000000', *lines, step(3, 3))
    assert run_metrics(tmp_path) == dict(
        top1=50.0, unimodal_top1=dict(rgb=40.0, audio=30.0), x=100.0
    )


def test_the_numbers_of_a_study_come_first(tmp_path):
    write_run(tmp_path, 0.25)
    write_json(tmp_path / 'result.json', dict(top1=75.0, seconds=3.0))
    assert run_metrics(tmp_path) == dict(top1=75.0, seconds=3.0)


def test_a_stock_recognizer(tmp_path):
    write_run(tmp_path, 0.5, model=dict(type='Recognizer3D', backbone={}))
    assert run_metrics(tmp_path) == dict(top1=50.0, unimodal_top1={})
    assert run_modalities(tmp_path) == [] and trains_encoders(tmp_path)


def test_a_test_without_training(tmp_path):
    """The newest; but one without a modality overwrites none with all of them."""
    for time, top1 in (('1', 0.25), ('2', 0.5)):
        write_json(tmp_path / time / f'{time}.json', {'acc/top1': top1})
    write_json(tmp_path / '2' / 'other.json', {'acc/top1': 1.0})
    assert run_metrics(tmp_path)['top1'] == 50.0
    write_json(tmp_path / 'missing.json', dict(complete=dict(top1=90.0, key='a-b')))
    assert run_metrics(tmp_path) == dict(top1=90.0, unimodal_top1={})


def test_predictions(tmp_path):
    write_predictions(tmp_path, [0, 1, 2, 2], [0, 1, 2, 0], rgb=[0, 0, 0, 0])
    assert run_metrics(tmp_path) == dict(top1=75.0, unimodal_top1=dict(rgb=25.0))


def test_nothing(tmp_path):
    write_log(tmp_path, '1', step(1, 1))
    assert run_metrics(tmp_path) == {}
    assert config_file(tmp_path) is None and run_modalities(tmp_path) == []


def test_damage_is_named(tmp_path):
    (tmp_path / 'result.json').write_text('{"top1": 5')
    with pytest.raises(ValueError, match=r'result\.json cannot be read as JSON'):
        run_metrics(tmp_path)


def test_which_config(tmp_path):
    write_config(tmp_path / 'joint_x.py')
    assert config_file(tmp_path) == tmp_path / 'joint_x.py'
    for time in ('20260101', '20260102'):
        write_config(tmp_path / time / 'vis_data' / 'config.py')
    assert config_file(tmp_path) == tmp_path / '20260102' / 'vis_data' / 'config.py'
    write_config(tmp_path / 'config.py')
    assert config_file(tmp_path) == tmp_path / 'config.py'


def test_methods_that_train_no_encoder(tmp_path):
    models = dict(
        joint=JOINT,
        frozen=dict(JOINT, frozen_encoders=True),
        ensemble=dict(type='UMERecognizer', members=dict(rgb={}, audio={})),
    )
    for name, model in models.items():
        write_config(tmp_path / name / 'config.py', model)
        assert run_modalities(tmp_path / name) == ['rgb', 'audio']
    found = {name: trains_encoders(tmp_path / name) for name in models}
    assert found == dict(joint=True, frozen=False, ensemble=False)
