"""All cells of a study in this process: failures, and what they take with them."""

import pytest
from tinystudy import TinyStudy

from mm_laziness.utils.studies.run import _Here, default_workers, run_study
from mm_laziness.utils.studies.table import plan_table


def test_a_failure_stops_only_what_needs_it(tmp_path, capsys):
    study = TinyStudy(tmp_path, ['fails', 'good', 'child', 'exits'], seeds=[0, 1])
    study.needs = dict(child=['good', 'fails'])
    outcome = run_study(study)
    assert outcome.of(study)['good'] == [
        dict(top1=50.0 + seed, threads=1) for seed in (0, 1)
    ]
    assert [outcome.of(study)[m] for m in ('fails', 'child', 'exits')] == [[], [], []]
    logs = [str(tmp_path / 'fails' / f'seed{seed}' / 'log.txt') for seed in (0, 1)]
    for seed, log in enumerate(logs):
        own = [f for f in outcome.failures if f['seed'] == seed]
        assert own[0] == dict(
            method='fails',
            seed=seed,
            error='ValueError: fails cannot be\nas it is',
            log=log,
        )
        assert own[1] == dict(
            method='child', seed=seed, error='needs fails, which failed', log=log
        )
        assert own[2]['error'] == 'SystemExit: no such thing'
    printed = capsys.readouterr().err + capsys.readouterr().out
    assert 'Traceback' not in printed


def test_each_cell_has_a_line(tmp_path, capsys):
    study = TinyStudy(tmp_path, ['good', 'fails', 'child'])
    study.needs = dict(child=['fails'])
    run_study(study)
    printed = capsys.readouterr().out
    log = tmp_path / 'fails' / 'seed0' / 'log.txt'
    assert 'good, seed 0: top-1 50.0 %\n' in printed
    assert f'fails, seed 0: FAILED, ValueError: fails cannot be; see {log}\n' in printed
    assert 'child, seed 0: FAILED, needs fails, which failed\n' in printed


def test_what_fails_after_the_result_takes_nothing_with_it(tmp_path):
    study = TinyStudy(tmp_path, ['late', 'child'])
    study.needs = dict(child=['late'])
    outcome = run_study(study)
    assert [len(own) for own in outcome.of(study).values()] == [1, 1]
    (failure,) = outcome.failures
    assert (failure['method'], failure['error']) == ('late', 'OSError: disk full')


def test_no_log_can_be_written(tmp_path):
    """As on a full disk, which is why the cell failed in the first place."""
    study = TinyStudy(tmp_path, ['fails', 'good'])
    (tmp_path / 'fails').write_text('no folder')
    outcome = run_study(study)
    assert list(outcome.cells) == [('good', 0)]
    assert outcome.failures[0]['method'] == 'fails'


def test_an_interruption_ends_the_study(tmp_path):
    study = TinyStudy(tmp_path, ['interrupted', 'good'])
    with pytest.raises(KeyboardInterrupt):
        run_study(study)
    assert not (tmp_path / 'good').exists()


def test_what_is_done_starts_no_process(tmp_path, monkeypatch):
    study = TinyStudy(tmp_path, ['good', 'other'])
    run_study(study)
    monkeypatch.setattr('mm_laziness.utils.studies.run.WorkerPool', None)
    assert not run_study(study, workers=2).failures


def test_what_is_done_may_have_to_be_tested_without_a_modality(tmp_path, monkeypatch):
    """Which several processes do at once."""
    study = TinyStudy(tmp_path, ['good', 'other'])
    run_study(study)
    study.missing = ('zeros',)
    sizes = []

    def pool(study, size, on_epoch):
        sizes.append(size)
        return _Here(study)

    monkeypatch.setattr('mm_laziness.utils.studies.run.WorkerPool', pool)
    assert len(run_study(study, workers=8).cells) == 2
    assert sizes == [2]


def test_workers_of_a_machine(monkeypatch):
    import torch

    monkeypatch.setattr(torch.accelerator, 'is_available', lambda: False)
    assert default_workers() == 1
    monkeypatch.setattr(torch.accelerator, 'is_available', lambda: True)
    monkeypatch.setattr(torch.accelerator, 'device_count', lambda: 4)
    assert default_workers() == 4


def test_the_plan_as_a_table(tmp_path):
    study = TinyStudy(tmp_path, ['child', 'good'])
    study.needs = dict(child=['good'])
    study.cell_folder('good', 0).mkdir(parents=True)
    (study.cell_folder('good', 0) / 'result.json').write_text('{}')
    assert plan_table(study).splitlines() == [
        'cell           epochs left  starts from',
        'good, seed 0   done         -',
        'child, seed 0  2            good',
        f'4 epochs of training in all; in {tmp_path}',
    ]
