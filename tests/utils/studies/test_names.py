"""Which methods there are, and which one was meant."""

from pathlib import Path

import pytest

from mm_laziness.utils.studies.names import all_methods, config_of, unknown_method
from mm_laziness.utils.studies.plan import StudyPlan

CONFIGS = Path(__file__).parents[3] / 'configs'


def test_all_methods(tmp_path):
    found = all_methods('slim_avdigits', CONFIGS)
    assert found[:3] == ['rgb', 'audio', 'joint']
    assert found[3:] == sorted(found[3:])
    files = {path.name for path in CONFIGS.glob('*_slim_avdigits.py')}
    assert {f'{method}_slim_avdigits.py' for method in found} == files
    with pytest.raises(FileNotFoundError, match=r'holds no config <method>_x.py$'):
        all_methods('x', CONFIGS)
    with pytest.raises(FileNotFoundError, match="did you mean 'slim_avdigits'"):
        all_methods('slim_digits', CONFIGS)
    for method in ('umt', 'flow'):
        (tmp_path / f'{method}_mine.py').touch()
    assert all_methods('mine', tmp_path) == ['flow', 'umt']


def test_an_unknown_method_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        StudyPlan('slim_avdigits', ['joint', 'umtt'], [0], tmp_path, CONFIGS)
    text = str(error.value)
    assert f"method 'umtt' has no config {CONFIGS}/umtt_slim_avdigits.py" in text
    assert "did you mean 'umt'?" in text
    assert 'audio, aux_ce, di_mml,' in text and 'on joint_slim_avdigits.py' in text


def test_nothing_is_near(tmp_path):
    text = unknown_method('unheard_of', 'slim_avdigits', CONFIGS)
    assert 'did you mean' not in text and ' umt,' in text
    text = unknown_method('umt', 'mine', tmp_path)
    assert text == f'no method has a config <method>_mine.py in {tmp_path}'
    text = unknown_method('umt', 'slim_avdigit', CONFIGS)
    assert text.endswith("; did you mean 'slim_avdigits'?")


def test_several_folders(tmp_path):
    own, more = tmp_path / 'own', tmp_path / 'more'
    for folder, method in ((own, 'mine'), (more, 'yours')):
        folder.mkdir()
        (folder / f'{method}_slim_avdigits.py').touch()
    folders = [CONFIGS, own, more]
    found = all_methods('slim_avdigits', folders)
    assert found[:3] == ['rgb', 'audio', 'joint'] and {'mine', 'yours'} < set(found)
    assert all_methods('slim_avdigits', [own, more]) == ['mine', 'yours']
    path = config_of('yours', 'slim_avdigits', folders)
    assert path == more / 'yours_slim_avdigits.py'
    assert config_of('theirs', 'slim_avdigits', folders) is None
    text = unknown_method('yuors', 'slim_avdigits', folders)
    assert f'{CONFIGS}/yuors_slim_avdigits.py nor {own}/yuors' in text
    assert "did you mean 'yours'?" in text
    text = unknown_method('mine', 'unheard', [own, more])
    assert text.endswith(f'<method>_unheard.py in {own} and {more}')


def test_a_method_in_two_folders(tmp_path):
    (tmp_path / 'joint_slim_avdigits.py').touch()
    text = rf'{CONFIGS}/joint_slim_avdigits.py and {tmp_path}/joint_slim'
    with pytest.raises(ValueError, match=text):
        StudyPlan('slim_avdigits', ['joint'], [0], tmp_path, [CONFIGS, tmp_path])
    with pytest.raises(ValueError, match=text):
        all_methods('slim_avdigits', [CONFIGS, tmp_path])
    # Other methods, and one folder by two names, are no trouble.
    StudyPlan('slim_avdigits', ['rgb'], [0], tmp_path, [CONFIGS, tmp_path])
    again = CONFIGS / '..' / 'configs'
    plan = StudyPlan('slim_avdigits', ['joint'], [0], tmp_path, [CONFIGS, again])
    assert plan.config_path('joint') == CONFIGS / 'joint_slim_avdigits.py'
