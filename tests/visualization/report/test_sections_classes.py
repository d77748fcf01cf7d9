from fullreport import EVIL, classes, results
from matplotlib.figure import Figure

from mm_laziness.visualization.report import sections_classes as module
from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.document import Fold, Picture, Table, Text
from mm_laziness.visualization.report.sections_classes import (
    classes_section,
    confusion_section,
)


def data(report):
    return ReportData('', results(), classes=report)


def test_classes():
    report = classes()
    text, gains, accuracies, table = classes_section(data(report)).blocks
    assert text.text.startswith(
        'joint exceeds the summed accuracies of rgb and audio in 5 of 5 classes'
    )
    assert 'evidence of paired features' in text.text
    assert gains.path == 'figures/class_gains.png'
    assert accuracies.path == 'figures/class_accuracies.png'
    assert list(table.header) == [
        *('class', 'clips', 'rgb', 'audio', 'joint', 'UMT', EVIL),
        *('uni-modal sum', 'gain'),
    ]
    row = report['table'][1]
    assert table.rows[1][:3] == [EVIL, '40', f'{row["accuracy"]["rgb"]:.1f}']
    assert table.rows[1][-1] == f'{row["gain"]:+.1f}'


def test_classes_without_a_joint_model_or_clips():
    report = classes()
    for row in report['table']:
        row.update(unimodal_sum=None, exceeds_sum=None, gain=None)
    report['table'][0].update(count=0, accuracy=dict.fromkeys(report['names']))
    report.update(unimodal=[], joint=None, paired_classes=[], top_gains=[])
    blocks = classes_section(data(report)).blocks
    assert [type(block) for block in blocks] == [Picture, Table]
    assert blocks[1].rows[0][1:3] == ['0', '-']
    assert 'gain' not in blocks[1].header


def test_no_class_is_paired():
    report = {**classes(), 'paired_classes': []}
    first = classes_section(data(report)).blocks[0]
    assert isinstance(first, Text) and first.text.startswith('In no class')


def test_many_classes_are_folded(monkeypatch):
    monkeypatch.setattr(module, '_MOST_ROWS', 4)
    report = {**classes(), 'top_gains': [1, 2], 'paired_classes': [2]}
    *_, table, fold = classes_section(data(report)).blocks
    assert [row[0] for row in table.rows] == [EVIL, 'a|b `c']
    assert isinstance(fold, Fold) and fold.title == 'All 5 classes'
    assert len(fold.blocks[0].rows) == 5


def test_confusion_of_the_featured():
    *shown, fold = confusion_section(data(classes())).blocks
    assert [p.path for p in shown] == [
        f'figures/confusion_{name}.png' for name in ('rgb', 'audio', 'joint', 'umt')
    ]
    assert fold.title == '1 more' and EVIL in fold.blocks[0].caption


def test_confusion_of_very_many(monkeypatch):
    """The featured ones are shown wherever they stand, of the rest only some."""
    monkeypatch.setattr(module, 'plot_confusion', lambda *_: Figure(figsize=(1, 1)))
    names = [*(f'method{i}' for i in range(20)), 'umt', 'joint']
    report = dict(class_names=['a'], confusion=dict.fromkeys(names, [[1]]))
    *shown, fold = confusion_section(data(report)).blocks
    assert [p.path[18:] for p in shown] == ['umt.png', 'joint.png']
    assert fold.title == '8 of 20 others' and len(fold.blocks) == 8


def test_nothing_of_classes():
    assert classes_section(ReportData('', results())) is None
    assert confusion_section(ReportData('', results())) is None
    assert confusion_section(data({**classes(), 'confusion': {}})) is None
