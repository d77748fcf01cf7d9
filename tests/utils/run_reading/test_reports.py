import pytest
from runfolders import (
    JOINT,
    step,
    write_config,
    write_dimensions,
    write_json,
    write_log,
    write_predictions,
    write_run,
)

from mm_laziness.utils.run_reading.reports import read_runs, read_study

CURVES = dict(modalities=['rgb'], epochs=[])
LOST = dict(complete=dict(top1=5.0), zeros=dict(rgb=dict(top1=1.0)))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Asking the compiler for its version takes seconds."""
    module = 'mm_laziness.utils.run_reading.reports.environment'
    monkeypatch.setattr(module, lambda: dict(torch='1'))


@pytest.fixture
def study(tmp_path):
    """A study of three methods, one of them with two seeds."""
    folder = tmp_path / 'paired'
    results = {
        name: dict(top1=50.0, unimodal_top1={}) for name in ('joint', 'ume', 'ogm a=1')
    }
    write_json(folder / 'results.json', results)
    for cell in ('joint/seed10', 'joint/seed2', 'ume/seed0', 'ogm.a=1/seed0'):
        write_json(folder / cell / 'result.json', dict(top1=50.0))
        write_json(folder / cell / 'laziness.json', dict(CURVES, of=cell))
        write_config(folder / cell / 'config.py')
    write_config(folder / 'ume/seed0/config.py', dict(members=dict(rgb={}, audio={})))
    return folder


def test_study(study):
    write_json(study / 'guidance.json', dict(method='UMT'))
    write_json(study / 'classes.json', dict(names=[]))
    failed = [dict(method='umt', seed=0, error='no', log='umt/seed0/log.txt')]
    write_json(study / 'failures.json', failed)
    write_json(study / 'joint/seed2/missing.json', LOST)
    ogm = dict(ogm_ratio_rgb=2.0, ogm_coefficient_rgb=0.5)
    write_log(study / 'ogm.a=1/seed0', '1', step(1, 1, **ogm))
    write_log(study / 'joint/seed2', '1', step(1, 1, blend_weight_fused=1.0))
    write_dimensions(study / 'joint/seed2', rgb='10', audio='11')
    data = read_study(study)
    assert data.title == 'paired' and list(data.results) == ['joint', 'ume', 'ogm a=1']
    assert data.guidance == dict(method='UMT') and data.classes == dict(names=[])
    assert data.failures == failed and data.missing == dict(joint=LOST)
    # Of several seeds the first, in order of numbers.
    assert {m: c['of'] for m, c in data.curves.items()} == {
        'joint': 'joint/seed2',
        'ume': 'ume/seed0',
        'ogm a=1': 'ogm.a=1/seed0',
    }
    assert data.modulation['ogm a=1']['ratio'] == dict(rgb=[2.0])
    assert data.blending == dict(joint=[dict(epoch=0, weights=dict(fused=1.0))])
    assert data.dimensions['joint']['audio']['only'] == 1
    assert data.configs['joint'] == (study / 'joint/seed2/config.py').read_text()
    assert data.laziness_methods == ['joint', 'ogm a=1']
    assert data.environment == dict(torch='1')


def test_a_study_with_nothing_but_results(tmp_path):
    write_json(tmp_path / 'results.json', dict(joint=dict(top1=50.0)))
    data = read_study(str(tmp_path), title='T', notes=['n'])
    assert (data.title, data.notes) == ('T', ['n'])
    assert data.guidance is data.classes is data.laziness_methods is None
    parts = (data.curves, data.blending, data.modulation, data.dimensions, data.missing)
    assert not any((*parts, data.failures, data.configs))


def test_what_a_study_says_of_itself(study):
    about = dict(title='Mine', notes=['python study.py'], laziness_methods=['ume'])
    write_json(study / 'study.json', about)
    data = read_study(study)
    assert data.title == 'Mine' and data.notes == ['python study.py']
    assert data.laziness_methods == ['ume']
    # One that was run no more has no results.
    write_json(study / 'study.json', dict(about, laziness_methods=['gone', 'joint']))
    assert read_study(study).laziness_methods == ['joint']
    write_json(study / 'study.json', dict(about, laziness_methods=[]))
    assert read_study(study).laziness_methods == []
    assert read_study(study, title='Yours', notes=()).title == 'Yours'
    assert read_study(study, notes=()).notes == ()


def test_finished_runs_come_before_earlier_seeds(study):
    (study / 'joint/seed2/result.json').unlink()
    assert read_study(study).curves['joint']['of'] == 'joint/seed10'
    (study / 'joint/seed10/result.json').unlink()
    assert read_study(study).curves['joint']['of'] == 'joint/seed2'


def test_runs_of_other_seeds_are_not_the_study_s(study):
    write_json(study / 'study.json', dict(seeds=[10]))
    assert read_study(study).curves['joint']['of'] == 'joint/seed10'
    write_json(study / 'study.json', dict(seeds=[2, 10]))
    assert read_study(study).curves['joint']['of'] == 'joint/seed2'


def test_folders_that_are_no_study(tmp_path):
    with pytest.raises(
        FileNotFoundError, match='must hold results.json, which tools/st'
    ):
        read_study(tmp_path)
    for content, error in (
        ({}, 'no results to show'),
        (
            dict(joint=dict(seconds=1)),
            "results.json: the results of 'joint' lack 'top1'",
        ),
        (dict(a=1), r"must hold the numbers of each method, but \['a'\]"),
    ):
        write_json(tmp_path / 'results.json', content)
        with pytest.raises(ValueError, match=error):
            read_study(tmp_path)


@pytest.mark.parametrize(
    'file',
    ['results.json', 'guidance.json', 'failures.json', 'joint/seed2/laziness.json'],
)
def test_damaged_files_of_a_study_are_named(study, file):
    (study / file).write_text('{"joint": {"to')
    with pytest.raises(ValueError, match=f'{file} cannot be read as JSON'):
        read_study(study)


def test_runs(tmp_path):
    joint = write_run(tmp_path / 'joint', 0.5, rgb=0.2, audio=0.3)
    rgb = write_run(tmp_path / 'rgb', 0.4, model=dict(JOINT, encoders=dict(rgb={})))
    encoders = dict(rgb=dict(top1=30.0, top5=60.0), audio=dict(top1=40.0))
    write_json(joint / 'probes.json', dict(encoders=encoders))
    write_json(joint / 'laziness.json', CURVES)
    write_json(joint / 'missing.json', LOST)
    write_json(rgb / 'guidance.json', dict(method='UME'))
    write_json(rgb / 'classes.json', dict(names=['rgb']))
    data = read_runs({'joint': joint, 'alone': str(rgb)}, 'Mine', notes=['n'])
    assert data.results == dict(
        joint=dict(
            top1=50.0,
            unimodal_top1=dict(rgb=20.0, audio=30.0),
            probe_top1=dict(rgb=30.0, audio=40.0),
        ),
        alone=dict(top1=40.0, unimodal_top1={}),
    )
    assert data.curves == dict(joint=CURVES) and data.missing == dict(joint=LOST)
    assert data.guidance == dict(method='UME') and data.classes == dict(names=['rgb'])
    assert list(data.configs) == data.laziness_methods == ['joint', 'alone']
    assert (data.title, data.notes) == ('Mine', ['n'])


def test_probes_beside_those_trained_alone(tmp_path):
    write_run(tmp_path, 0.5, rgb=0.2, audio=0.3)
    alone = dict(difference=-4.0, difference_interval=[-9.0, 1.0], p_value=0.1)
    rgb = dict(
        top1=30.0, top1_interval=[25.0, 35.0], reference=dict(top1=34.0, **alone)
    )
    encoders = dict(rgb=rgb, audio=dict(top1=40.0, top1_interval=[35.0, 45.0]))
    write_json(tmp_path / 'probes.json', dict(encoders=encoders))
    entry = read_runs(dict(joint=tmp_path), 'T').results['joint']
    assert {key: of for key, of in entry.items() if key.startswith('probe')} == dict(
        probe_top1=dict(rgb=30.0, audio=40.0),
        probe_interval=dict(rgb=[25.0, 35.0], audio=[35.0, 45.0]),
        probe_difference=dict(rgb=-4.0),
        probe_difference_interval=dict(rgb=[-9.0, 1.0]),
        probe_p_value=dict(rgb=0.1),
    )


def test_classes_from_predictions(tmp_path):
    write_predictions(write_run(tmp_path), [0, 1], [0, 0])
    assert read_runs(dict(joint=tmp_path), 'T').classes['counts'] == [1, 1, 0]


def test_folders_that_are_no_run(tmp_path):
    with pytest.raises(ValueError, match='no runs to report'):
        read_runs({}, 'T')
    with pytest.raises(FileNotFoundError, match="none, the run of 'umt', is no folder"):
        read_runs(dict(umt=tmp_path / 'none'), 'T')
    with pytest.raises(
        FileNotFoundError, match="run of 'umt', holds no run: expected is"
    ):
        read_runs(dict(umt=tmp_path), 'T')
    write_log(tmp_path, '1', step(1, 1))
    with pytest.raises(
        ValueError, match='holds no accuracy: .* run tools/test.py CONFIG'
    ):
        read_runs(dict(umt=tmp_path), 'T')


@pytest.mark.parametrize('file', ['probes.json', 'missing.json', 'laziness.json'])
def test_damaged_files_of_a_run_are_named(tmp_path, file):
    write_run(tmp_path)
    (tmp_path / file).write_text('[1, 2]')
    with pytest.raises(ValueError, match=f'{file} must hold a JSON object'):
        read_runs(dict(joint=tmp_path), 'T')
