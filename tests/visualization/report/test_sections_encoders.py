import pytest
from fullreport import curve, results

from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.document import Fold, Picture, Table
from mm_laziness.visualization.report.sections_encoders import (
    curves_section,
    featured,
    probing_section,
)


def of(kind, blocks):
    return [block for block in blocks if isinstance(block, kind)]


def test_probes_against_training_alone():
    study = {name: results()[name] for name in ('rgb', 'audio', 'joint', 'umt')}
    study['ume'] = dict(top1=50.0)
    blocks = probing_section(ReportData('', study)).blocks
    (table,) = of(Table, blocks)
    assert table.header == ['method', 'rgb probe', 'audio probe']
    assert table.rows == [
        ['rgb', '55.0', '-'],
        ['audio', '-', '70.0'],
        ['joint', '35.0 (−20.0)', '69.0 (−1.0)'],
        ['UMT', '56.0 (+1.0)', '71.0 (+1.0)'],
    ]
    assert [picture.path for picture in of(Picture, blocks)] == ['laziness.png']
    chosen = ReportData('', study, laziness_methods=['umt'])
    (table,) = of(Table, probing_section(chosen).blocks)
    # The encoder alone stays what it is compared with.
    assert table.rows == [['UMT', '56.0 (+1.0)', '71.0 (+1.0)']]


def test_probes_compared_clip_by_clip():
    study = {name: results()[name] for name in ('rgb', 'joint', 'umt')}
    text = probing_section(ReportData('', study)).blocks[0].text
    assert 'tools/probe_encoders.py' in text and 'bootstrap' not in text
    study['joint'].update(
        probe_difference=dict(rgb=-20.1),
        probe_difference_interval=dict(rgb=[-26.0, -14.0]),
    )
    text, _, table = probing_section(ReportData('', study)).blocks
    assert 'bootstrap' in text.text and 'tools/probe_encoders.py' not in text.text
    assert table.rows[1] == ['joint', '35.0 (−20.1 [−26.0, −14.0])', '69.0']
    # One that was not compared so has no interval.
    assert table.rows[2][1] == '56.0 (+1.0)'


def test_no_probes_no_section():
    study = dict(rgb=results()['rgb'], ume=dict(top1=50.0))
    assert probing_section(ReportData('', dict(ume=study['ume']))) is None
    assert probing_section(ReportData('', study, laziness_methods=['ume'])) is None
    assert probing_section(ReportData('', study, laziness_methods=[])) is None
    with pytest.raises(ValueError, match=r"no results of \['x'\], only of \['rgb'"):
        probing_section(ReportData('', study, laziness_methods=['x']))


def test_curves_show_the_last_epoch():
    curves = dict(umt=curve(rgb=52, audio=69))
    # The last epoch has no probe: the one before counts.
    for values in curves['umt']['epochs'][-1]['modalities'].values():
        del values['probe_top1']
    table, picture = curves_section(ReportData('', results(), curves=curves)).blocks[1:]
    assert table.header[:5] == [
        'method',
        'modality',
        'val top-1',
        'to alone',
        'train - val',
    ]
    assert table.rows[0][:5] == ['UMT', 'rgb', '52.0', '−8.0', '+0.0']
    assert table.rows[1][:5] == ['UMT', 'audio', '69.0', '+9.0', '+0.0']
    assert table.rows[0][-1] == '52.0' and table.left == 2
    assert picture.path == 'figures/curves_umt.png'
    assert curves_section(ReportData('', results())) is None
    empty = dict(umt=dict(modalities=['rgb'], epochs=[]))
    assert curves_section(ReportData('', results(), curves=empty)) is None


def test_the_rest_of_many_curves_is_folded(monkeypatch):
    from matplotlib.figure import Figure

    from mm_laziness.visualization.report import sections_encoders as module

    monkeypatch.setattr(module, 'plot_curves', lambda *_: Figure(figsize=(1, 1)))
    curves = {method: curve(rgb=50) for method in results()}
    *_, fold = blocks = curves_section(ReportData('', results(), curves=curves)).blocks
    shown = ['figures/curves_' + name for name in ('rgb', 'audio', 'joint', 'umt')]
    assert [p.path for p in of(Picture, blocks)] == [f'{name}.png' for name in shown]
    assert isinstance(fold, Fold) and fold.title == '4 more'
    rest, *pictures = fold.blocks
    assert len(rest.rows) == len(pictures) == 4
    (first,) = of(Table, blocks)
    assert [row[0] for row in first.rows] == ['rgb', 'audio', 'joint', 'UMT']


def test_of_many_curves_some_are_drawn(monkeypatch):
    from matplotlib.figure import Figure

    from mm_laziness.visualization.report import sections_encoders as module

    drawn = []
    monkeypatch.setattr(
        module, 'plot_curves', lambda _, m: drawn.append(m) or Figure(figsize=(1, 1))
    )
    curves = {f'umt lr={i}': curve(rgb=50) for i in range(12)}
    # Nothing was measured in it, and nothing can be drawn.
    curves['ogm'] = dict(modalities=['rgb'], epochs=[dict(epoch=1, modalities={})])
    *_, fold = curves_section(ReportData('', results(), curves=curves)).blocks
    assert fold.title == '11 more, 8 of them drawn'
    rest, *pictures = fold.blocks
    assert (len(rest.rows), len(pictures), len(drawn)) == (11, 8, 9)
    assert 'ogm' not in drawn


def test_featured():
    assert featured(results(), ['ogm', 'umt']) == ['ogm', 'umt']
    names = ['a', 'b', 'umt', 'c', 'd', 'joint']
    assert featured(results(), names) == ['umt', 'joint']
    assert featured(results(), list('abcde')) == ['a']
    assert featured(results(), []) == []
