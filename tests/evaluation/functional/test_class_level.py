import json

import pytest
import torch

from mm_laziness.evaluation.functional import class_level_table, class_report

NAMES = ['sneeze', 'bark', 'unseen', 'wave']
LABELS = torch.tensor([0, 0, 0, 0, 1, 1, 3])


def scores(*predicted):
    return torch.eye(4)[list(predicted)]


def models():
    """Joint is right on all of class 0, of which each modality has one sample."""
    return dict(
        rgb=scores(0, 1, 1, 1, 1, 1, 0),
        audio=scores(1, 0, 1, 1, 1, 0, 3),
        joint=scores(0, 0, 0, 0, 1, 0, 2),
    )


def test_table_by_hand():
    rows = class_level_table(
        models(), LABELS, NAMES, unimodal=['rgb', 'audio'], joint='joint'
    )
    assert [row['class'] for row in rows] == [0, 1, 2, 3]
    assert [row['name'] for row in rows] == NAMES
    assert [row['count'] for row in rows] == [4, 2, 0, 1]
    assert rows[0]['accuracy'] == dict(rgb=25, audio=25, joint=100)
    assert rows[1]['accuracy'] == dict(rgb=100, audio=50, joint=50)
    assert rows[2]['accuracy'] == dict(rgb=None, audio=None, joint=None)
    assert [row['unimodal_sum'] for row in rows] == [50, 150, None, 100]
    assert [row['exceeds_sum'] for row in rows] == [True, False, None, False]
    assert [row['gain'] for row in rows] == [75, -50, None, -100]
    low, high = rows[0]['gain_interval']
    # Of four samples, three better and none worse; by hand, 1/2 +- 0.516.
    assert (low, high) == pytest.approx((-1.65, 100.0), abs=0.01)
    assert rows[2]['gain_interval'] is None


def test_a_tie_does_not_exceed_the_sum():
    # In thirds, which no float holds exactly: 1/3 + 1/3 against 2/3.
    labels = torch.zeros(3, dtype=torch.long)
    parts = dict(a=scores(0, 1, 1), b=scores(1, 0, 1), both=scores(0, 0, 1))
    row = class_level_table(parts, labels, unimodal=['a', 'b'], joint='both')[0]
    assert row['exceeds_sum'] is False and row['name'] == '0'


def test_against_a_slow_reference():
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(5, (200,), generator=generator)
    given = {name: torch.randn(200, 6, generator=generator) for name in 'abcj'}
    report = class_report(given, labels, unimodal=('a', 'b', 'c'), joint='j', top=2)
    gains = {}
    for row in report['table'][:5]:
        own = [i for i in range(200) if labels[i] == row['class']]
        hits = {
            n: sum(int(s[i].argmax()) == row['class'] for i in own)
            for n, s in given.items()
        }
        for name, number in hits.items():
            assert row['accuracy'][name] == pytest.approx(100 * number / len(own))
        total = hits['a'] + hits['b'] + hits['c']
        assert row['exceeds_sum'] == (hits['j'] > total)
        best = max(hits['a'], hits['b'], hits['c'])
        gains[row['class']] = (hits['j'] - best) / len(own)
        assert row['gain'] == pytest.approx(100 * gains[row['class']])
    assert report['top_gains'] == sorted(gains, key=lambda c: -gains[c])[:2]
    for name, rows in given.items():
        right = (rows.argmax(dim=1) == labels).float().mean()
        assert report['top1'][name] == pytest.approx(100 * float(right))


def test_report_is_plain_and_complete():
    report = class_report(
        models(), LABELS, NAMES, unimodal=['rgb', 'audio'], joint='joint', top=2
    )
    assert json.loads(json.dumps(report)) == report
    assert report['class_names'] == NAMES and report['counts'] == [4, 2, 0, 1]
    assert report['names'] == ['rgb', 'audio', 'joint']
    assert report['unimodal'] == ['rgb', 'audio'] and report['joint'] == 'joint'
    assert report['paired_classes'] == [0] and report['top_gains'] == [0, 1]
    # Of the three classes with samples.
    assert report['mean'] == pytest.approx(dict(rgb=125 / 3, audio=175 / 3, joint=50))
    assert report['confusion']['joint'] == [
        [4, 0, 0, 0],
        [1, 1, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 0],
    ]


def test_paired_classes_come_with_the_largest_margin_first():
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    parts = dict(
        a=scores(1, 1, 0, 0, 2, 0, 0, 0),
        b=scores(1, 1, 0, 0, 0, 0, 0, 0),
        both=scores(0, 1, 1, 1, 2, 2, 3, 3),
    )
    report = class_report(parts, labels, unimodal=['a', 'b'], joint='both')
    # Margins 50, 100, 50, 100; ties stay in order.
    assert report['paired_classes'] == [1, 3, 0, 2]


def test_what_is_not_known_is_none():
    report = class_report(models(), LABELS)
    row = report['table'][0]
    assert row['accuracy']['joint'] == 100
    assert row['unimodal_sum'] is row['gain'] is row['exceeds_sum'] is None
    assert report['paired_classes'] == report['top_gains'] == []
    # One uni-modal model is no sum.
    report = class_report(models(), LABELS, unimodal=['rgb'], joint='joint')
    assert report['table'][0]['gain'] == 75
    assert report['table'][0]['exceeds_sum'] is None
    assert report['paired_classes'] == []


def test_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match='3 class names for 4 classes'):
        class_level_table(models(), LABELS, NAMES[:3])
    with pytest.raises(ValueError, match=r"\['flow'\].*different ones of \['rgb'"):
        class_level_table(models(), LABELS, unimodal=['flow'], joint='joint')
    with pytest.raises(ValueError, match='different ones'):
        class_level_table(models(), LABELS, unimodal=['rgb'], joint='rgb')
    with pytest.raises(ValueError, match='nothing to compare: 0 models'):
        class_report({}, LABELS)
    with pytest.raises(ValueError, match=r'one shape .*\(7, 4\).*\(7, 5\)'):
        class_report(dict(a=scores(*LABELS.tolist()), b=torch.zeros(7, 5)), LABELS)
