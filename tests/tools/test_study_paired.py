"""Laziness clip by clip, and a report that can be made anew."""

import json
import re

import pytest
from tinyset import undrawn

from mm_laziness.evaluation.functional import paired_bootstrap
from mm_laziness.utils.probing.probe_hits import read_hits

pytest_plugins = ['tinyset']


def study(tiny, folder, *arguments):
    with undrawn():
        return tiny.tool(
            *('study', 'slim_avdigits', '--work-dir', folder),
            *('--config-dir', tiny.configs, '--methods', 'joint', 'ume'),
            *('--guidance-from', 'none', *arguments),
            *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
            *('train_dataloader.batch_size=4', 'train_cfg.max_epochs=1'),
        )


def results(folder):
    return json.loads((folder / 'results.json').read_text())


@pytest.fixture(scope='module')
def done(tiny):
    folder = tiny.folder / 'paired'
    study(tiny, folder, '--title', 'My study')
    return folder


def test_encoders_are_compared_clip_by_clip(done):
    entries = results(done)
    hits = {name: read_hits(done / name / 'seed0') for name in entries}
    for name, own in hits.items():
        assert own.labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
        assert own.top1() == entries[name]['probe_top1']
        for modality, (low, high) in entries[name]['probe_interval'].items():
            assert 0 <= low <= own.top1()[modality] <= high <= 100
    joint = entries['joint']
    for name in ('rgb', 'audio'):
        found = paired_bootstrap(hits['joint'].right[name], hits[name].right[name])
        assert joint['probe_difference'][name] == 100 * found['difference']
        interval = [100 * found['low'], 100 * found['high']]
        assert joint['probe_difference_interval'][name] == interval
        assert joint['probe_p_value'][name] == found['p_value']
        # An ensemble's encoders are those trained alone.
        assert hits['ume'].right[name].equal(hits[name].right[name])
        assert 'probe_difference' not in entries[name]
    assert 'probe_difference' not in entries['ume']


def test_the_report_can_be_made_anew(tiny, done):
    about = json.loads((done / 'study.json').read_text())
    assert about['title'] == 'My study' and about['baseline'] == 'joint'
    assert about['laziness_methods'] == ['joint', 'rgb', 'audio']
    assert about['options']['num_classes'] == 3
    assert about['command'].endswith('train_cfg.max_epochs=1')
    assert f'`{about["command"]}`' == about['notes'][0]
    pages = [(done / name).read_text() for name in ('report.md', 'report.html')]
    assert 'The rgb encoder of joint is' in pages[0] and 'clip by clip' in pages[0]
    with undrawn():
        tiny.plain_tool('report', done)
    again = [(done / name).read_text() for name in ('report.md', 'report.html')]
    assert [_without_versions(p) for p in again] == [
        _without_versions(p) for p in pages
    ]


def _without_versions(page):
    """The environment is that of whoever writes, and pictures are drawn again."""
    page = re.sub(r'(?s)## Versions.*?(?=## )', '', page)
    page = re.sub(r'(?s)id="versions".*?(?=<section)', '', page)
    return re.sub('data:image/[^"]*', '', page)


def test_older_studies_are_judged_as_before(tiny, done):
    before = results(done)
    for path in (*done.glob('joint/*/probe_hits.json'), done / 'study.json'):
        path.unlink()
    study(tiny, done)
    after = results(done)
    assert 'probe_interval' in after['rgb']
    for key in ('probe_interval', 'probe_difference', 'probe_p_value'):
        assert key in before['joint'] and key not in after['joint']
    text = (done / 'report.md').read_text()
    assert 'The rgb encoder of joint is' in text and 'clip by clip' not in text
