import json

from projects.synthetic_features.report import report
from projects.synthetic_features.store import ResultStore

CFG = dict(
    seeds=[0],
    generator=dict(latent=50, num_samples=5000),
    paper=dict(accuracy=dict(first=dict(C=70.9)), confusion=[[100, 0], [0, 57]]),
)
NETWORKS = dict(first=dict(C=[dict(top1=70.0, confusion=[[4, 0], [1, 3]])]))
METHODS = dict(ume=dict(C=[dict(top1=60.0, class_recall=[90.0, 40.0])]))


def test_prints_and_saves_the_same(tmp_path):
    store = ResultStore(tmp_path / 'results.json')
    text = report(NETWORKS, METHODS, CFG, store)
    assert (tmp_path / 'results.md').read_text() == text
    assert '70.0 (70.9)' in text
    assert '75.0 (57)' in text
    assert 'UME' in text
    assert 'latent 50, num_samples 5000' in text
    summary = json.loads(store.path.read_text())['summary']
    assert summary['networks']['first']['C']['top1'] == 70.0
    assert summary['methods']['ume']['C']['seeds'] == [60.0]


def test_without_methods_and_without_set_c(tmp_path):
    networks = dict(first=dict(B=[dict(top1=50.0)]))
    text = report(networks, {}, CFG, ResultStore(tmp_path / 'results.json'))
    assert 'Table 21' not in text
    assert 'Methods' not in text
