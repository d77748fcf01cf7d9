import pytest
import torch

from projects.synthetic_features import schedule
from projects.synthetic_features.generator import generate, split
from projects.synthetic_features.schedule import Job, run_all
from projects.synthetic_features.store import ResultStore

CFG = dict(
    sets=['A', 'C'],
    seeds=[0, 1],
    generator=dict(latent=4, widths=[6, 5], delta=0.3, num_samples=90),
    training=dict(
        lr=0.2, hidden=dict(multimodal=8, unimodal=4), steps=2, stop_below=0.0
    ),
    methods=dict(anything=1),
)


@pytest.fixture
def trained(monkeypatch):
    """Names of the networks that are trained, as they are."""
    names = []

    def train_network(name, train, test, *, seed, **settings):
        names.append((name, seed, train.num_classes))
        return original(name, train, test, seed=seed, **settings)

    original = schedule.train_network
    monkeypatch.setattr(schedule, 'train_network', train_network)
    return names


def test_trains_each_network_on_each_set_with_each_seed(tmp_path, trained):
    networks, methods = run_all(CFG, [], ResultStore(tmp_path / 'results.json'))
    assert methods == {}
    assert len(trained) == len(set(trained)) == 2 * 2 * 3
    assert list(networks) == ['first', 'second', 'multimodal']
    for by_set in networks.values():
        assert {k: len(v) for k, v in by_set.items()} == dict(A=2, C=2)


def test_the_seed_splits_and_initializes(monkeypatch):
    cfg = {**CFG, 'sets': ['C'], 'seeds': [1]}
    job = Job('network', 'C', 1, ('first',), cfg['generator'], cfg['training'])
    seen = []
    monkeypatch.setattr(
        schedule,
        'train_network',
        lambda name, train, test, seed, **_: seen.extend([train, test, seed]),
    )
    list(schedule.run_job(job))
    parts = split(generate('C', seed=1, **cfg['generator']), seed=1)
    assert seen[2] == 1
    for found, expected in zip(seen[:2], parts, strict=True):
        assert torch.equal(found.inputs['first'], expected.inputs['first'])


def test_goes_on_where_it_was_interrupted(tmp_path, trained, monkeypatch):
    whole, _ = run_all(CFG, [], ResultStore(tmp_path / 'whole.json'))
    path = tmp_path / 'results.json'
    add, count = ResultStore.add, []

    def killed(self, *args, **kwargs):
        add(self, *args, **kwargs)
        count.append(1)
        if len(count) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ResultStore, 'add', killed)
        with pytest.raises(KeyboardInterrupt):
            run_all(CFG, [], ResultStore(path))
    trained.clear()
    resumed, _ = run_all(CFG, [], ResultStore(path))
    assert len(trained) == 12 - 5
    for by_set in [*whole.values(), *resumed.values()]:
        for results in by_set.values():
            for result in results:
                result.pop('seconds')
    assert resumed == whole


def test_other_settings_train_again_and_keep_the_old(tmp_path, trained):
    store = ResultStore(tmp_path / 'results.json')
    small = {**CFG, 'sets': ['A'], 'seeds': [0]}
    run_all(small, [], store)
    run_all({**small, 'seeds': [0, 1]}, [], store)
    assert len(trained) == 6
    longer = {**small, 'training': {**CFG['training'], 'steps': 3}}
    networks, _ = run_all(longer, [], store)
    assert len(trained) == 9
    assert networks['first']['A'][0]['steps'] == 3
    assert len(store.entries) == 9


def test_methods_of_a_set_share_their_teachers(tmp_path, trained, monkeypatch):
    calls = []

    def run_method(name, train, test, cfg, seed, task):
        calls.append((name, seed, cfg, task))
        return dict(top1=50.0, class_recall=[50.0])

    monkeypatch.setattr(schedule, 'run_method', run_method)
    store = ResultStore(tmp_path / 'results.json')
    _, methods = run_all(CFG, ['ume', 'mm_clf'], store)
    assert [call[:2] for call in calls] == [
        (name, seed) for _ in 'CA' for seed in (0, 1) for name in ('ume', 'mm_clf')
    ]
    assert len({id(call[3]) for call in calls}) == 4
    assert all(call[2] == dict(anything=1) for call in calls)
    assert methods['ume']['C'] == [dict(top1=50.0, class_recall=[50.0])] * 2
    # Other settings of the methods leave the networks as they are.
    trained.clear()
    run_all({**CFG, 'methods': dict(anything=2)}, ['ume'], store)
    assert (len(calls), trained) == (12, [])


@pytest.mark.parametrize(
    ('change', 'methods', 'words'),
    [
        (dict(sets=['A', 'D']), [], "no set 'D'"),
        (dict(generator={**CFG['generator'], 'delta': 1.5}), [], '--delta'),
        ({}, ['magic'], "no method \\['magic'\\].*--methods"),
    ],
)
def test_nothing_is_trained_before_all_is_known_to_work(
    tmp_path, trained, change, methods, words
):
    with pytest.raises(ValueError, match=words):
        run_all({**CFG, **change}, methods, ResultStore(tmp_path / 'results.json'))
    assert trained == []
    assert not (tmp_path / 'results.json').exists()


def test_a_log_gets_a_line_per_model(tmp_path, capsys):
    cfg = {**CFG, 'sets': ['A'], 'seeds': [1]}
    run_all(cfg, [], ResultStore(tmp_path / 'results.json'))
    assert capsys.readouterr().err.splitlines() == [
        '1/3 set A, seed 1: first',
        '2/3 set A, seed 1: second',
        '3/3 set A, seed 1: multimodal',
    ]
