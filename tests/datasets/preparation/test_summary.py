"""Numbers and warnings about a prepared set."""

import pytest

from mm_laziness.datasets.preparation import Clip, Preparation
from mm_laziness.datasets.preparation.media_facts import Facts
from mm_laziness.datasets.preparation.report import render, table
from mm_laziness.datasets.preparation.selection import Verdict
from mm_laziness.datasets.preparation.summary import summarize


def make(**kwargs):
    settings = dict(
        name='Set',
        root='data/set',
        classes=['a', 'b'],
        splits=dict(train=[], test=[]),
        folders=dict(rgb='', audio=''),
        kinds=dict(rgb='video', audio='sound'),
        published={},
        config='',
        clock='rgb',
    )
    return Preparation(**(settings | kwargs))


def verdict(name, label=0, seconds=2.0, start=None, end=None, **kwargs):
    facts = Facts(None, True, True, seconds, 16, 29.97, 340, 256, 44100)
    clip = Clip(label, dict(rgb=name, audio=name), start, end)
    return Verdict(clip, None, facts=dict(rgb=facts, audio=facts), **kwargs)


def test_lengths_end_with_the_segment_or_the_file():
    found = [
        verdict('x'),
        verdict('y', 1, start=0.5, end=1.0),
        verdict('z', start=1.0, end=9.0),
    ]
    numbers = summarize(make(), dict(train=found))['splits']['train']
    assert numbers['seconds'] == dict(min=0.5, median=1.0, max=2.0, total=3.5)
    assert numbers['clips_per_class'] == dict(a=2, b=1)
    assert numbers['sources']['rgb']['size'] == {'340x256': 3}
    assert numbers['sources']['rgb']['fps'] == {'29.97': 3}
    # Each source tells of its half of the same file.
    assert numbers['sources']['rgb']['sample_rate'] == {}
    assert numbers['sources']['audio'] == dict(
        size={}, fps={}, sample_rate={'44100': 3}, frames=None
    )


def test_leaks_repetitions_and_empty_classes_are_told():
    both = verdict('x')
    found = dict(train=[both, both, verdict('y')], test=[both, verdict('z', 1)])
    warnings = summarize(make(notes=['a note']), found)['warnings']
    assert warnings == [
        'a note',
        "train has no clip of 1 of 2 classes, for example 'b'",
        'train lists 1 clips more than once',
        '1 clips are both in train and in test',
    ]


def test_other_segments_of_a_file_and_other_protocols_are_no_leak():
    splits = {
        'train': [verdict('x', start=0.0, end=1.0), verdict('q', 1)],
        'test': [verdict('x', start=1.0, end=2.0), verdict('r', 1)],
        'test_speakers': [verdict('q', 1), verdict('x', start=0.0, end=1.0)],
    }
    assert summarize(make(), splits)['warnings'] == []


def test_no_file_for_an_empty_split_is_told():
    left_out = verdict('x', kept=False)
    found = dict(train=[verdict('y'), verdict('z', 1)], test=[left_out])
    summary = summarize(make(published=dict(test=1)), found)
    assert summary['warnings'] == [
        'published 1 clips in test, found 0 (the list names 1)',
        'test is empty: no file is written for it',
    ]


def test_report_lines_up_and_escapes():
    text = table(['class', 'clips'], [['a|b', 1234], ['c', None]])
    assert text.splitlines() == [
        '| class | clips |',
        '|-------|------:|',
        '| a\\|b  | 1,234 |',
        '| c     |     - |',
    ]


@pytest.mark.parametrize('given', [True, False])
def test_report_of_all_parts(given):
    preparation = make(lists_are_given=given)
    summary = summarize(preparation, dict(train=[verdict('x')], test=[]))
    inputs = dict(rgb=dict(shape=[1, 3, 8, 8], dtype='uint8'))
    text = render(dict(summary, sample=dict(config='c.py', inputs=inputs)))
    assert '1 x 3 x 8 x 8' in text and '340x256 (1)' in text
    assert '16 to 16, median 16' in text and 'WARNING: test is empty' in text
    assert ('used as they are' in text) is given
    assert '| 0     | a     |     1 |    0 |' in text
