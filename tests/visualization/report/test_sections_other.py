from fullreport import EVIL, full_report, guidance, results

from mm_laziness.visualization import guidance_sentence
from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.document import Code, Fold, Text
from mm_laziness.visualization.report.sections_other import (
    configuration_section,
    failures_section,
    guidance_section,
    missing_section,
    notes_section,
    versions_section,
)


def test_missing():
    text, picture, table = missing_section(full_report()).blocks
    assert '"zeros": its features are zeros; "split": the scores' in text.text
    assert picture.path == 'figures/missing.png'
    assert table.header == [
        *('method', 'complete', 'without rgb (zeros)', 'without audio (zeros)'),
        'without rgb (split)',
    ]
    assert table.rows == [
        ['joint', '80.0', '60.0', '20.0', '65.0'],
        ['UMT', '88.0', '68.0', '28.0', '73.0'],
    ]
    complete = dict(joint=dict(complete=dict(top1=80.0)))
    assert missing_section(ReportData('', results(), missing=complete)) is None


def test_failures():
    _, table, fold = failures_section(full_report()).blocks
    # The last line says what it was.
    assert table.rows == [
        ['OGM-GE, seed 1', f'ValueError: a|b {EVIL}', 'ogm_ge/log.txt']
    ]
    assert isinstance(fold, Fold) and fold.blocks[0].text.startswith('Traceback')
    short = dict(method='ogm', seed=0, error='', log=None)
    _, table = failures_section(ReportData('', results(), failures=[short])).blocks
    assert table.rows == [['OGM, seed 0', 'no message', '']]


def test_guidance():
    text, picture, table = guidance_section(full_report()).blocks
    assert text.text == guidance_sentence(guidance())
    assert picture.path == 'figures/guidance.png'
    rows = dict(table.rows)
    assert rows['rgb alone'] == '55.0 [50.0, 60.0]'
    assert rows['MM Clf, rgb part'] == '35.0 [30.0, 40.0]'
    assert rows['MM Clf'] == '87.5 [82.5, 92.5]'
    assert rows['MM Clf over the average of logits'] == '+10.0 [+6.0, +14.5]'
    assert rows['MM Clf over the average of probabilities'] == '+11.0 [+7.0, +15.5]'


def test_guidance_of_a_file_without_intervals():
    keys = ('mm_clf', 'average_score', 'average_prob', 'unimodal', 'p_value')
    old = {key: guidance()[key] for key in (*keys, 'method', 'clear', 'num_val')}
    text, table = guidance_section(ReportData('', results(), guidance=old)).blocks
    assert 'use UMT' in text.text
    assert table.rows[-1] == ['MM Clf', '87.5'] and len(table.rows) == 5


def test_configs_versions_and_notes():
    data = full_report()
    _, joint, umt = configuration_section(data).blocks
    assert (joint.title, joint.blocks) == ('joint', [Code('a = """```"""', 'python')])
    assert umt.title == 'UMT'
    (table,) = versions_section(data).blocks
    assert table.rows == [['torch', '2.11.0'], ['GPU', EVIL]]
    assert notes_section(data).blocks == [Text(note) for note in data.notes]


def test_nothing_to_show():
    data = ReportData('', results())
    for section in (
        configuration_section,
        failures_section,
        guidance_section,
        missing_section,
        notes_section,
        versions_section,
    ):
        assert section(data) is None
