"""The tool on folders as runs and studies leave them, without training any."""

import json
import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool(monkeypatch, capsys):
    """Run the tool in this process; returns what it prints, or ends with."""

    def run(*arguments, cwd=ROOT):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, 'argv', ['report.py', *map(str, arguments)])
        runpy.run_path(str(ROOT / 'tools' / 'report.py'), run_name='__main__')
        return capsys.readouterr().out

    return run


@pytest.fixture(scope='module')
def folders(tmp_path_factory):
    """A study of two methods and two single runs."""
    folder = tmp_path_factory.mktemp('folders')
    entry = dict(top1=80.0, unimodal_top1=dict(rgb=50.0), seconds=3.0)
    study = folder / 'a=study'
    for name, top1 in (('joint', 80.0), ('umt', 88.0)):
        for run in (folder / name, study / name / 'seed0'):
            run.mkdir(parents=True)
            (run / 'result.json').write_text(json.dumps({**entry, 'top1': top1}))
    results = dict(joint=entry, umt={**entry, 'top1': 88.0})
    (study / 'results.json').write_text(json.dumps(results))
    return folder


def test_study(tool, folders):
    # A folder may have a = in its name.
    printed = tool(folders / 'a=study', '--title', 'My study')
    paths = [folders / 'a=study' / name for name in ('report.html', 'report.md')]
    assert printed.split() == [str(path) for path in paths]
    html, markdown = (path.read_text(encoding='utf-8') for path in paths)
    assert '<h1>My study</h1>' in html
    assert 'Of 2 methods, UMT is the most accurate: 88.0 % top-1' in markdown


def test_runs(tool, folders, tmp_path):
    runs = [f'{name}={folders / name}' for name in ('joint', 'umt')]
    tool(*runs, cwd=tmp_path)
    out = tmp_path / 'work_dirs' / 'report'
    text = (out / 'report.md').read_text(encoding='utf-8')
    assert text.startswith('# Comparison of joint, umt\n')
    assert '+8.0 points against joint' in text


@pytest.mark.parametrize(
    'sources, words',
    [
        (['joint=x', 'y'], "['y'] have no name; for example: joint=y"),
        (['joint=x', 'joint=y'], "name of its own, but ['joint'] come twice"),
        (['joint=missing_folder'], 'missing_folder'),
        (['missing_study'], 'results.json'),
    ],
)
def test_errors(tool, sources, words, tmp_path):
    # A message as the argument of SystemExit is printed, and the status is 1.
    with pytest.raises(SystemExit, match=re.escape(words)):
        tool(*sources, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
