"""Options and exit codes of the commands."""

from argparse import ArgumentParser

import pytest

from mm_laziness.datasets.preparation import add_preparation_arguments, exit_on_error


@pytest.mark.parametrize('error', [ValueError('bad list'), FileNotFoundError('gone')])
def test_errors_about_data_are_one_line(error):
    with pytest.raises(SystemExit) as caught, exit_on_error():
        raise error
    # Python prints a text and exits with 1.
    assert caught.value.code == f'error: {error}'


def test_an_interrupted_command_promises_what_all_keep(capsys):
    with pytest.raises(SystemExit) as caught, exit_on_error():
        raise KeyboardInterrupt
    assert caught.value.code == 130
    said = capsys.readouterr().err
    assert said == 'interrupted; what was saved so far is kept\n'


def test_faults_of_the_program_are_not_hidden():
    with pytest.raises(KeyError), exit_on_error():
        raise KeyError('x')


def test_workers_must_be_positive(capsys):
    parser = ArgumentParser()
    add_preparation_arguments(parser, 'data/set')
    assert parser.parse_args([]).root == 'data/set'
    assert parser.parse_args([]).workers >= 1
    with pytest.raises(SystemExit):
        parser.parse_args(['--workers', '0'])
    assert 'must be at least 1, but is 0' in capsys.readouterr().err
