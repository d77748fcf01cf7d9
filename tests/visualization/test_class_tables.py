import csv
import io
import json

from classreports import large, small

from mm_laziness.visualization.class_tables import (
    caution,
    classes_csv,
    classes_markdown,
    shown_classes,
)


def table(text, title):
    """Rows of the table under a heading."""
    section = text.split(f'## {title}')[1].split('## ')[0]
    lines = [line for line in section.splitlines() if line.startswith('|')]
    rows = [line.strip('| ').replace('\\|', '/').split(' | ') for line in lines]
    return {row[0].strip(): row[1:] for row in rows[2:]}, rows[0]


def test_csv_has_a_line_per_class():
    rows = list(csv.DictReader(io.StringIO(classes_csv(small()))))
    assert [row['name'] for row in rows] == ['playing harp', 'a|b', 'unseen']
    first, second, unseen = rows
    assert (first['count'], first['rgb'], first['joint']) == ('10', '20.00', '80.00')
    assert first['unimodal_sum'] == '50.00' and first['exceeds_sum'] == 'True'
    assert first['gain'] == '50.00' and float(first['gain_low']) > 0
    assert first['caution'] == '' and second['caution'] == 'few samples'
    assert second['gain'] == '-25.00' and second['exceeds_sum'] == 'False'
    assert unseen['joint'] == unseen['gain'] == unseen['exceeds_sum'] == ''
    assert unseen['caution'] == caution(0) == 'no samples'


def test_markdown_has_the_tables_of_the_paper():
    text = classes_markdown(small(), ['A note.'])
    assert '14 test samples of 3 classes' in text and 'A note.' in text
    assert '1 classes have no samples' in text and '1 classes have fewer' in text
    paired, head = table(text, 'Classes where joint exceeds the sum of rgb + audio')
    assert head[-2:] == ['playing harp', 'mean']
    assert paired['rgb'] == ['20', '20.0'] and paired['joint'] == ['80', '80.0']
    assert paired['samples'][0] == '10' and paired['class'][0] == '0'
    assert '1 of 3 classes: evidence of paired features' in text
    assert 'average of the uni-modal models exceeds' not in text
    gains, head = table(text, 'Classes with the largest gain of joint')
    # The one with few samples is marked, and its name breaks no table.
    assert head[-3:] == ['playing harp', 'a/b*', 'mean']
    assert gains['gain'] == ['+50', '-25', '+12.5']
    assert gains['95 % interval'][0].startswith('+') and 'in 1 of these 2' in text
    means, _ = table(text, 'All classes')
    assert means['rgb'] == ['60.0', '42.9'] and means['joint'] == ['77.5', '78.6']


def test_an_average_above_the_sum_is_no_evidence_and_said():
    report = small()
    report['table'][0]['accuracy']['average'] = 60.0
    assert 'In 1 of them the average of the uni-modal models' in classes_markdown(
        report
    )


def test_a_single_sample_above_the_sum_is_said():
    report = small()
    for enough in (80.0, 70.0):
        report['table'][0]['accuracy']['joint'] = enough
        assert 'by a single sample' not in classes_markdown(report)
    report['table'][0]['accuracy']['joint'] = 60.0
    assert '1 of them by a single sample' in classes_markdown(report)


def test_without_a_comparison_only_means_are_left():
    report = small(unimodal=[], joint=None)
    text = classes_markdown(report)
    assert 'exceeds' not in text and 'gain' not in text
    assert table(text, 'All classes')[0]['audio'] == ['27.5', '28.6']
    # Classes in which models differ most: 60 points, then 75.
    assert shown_classes(report) == [1, 0]
    none = small(joint='average', unimodal=['joint', 'rgb'])
    assert 'There is none among 3 classes' in classes_markdown(none)


def test_long_tables_are_cut_and_all_is_still_said():
    report = large(60)
    text = classes_markdown(json.loads(json.dumps(report)))
    count = len(report['paired_classes'])
    assert count > 10 and f'{count} of 60 classes' in text
    assert 'Shown are the 10 with the largest margins' in text
    assert len(table(text, 'Classes where')[0]['rgb']) == 11
    assert set(shown_classes(report)) == {
        *report['paired_classes'][:10],
        *report['top_gains'],
    }
