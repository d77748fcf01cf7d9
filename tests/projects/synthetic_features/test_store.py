import json

import pytest

from projects.synthetic_features.store import ResultStore


def test_results_outlive_the_process(tmp_path):
    path = tmp_path / 'new' / 'results.json'
    ResultStore(path).add(
        dict(top1=50.0), set='A', seed=0, settings=dict(widths=(2, 1))
    )
    again = ResultStore(path)
    found = again.find(set='A', seed=0, settings=dict(widths=[2, 1]))
    assert found == dict(top1=50.0)


def test_other_settings_are_never_mixed_up(tmp_path):
    store = ResultStore(tmp_path / 'results.json')
    store.add(dict(top1=50.0), set='A', seed=0, settings=dict(steps=1))
    assert store.find(set='A', seed=0, settings=dict(steps=2)) is None
    assert store.find(set='A', seed=1, settings=dict(steps=1)) is None
    assert store.find(set='A', seed=0) is None


def test_collects_what_there_is(tmp_path):
    store = ResultStore(tmp_path / 'results.json')
    for letter, seed, value in (('B', 1, 3.0), ('A', 1, 2.0), ('A', 0, 1.0)):
        store.add(dict(top1=value), set=letter, seed=seed, name='first', steps=5)
    store.add(dict(top1=9.0), set='A', seed=0, name='first', steps=6)
    found = store.collect(['first', 'second'], 'ABC', [0, 1], steps=5)
    assert found == dict(
        first=dict(A=[dict(top1=1.0), dict(top1=2.0)], B=[dict(top1=3.0)])
    )


@pytest.mark.parametrize(
    'text', ['', '{', '[]', '{"entries": [1]}', '{"entries": [{"key": {}}]}']
)
def test_another_file_of_that_name(tmp_path, text):
    path = tmp_path / 'results.json'
    path.write_text(text)
    with pytest.raises(ValueError, match=r'results\.json has no results.*--out'):
        ResultStore(path)
    assert path.read_text() == text


def test_folder_of_that_name(tmp_path):
    with pytest.raises(ValueError, match='--out'):
        ResultStore(tmp_path)


def test_summary_is_for_programs(tmp_path):
    store = ResultStore(tmp_path / 'results.json')
    store.summary = dict(a=1)
    store.save()
    assert json.loads(store.path.read_text()) == dict(summary=dict(a=1), entries=[])
