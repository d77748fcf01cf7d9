import pytest
from fullreport import SECTIONS

from mm_laziness.visualization.report import sections as module
from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.document import Section
from mm_laziness.visualization.report.sections import build_sections


def test_anchors_and_order():
    """Every section there is, without its figures: they are drawn in other tests."""
    anchors = [Section(title, []).anchor for title in SECTIONS]
    assert len({*anchors}) == len(SECTIONS) == len(module._SECTIONS)


def test_three_modalities_and_no_names_of_ours():
    modalities = ('front', 'depth', 'imu')
    study = {
        f'{m} net': dict(top1=30.0, unimodal_top1={m: 30.0}, probe_top1={m: 40.0})
        for m in modalities
    }
    study['all'] = dict(top1=50.0, probe_top1=dict.fromkeys(modalities, 25.0))
    sections = build_sections(ReportData('', study))
    words = ' '.join(block.text for block in sections[0].blocks if block.kind == 'text')
    for modality in modalities:
        assert f'The {modality} encoder of all is lazy' in words


def test_one_modality():
    study = dict(imu=dict(top1=30.0, probe_top1=dict(imu=40.0)))
    assert len(build_sections(ReportData('', study))) == 3


def test_errors():
    with pytest.raises(ValueError, match='no results to show'):
        build_sections(ReportData('', {}))
