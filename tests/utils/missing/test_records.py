import json

import pytest

from mm_laziness.utils.missing.records import add_result, known_results, table


def entry(top1, key='one'):
    return dict(top1=top1, top5=99.0, mean1=top1 - 1, key=key)


def test_results_of_one_model_are_merged(tmp_path):
    folder = tmp_path / 'run'
    add_result(folder, ('split', 'audio'), entry(30.0))
    add_result(folder, ('zeros', 'audio'), entry(10.0))
    add_result(folder, ('zeros', 'rgb+flow'), entry(20.0))
    add_result(folder, ('complete',), entry(80.0))
    results = add_result(folder, ('zeros', 'audio'), entry(11.0))
    assert results == json.loads((folder / 'missing.json').read_text())
    # In the order in which they are read.
    assert list(results) == ['complete', 'zeros', 'split']
    assert results['zeros'] == {'audio': entry(11.0), 'rgb+flow': entry(20.0)}
    assert results['split'] == dict(audio=entry(30.0))
    assert [path.name for path in folder.iterdir()] == ['missing.json']


def test_another_model_starts_anew(tmp_path):
    add_result(tmp_path, ('complete',), entry(80.0))
    add_result(tmp_path, ('zeros', 'audio'), entry(10.0))
    results = add_result(tmp_path, ('mean', 'rgb'), entry(5.0, key='two'))
    assert results == dict(mean=dict(rgb=entry(5.0, key='two')))


def test_what_is_known_of_a_model(tmp_path):
    assert known_results(tmp_path, 'one') == {}
    add_result(tmp_path, ('complete',), entry(80.0))
    results = add_result(tmp_path, ('zeros', 'audio'), entry(10.0))
    assert known_results(tmp_path, 'one') == results
    assert known_results(tmp_path, 'two') == {}


@pytest.mark.parametrize('text', ['{"zeros": {"audio"', '[]', '{"zeros": 3}', 'ä'])
def test_a_damaged_file_is_replaced(tmp_path, text):
    (tmp_path / 'missing.json').write_text(text, encoding='latin-1')
    results = add_result(tmp_path, ('complete',), entry(80.0))
    assert results == dict(complete=entry(80.0))


def test_the_table_tells_what_is_lost():
    results = dict(
        complete=entry(80.0), zeros=dict(audio=entry(10.5), rgb=entry(1.0)), mean={}
    )
    lines = table(results, 'audio').splitlines()
    assert lines[1].split() == ['all', 'modalities', '80.00', '99.00', '79.00']
    assert lines[2].startswith('without audio (zeros)') and len(lines) == 3
    assert lines[2].endswith('10.50   99.00    9.50   -69.50 points of top-1')
    del results['complete']
    assert 'points' not in table(results, 'audio')
