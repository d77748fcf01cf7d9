import pytest
import torch

from projects.synthetic_features.tables import (
    accuracy_table,
    confusion_shares,
    confusion_table,
    markdown,
    spread,
    summarize,
)

RESULTS = dict(
    first=dict(
        B=[dict(top1=50.0), dict(top1=52.0)],
        C=[
            dict(top1=70.0, confusion=[[4, 0], [1, 3]]),
            dict(top1=71.0, confusion=[[2, 2], [0, 4]]),
        ],
    ),
    multimodal=dict(B=[dict(top1=92.0)]),
)


def test_spread_by_hand():
    # Deviations of 1 around 51, one degree of freedom: the root of 2.
    assert spread([50.0, 52.0]) == '51.0 ± 1.4'
    assert spread([50.0]) == '50.0'
    assert spread([]) == '-'


def test_accuracies_beside_the_papers():
    table = accuracy_table(RESULTS, dict(first=dict(B=51.4, C=70.9)))
    assert [
        [c.strip() for c in line.split('|')[1:-1]] for line in table.split('\n')
    ] == [
        ['Test top-1 (%)', 'Set B', 'Set C'],
        ['-' * 24, '-' * 19, '-' * 19],
        ['Uni-modal (modality 1)', '51.0 ± 1.4 (51.4)', '70.5 ± 0.7 (70.9)'],
        ['Multi-modal', '92.0', '-'],
    ]


def test_confusion_shares_by_hand():
    # Rows in percent: 100 0 / 25 75 and 50 50 / 0 100; then their mean.
    expected = torch.tensor([[75.0, 25.0], [12.5, 87.5]]).double()
    torch.testing.assert_close(confusion_shares(RESULTS['first']['C']), expected)


def test_confusion_of_a_class_without_samples_is_zero():
    shares = confusion_shares([dict(confusion=[[0, 0], [1, 1]])])
    assert shares.tolist() == [[0.0, 0.0], [50.0, 50.0]]


def test_confusion_beside_the_papers():
    lines = confusion_table(RESULTS, 'C', [[100.0, 0.0], [45.4, 54.6]]).split('\n')
    assert len(lines) == 4
    assert '12.5 (45.4)' in lines[3]
    assert '87.5 (54.6)' in lines[3]


def test_no_confusion_without_the_set():
    assert confusion_table(RESULTS, 'A') == ''


def test_summary():
    summary = summarize(RESULTS)
    assert summary['first']['B'] == dict(
        top1=51.0, deviation=pytest.approx(2**0.5), seeds=[50.0, 52.0]
    )
    assert summary['multimodal']['B']['deviation'] is None


def test_markdown_is_aligned():
    lines = markdown([['a', 'long'], ['longer', 'b']]).split('\n')
    assert lines == ['| a      | long |', '|--------|------|', '| longer | b    |']
