"""The memory of an inspection that was killed."""

from mm_laziness.datasets.preparation.cache import FactsCache
from mm_laziness.datasets.preparation.media_facts import Facts


def test_a_line_that_was_cut_off_loses_only_itself(tmp_path):
    path = tmp_path / 'annotations' / 'cache.jsonl'
    cache = FactsCache(path)
    for name in 'ab':
        cache.add(name, '1', Facts(frames=ord(name)))
    whole = path.read_text()
    path.write_text(whole[:-20])
    cache = FactsCache(path)
    assert cache.get('a', '1') == Facts(frames=97)
    assert cache.get('b', '1') is None
    cache.add('b', '1', Facts(frames=98))
    cache.add('c', '1', Facts(fault='broken'))
    cache = FactsCache(path)
    assert [cache.get(name, '1').frames for name in 'abc'] == [97, 98, None]


def test_a_file_that_changed_is_unknown(tmp_path):
    cache = FactsCache(tmp_path / 'cache.jsonl')
    cache.add('a', '1', Facts())
    assert cache.get('a', '1') and cache.get('a', '2') is None


def test_entries_of_another_version_are_passed_over(tmp_path):
    path = tmp_path / 'cache.jsonl'
    path.write_text(
        '{"key": "a", "stamp": "1", "facts": {"colour": 3}}\n[]\n{"key": "b"}\n'
    )
    assert FactsCache(path).get('a', '1') is None
