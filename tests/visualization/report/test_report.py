import base64
import re

import pytest
from fullreport import CLASSES, EVIL, SECTIONS, full_report, results
from matplotlib.image import imread

from mm_laziness.visualization import results_table, write_report
from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.markdown import _escape

RESULTS = {name: results()[name] for name in ('rgb', 'joint', 'umt')}


def test_full_report(tmp_path):
    out_dir = tmp_path / 'new' / 'folder'
    paths = write_report(full_report(), out_dir)
    assert paths == dict(html=out_dir / 'report.html', markdown=out_dir / 'report.md')
    markdown = paths['markdown'].read_text(encoding='utf-8')
    html = paths['html'].read_text(encoding='utf-8')
    assert re.findall('^## (.*)$', markdown, re.MULTILINE) == SECTIONS
    assert re.findall('<h2>(.*)</h2>', html) == SECTIONS
    assert '<script>' not in html
    assert results_table(results()) in markdown
    for name in CLASSES:
        assert f'\n| {_escape(name)} | 40 |' in markdown
    # Both show the same pictures, and no file is left over.
    links = re.findall(r'^!\[.+\]\((.+)\)$', markdown, re.MULTILINE)
    inlined = re.findall('base64,([^"]+)"', html)
    assert len(links) == len(inlined) > 15
    for link, data in zip(links, inlined, strict=True):
        assert (out_dir / link).read_bytes() == base64.b64decode(data)
    files = {str(p.relative_to(out_dir)) for p in out_dir.rglob('*') if p.is_file()}
    assert files == {'report.md', 'report.html', *links}
    # Names that the readme links to.
    assert {'accuracies.png', 'laziness.png'} <= files
    assert all(imread(out_dir / link).std() > 0.05 for link in links)


def test_report_is_the_same_again(tmp_path):
    found = []
    for name in 'ab':
        data = ReportData('x', RESULTS, guidance=full_report().guidance)
        write_report(data, tmp_path / name)
        files = (p for p in (tmp_path / name).rglob('*') if p.is_file())
        found.append({path.name: path.read_bytes() for path in files})
    assert found[0] == found[1] and len(found[0]) == 5


def test_report_of_what_there_is(tmp_path):
    data = ReportData('Demo', dict(ume=dict(top1=87.0)), notes=['One.', 'Two.'])
    paths = write_report(data, tmp_path)
    text = paths['markdown'].read_text(encoding='utf-8')
    assert re.findall('^## (.*)$', text, re.MULTILINE) == [
        'What was found',
        'Accuracy',
        'Notes',
    ]
    assert text.endswith('## Notes\n\nOne.\n\nTwo.\n')
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        'accuracies.png',
        'report.html',
        'report.md',
    ]


def test_nothing_is_left_half_written(tmp_path):
    data = ReportData('', RESULTS, laziness_methods=['ogm'])
    with pytest.raises(ValueError, match=r"no results of \['ogm'\], only of \['rgb'"):
        write_report(data, tmp_path)
    with pytest.raises(ValueError, match="'a' lack 'top1'"):
        write_report(ReportData('', dict(a=dict(top1=None))), tmp_path)
    with pytest.raises(ValueError, match='no results to show'):
        write_report(ReportData('', {}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_old_report_is_replaced(tmp_path):
    write_report(ReportData('Old', RESULTS), tmp_path)
    write_report(ReportData('New', RESULTS), tmp_path)
    assert (tmp_path / 'report.md').read_text(encoding='utf-8').startswith('# New\n')
    assert not list(tmp_path.rglob('.*'))


def test_names_cannot_leave_the_folder(tmp_path):
    out = tmp_path / 'out'
    curves = {f'../../{EVIL}/x': full_report().curves['joint']}
    write_report(ReportData('', RESULTS, curves=curves), out)
    assert [p.name for p in tmp_path.iterdir()] == ['out']
    (figure,) = (out / 'figures').iterdir()
    assert figure.name.startswith('curves_.._.._')


def test_names_of_files_that_are_no_text(tmp_path):
    """A command line with such a name comes to the notes as Python decodes it."""
    note = b'study.py /data/\xe4udio'.decode(errors='surrogateescape')
    paths = write_report(ReportData('', RESULTS, notes=[note]), tmp_path)
    for path in paths.values():
        assert 'study.py /data/?udio' in path.read_text(encoding='utf-8')
