from fullreport import full_report, results

from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.document import Picture
from mm_laziness.visualization.report.sections_methods import (
    blending_section,
    dimensions_section,
    modulation_section,
)


def test_blending_weights():
    _, picture, table = blending_section(full_report()).blocks
    assert isinstance(picture, Picture) and 'G-Blending online' in picture.caption
    assert table.header == ['method', 'from epoch', 'rgb', 'audio', 'joint']
    # Epochs are counted from 1, as in the curves.
    assert table.rows == [
        ['G-Blending online', '1', '0.500', '0.300', '0.200'],
        ['G-Blending online', '5', '0.200', '0.300', '0.500'],
    ]


def test_modulation():
    _, picture, table = modulation_section(full_report()).blocks
    assert picture.path == 'figures/modulation_ogm.png'
    assert table.rows == [
        ['OGM', 'rgb', '1.000', '1.000', '0.80'],
        ['OGM', 'audio', '0.300', '0.100', '1.25'],
    ]


def test_modulation_with_missing_numbers():
    history = dict(
        epoch=[1, 2, 3],
        ratio=dict(rgb=[0.5, None, 0.8], audio=[None] * 3),
        coefficient=dict(rgb=[None, 0.5, 1.0], audio=[None] * 3),
    )
    data = ReportData('', results(), modulation=dict(ogm=history))
    *_, table = modulation_section(data).blocks
    assert table.rows == [['OGM', 'rgb', '0.750', '0.500', '0.80']]


def test_dimensions():
    _, picture, table = dimensions_section(full_report()).blocks
    assert picture.path == 'figures/dimensions_di_mml.png'
    assert table.header[2:] == ['width', 'effective', 'only here']
    assert table.rows == [
        ['DI-MML', 'rgb', '32', '10', '4'],
        ['DI-MML', 'audio', '32', '20', '14'],
    ]


def test_nothing_decided():
    empty = ReportData(
        '',
        results(),
        blending=dict(a=[]),
        modulation=dict(a=dict(epoch=[], ratio={}, coefficient={})),
        dimensions=dict(a={}),
    )
    for data in (ReportData('', results()), empty):
        for section in (blending_section, modulation_section, dimensions_section):
            assert section(data) is None
