import json
import sys

import pytest
from matplotlib.image import imread

from projects.theory import run
from projects.theory.example_table import example_text

TINY = ['--trials=20', '--features=12', '--samples=2', '--shares', '0', '0.5']
TINY += ['--boosts', '0', '0.4']


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', ['run.py', *arguments])
    run.main()


def test_tables_results_and_figures(tmp_path, monkeypatch, capsys):
    out = tmp_path / 'new' / 'folder'
    call(monkeypatch, *TINY, '--modalities', '3', '--seed', '4', '--out', str(out))
    printed = capsys.readouterr().out
    assert 'Theorem 3.5, share 0.3' in printed and str(out) in printed
    results = json.loads((out / 'results.json').read_text())
    assert results['settings']['shares'] == [0.0, 0.5]
    assert results['settings']['seed'] == 4
    assert [row['boost'] for row in results['boosts']['rows']] == [0.0, 0.4]
    assert {path.name for path in out.iterdir()} == {
        'results.json',
        *(f'{name}.png' for name in run.FIGURES),
    }
    assert all(imread(path).std() > 0 for path in out.glob('*.png'))


def test_example(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    call(monkeypatch, '--example')
    assert capsys.readouterr().out == example_text() + '\n'
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ('arguments', 'text'),
    [
        (['--epsilon', '2'], 'epsilon must lie between 0 and 1, but 2.0 is given'),
        (['--modalities', '1'], 'modalities must be a whole number of at least 2'),
        (['--config', 'none.py'], 'config none.py does not exist'),
    ],
)
def test_bad_input_is_one_paragraph(arguments, text, monkeypatch, tmp_path):
    with pytest.raises(SystemExit) as error:
        call(monkeypatch, *arguments, '--out', str(tmp_path / 'out'))
    assert str(error.value).startswith('error: ') and text in str(error.value)
    assert not (tmp_path / 'out').exists()


def test_a_folder_that_cannot_be_is_refused_before_the_study(monkeypatch, tmp_path):
    (tmp_path / 'file').write_text('')
    monkeypatch.setattr(run, 'simulate', None)
    # The last one exists, but takes no files.
    for out in (tmp_path / 'file', tmp_path / 'file' / 'below', '/proc'):
        text = rf'error: the folder {out} cannot be written \(.*choose another --out'
        with pytest.raises(SystemExit, match=text):
            call(monkeypatch, *TINY, '--out', str(out))


def test_example_goes_without_settings(monkeypatch, capsys):
    with pytest.raises(SystemExit) as error:
        call(monkeypatch, '--example', '--p-low', '0', '--out', 'x')
    assert error.value.code == 2
    assert 'goes without --out, --p-low' in capsys.readouterr().err


def test_help_says_where_the_defaults_are(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        call(monkeypatch, '--help')
    printed = ' '.join(capsys.readouterr().out.split())
    assert 'Defaults: as in configs/monte_carlo.py.' in printed
    assert 'default: projects/theory/configs/monte_carlo.py' in printed
