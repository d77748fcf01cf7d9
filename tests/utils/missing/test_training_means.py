import pytest
import torch
from mmengine.config import Config
from tinyset import quick_runs
from tworanks import on_two_ranks

from mm_laziness.utils.cli import build_runner
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.missing import training_means as module
from mm_laziness.utils.missing.training_means import training_means
from mm_laziness.utils.probing.evaluation_data import evaluation_dataloader

pytest_plugins = ['tinyset']


@pytest.fixture
def cfg(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    return resolve_config(Config.fromfile(tiny.child('joint', 'means')))


@pytest.fixture
def model(tiny, cfg):
    checkpoint = str(tiny.trained('joint'))
    with quick_runs():
        cfg.work_dir, cfg.experiment_name = 'means', 'means'
        runner = build_runner(cfg)
    runner.load_checkpoint(checkpoint)
    return runner.model.eval()


def slow_mean(model, cfg, name):
    """One training sample after the other, all modalities."""
    feats = []
    loader = evaluation_dataloader(cfg, 'train')
    with torch.no_grad():
        for index in range(len(loader.dataset)):
            batch = loader.collate_fn([loader.dataset[index]])
            data = model.data_preprocessor(batch, False)
            feats.append(model.extract_feat(data['inputs'])[name])
    assert len(feats) == 12
    return torch.cat(feats).mean(dim=0)


def test_mean_over_the_training_set(model, cfg):
    for name in ('rgb', 'audio'):
        means = training_means(model, cfg, [name])
        assert list(means) == [name]
        torch.testing.assert_close(means[name], slow_mean(model, cfg, name))


def test_two_processes_share_the_samples(model, cfg):
    # An odd number, which a sampler would fill up with a repeated one.
    cfg.train_dataloader.dataset.indices = 11
    alone = training_means(model, cfg, ['rgb', 'audio'])

    def work(rank):
        return {m: v.tolist() for m, v in training_means(model, cfg, alone).items()}

    for found in on_two_ranks(work):
        for name, mean in alone.items():
            torch.testing.assert_close(torch.tensor(found[name]), mean)


def test_unreadable_samples_do_not_count(model, cfg, tmp_path):
    lines = ['train/1.mp4 1', 'train/2.mp4 2']
    (tmp_path / 'good.txt').write_text('\n'.join(lines))
    (tmp_path / 'bad.txt').write_text('\n'.join(['nowhere.mp4 0', *lines]))
    datasets = [cfg.train_dataloader.dataset, cfg.val_dataloader.dataset]
    for dataset in datasets:
        dataset.on_error = 'zeros'
    datasets[0].ann_file = str(tmp_path / 'good.txt')
    expected = training_means(model, cfg, ['audio'])['audio']
    datasets[0].ann_file = str(tmp_path / 'bad.txt')
    found = training_means(model, cfg, ['audio'])['audio']
    torch.testing.assert_close(found, expected)
    (tmp_path / 'bad.txt').write_text('nowhere.mp4 0')
    with pytest.raises(ValueError, match='no sample of|could not be read'):
        training_means(model, cfg, ['audio'])


def test_means_are_kept_while_the_model_stays(model, cfg, tmp_path, monkeypatch):
    store = tmp_path / 'new' / 'means.pth'
    asked = []
    compute = module._means
    monkeypatch.setattr(module, '_means', lambda *a: asked.append(a[2]) or compute(*a))
    first = training_means(model, cfg, ['audio'], store)
    again = training_means(model, cfg, ['rgb', 'audio'], store)
    assert asked == [['audio'], ['rgb']]
    assert torch.equal(first['audio'], again['audio'])
    training_means(model, cfg, ['audio', 'rgb'], store)
    assert len(asked) == 2
    with torch.no_grad():
        model.encoders['audio'].stem[0].weight.add_(1.0)
    changed = training_means(model, cfg, ['audio'], store)
    assert len(asked) == 3 and not torch.equal(changed['audio'], first['audio'])


def test_a_damaged_store_is_replaced(model, cfg, tmp_path):
    store = tmp_path / 'means.pth'
    whole = training_means(model, cfg, ['audio'], store)
    for content in (b'', b'half', store.read_bytes()[:200]):
        store.write_bytes(content)
        again = training_means(model, cfg, ['audio'], store)
        assert torch.equal(again['audio'], whole['audio'])
    assert torch.load(store, weights_only=True)['means'].keys() == {'audio'}


def test_another_machine_has_no_store(model, cfg, tmp_path):
    """The processes must not wait for each other, one of them having the means."""
    stores = [tmp_path / f'{rank}.pth' for rank in range(2)]
    alone = training_means(model, cfg, ['audio'], stores[0])

    def work(rank):
        return training_means(model, cfg, ['audio'], stores[rank])['audio'].tolist()

    for found in on_two_ranks(work):
        assert found == alone['audio'].tolist()


def test_a_full_disk_costs_no_result(model, cfg, tmp_path, monkeypatch):
    def full(content, path):
        path.write_bytes(b'half')
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(torch, 'save', full)
    assert training_means(model, cfg, ['audio'], tmp_path / 'means.pth')
    assert not list(tmp_path.iterdir())
