import json
import sys
from pathlib import Path

import pytest

from projects.synthetic_features import run

ROOT = Path(__file__).parents[3]
TINY = '--sets B C --seeds 0 1 --latent 4 --widths 6 5 --delta 0.3 --num-samples 90'
TINY += ' --steps 3 --hidden 8 4 --methods none --jobs 1'


def command(monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', ['run.py', *arguments])
    monkeypatch.chdir(ROOT)
    run.main()


def test_one_command_makes_tables_and_figures(tmp_path, monkeypatch, capsys):
    command(monkeypatch, *TINY.split(), '--out', str(tmp_path))
    out = capsys.readouterr().out
    assert 'Set B' in out
    assert '(51.4)' in out
    assert {path.name for path in tmp_path.iterdir()} == {
        'results.json',
        'results.md',
        'accuracy.png',
        'confusion.png',
    }
    content = json.loads((tmp_path / 'results.json').read_text())
    assert len(content['entries']) == 12
    assert content['entries'][0]['key']['sizes'] == dict(
        latent=4, widths=[6, 5], delta=0.3, num_samples=90
    )
    settings = content['entries'][0]['key']['settings']
    assert settings['hidden'] == dict(multimodal=8, unimodal=4)
    assert settings['steps'] == 3
    assert settings['lr'] == 0.2


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        ('--sets D', "no set 'D'"),
        ('--latent 500 --delta 0.9', 'lower --delta to'),
        ('--methods magic', 'magic'),
        ('--steps 0', '--steps'),
        ('--jobs 0', '--jobs'),
        ('--config nowhere.py', 'nowhere.py'),
        ('--config configs/umt_r50_kinetics.py', "no ['sets', 'seeds', 'generator'"),
        ('--out /dev/null/folder', 'folder /dev/null/folder cannot be written'),
        ('--out /dev/null', 'choose another --out'),
        ('--out /proc', 'choose another --out'),
        ('--methods none umt', 'none stands alone'),
    ],
)
def test_bad_input(tmp_path, monkeypatch, arguments, words):
    tiny = [*TINY.split(), '--out', str(tmp_path), *arguments.split()]
    with pytest.raises(SystemExit) as stop:
        command(monkeypatch, *tiny)
    assert str(stop.value.code).startswith('error: ')
    assert words in str(stop.value.code)
    assert '\n\n' not in str(stop.value.code)


def test_defaults_are_the_configs(monkeypatch):
    monkeypatch.setattr(sys, 'argv', ['run.py', '--seeds', '4', '4', '2'])
    cfg = run.settings_of(run.parse_args())
    assert cfg['seeds'] == [4, 2]
    assert cfg['sets'] == ['A', 'B', 'C']
    assert cfg['generator'] == dict(
        latent=50, widths=[200, 100], delta=0.25, num_samples=5000
    )
    assert cfg['training']['hidden'] == dict(multimodal=200, unimodal=100)


def test_help(monkeypatch, capsys):
    with pytest.raises(SystemExit) as stop:
        command(monkeypatch, '--help')
    assert stop.value.code == 0
    printed = ' '.join(capsys.readouterr().out.split())
    assert 'example: python projects/synthetic_features/run.py' in printed
    assert '--widths D1 D2' in printed and '--hidden MULTI UNI' in printed
    assert 'Defaults: as in configs/paper.py.' in printed
    assert 'default: work_dirs/synthetic_features' in printed


def test_methods_are_named_once():
    assert run.methods_of(['umt', 'ume', 'umt']) == ['umt', 'ume']
    assert run.methods_of(['none', 'none']) == []
