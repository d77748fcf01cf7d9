"""What a study leaves behind when little of it succeeded."""

import json

import pytest
import torch
from mmengine.fileio import dump
from tinystudy import TinyStudy

from mm_laziness.utils.probing.probe_hits import ProbeHits, write_hits
from mm_laziness.utils.studies.predictions import predictions_of, probe_hits_of
from mm_laziness.utils.studies.report import StudyReport
from mm_laziness.utils.studies.run import Outcome, run_study


@pytest.fixture
def study(tmp_path):
    return TinyStudy(tmp_path, ['good', 'other'], seeds=[0, 1])


def keep(study, method, seed, labels):
    samples = [dict(pred_score=torch.eye(3)[i], gt_label=i) for i in labels]
    path = study.cell_folder(method, seed) / 'predictions.pkl'
    dump([dict(s, gt_label=torch.tensor([s['gt_label']])) for s in samples], path)


def test_predictions_of_the_runs_that_have_results(study):
    outcome = run_study(study)
    for cell in outcome.cells:
        keep(study, *cell, labels=[0, 1, 2])
    del outcome.cells['other', 0]
    found = predictions_of(study, outcome)
    assert {name: len(own) for name, own in found.items()} == dict(good=2, other=1)
    # A method of which a run kept nothing cannot be compared over seeds.
    (study.cell_folder('good', 1) / 'predictions.pkl').unlink()
    assert list(predictions_of(study, outcome)) == ['other']


def test_a_damaged_file_takes_only_its_method_with_it(study, capsys):
    outcome = run_study(study)
    for cell in outcome.cells:
        keep(study, *cell, labels=[0, 1, 2])
    path = study.cell_folder('good', 1) / 'predictions.pkl'
    path.write_bytes(path.read_bytes()[:50])
    assert list(predictions_of(study, outcome)) == ['other']
    printed = capsys.readouterr().out
    assert f'good is not compared: {path}' in printed and 'remove the file' in printed


def test_other_test_samples_are_not_compared(study, capsys):
    outcome = run_study(study)
    for method, seed in outcome.cells:
        keep(study, method, seed, [0, 1, 2] if method == 'good' else [0, 2, 1])
    assert predictions_of(study, outcome) == {}
    printed = capsys.readouterr().out
    assert 'methods are not compared: the labels in' in printed
    assert f'{study.cell_folder("other", 0)}/predictions.pkl' in printed


def keep_hits(study, method, seed, labels):
    own = ProbeHits(torch.tensor(labels), dict(rgb=torch.tensor(labels) == seed))
    write_hits(study.cell_folder(method, seed), own)


def test_hits_of_the_runs_that_have_results(study, capsys):
    outcome = run_study(study)
    for cell in outcome.cells:
        keep_hits(study, *cell, labels=[0, 1, 1])
    del outcome.cells['other', 0]
    found = probe_hits_of(study, outcome)
    top1 = {m: [round(h.top1()['rgb']) for h in own] for m, own in found.items()}
    assert top1 == dict(good=[33, 67], other=[67])
    (study.cell_folder('good', 1) / 'probe_hits.json').unlink()
    assert list(probe_hits_of(study, outcome)) == ['other']
    capsys.readouterr()
    keep_hits(study, 'good', 1, labels=[1, 1, 0])
    assert probe_hits_of(study, outcome) == {}
    first, second = 'good, seed 0', 'good, seed 1'
    words = f'{first} and {second} were probed on different test samples'
    assert words in capsys.readouterr().out
    del outcome.cells['good', 0], outcome.cells['good', 1]
    assert list(probe_hits_of(study, outcome)) == ['other']


def test_nothing_but_failures(tmp_path, capsys):
    study = TinyStudy(tmp_path, ['fails'])
    outcome = run_study(study)
    assert StudyReport(study).write(outcome) == {}
    (failure,) = json.loads((tmp_path / 'failures.json').read_text())
    assert failure == outcome.failures[0]
    assert 'FAILED: fails, seed 0: ValueError: fails' in capsys.readouterr().out
    assert not (tmp_path / 'results.json').exists()


def test_names_are_read_before_anything_is_trained(tmp_path):
    study = TinyStudy(tmp_path, ['good'], data_root=str(tmp_path))
    (tmp_path / 'classes.txt').write_text('one\n')
    with pytest.raises(ValueError, match=r'1 names, but .* of 3 classes'):
        StudyReport(study)
    names = tmp_path / 'names.txt'
    names.write_text('one\ntwo\nthree\n')
    StudyReport(study, class_names=names)
    with pytest.raises(FileNotFoundError, match='gone.txt does not exist'):
        StudyReport(study, class_names=tmp_path / 'gone.txt')


def test_a_baseline_must_be_in_the_study(study):
    with pytest.raises(ValueError, match="baseline method 'joint' is none of"):
        StudyReport(study, baseline='joint')
    assert StudyReport(study).write(Outcome()) == {}
