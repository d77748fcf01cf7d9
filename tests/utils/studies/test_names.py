"""Which methods there are, and which one was meant."""

from pathlib import Path

import pytest

from mm_laziness.utils.studies.names import all_methods, unknown_method
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
