import pytest
from tinyblend import Points, drawn, loader, noisy, plain

from mm_laziness.engine.runner.holdout_loaders import HoldoutLoaders

TEST = loader(plain, batch_size=4, shuffle=False)


def parts(holdout=0.2, seed=0, **dataset):
    train = loader(noisy, num_batch_per_epoch=None)
    train['dataset'].update(dataset)
    return HoldoutLoaders(train, TEST, holdout, seed)


def test_both_parts_hold_each_class_in_proportion():
    loaders = parts()
    assert [len(loaders.kept), len(loaders.held)] == [24, 6]
    assert sorted(loaders.kept + loaders.held) == list(range(30))
    assert sorted(index % 3 for index in loaders.held) == [0, 0, 1, 1, 2, 2]
    assert parts(seed=1).held != loaders.held


@pytest.mark.parametrize(
    'given, rows',
    [
        (12, range(12)),
        (-12, range(18, 30)),
        ([*range(0, 30, 2), -1], [*range(0, 30, 2), 29]),
    ],
)
def test_a_selection_in_the_config_is_respected(given, rows):
    loaders = parts(indices=given, holdout=0.4)
    assert sorted(loaders.kept + loaders.held) == list(rows)
    drawn.clear()
    for _ in loaders.train_loader(seed=0):
        pass
    assert sorted(index for index, _ in drawn) == loaders.kept


def test_training_takes_the_loader_of_the_config():
    train = loader(noisy, batch_size=7, persistent_workers=True, num_workers=1)
    train['drop_last'] = True
    loaders = HoldoutLoaders(train, TEST)
    built = loaders.train_loader(seed=5)
    assert (built.batch_size, built.num_workers, built.drop_last) == (7, 1, True)
    assert not built.persistent_workers
    assert built.sampler.shuffle and built.sampler.seed == 5
    # The main loader of the online method keeps its workers.
    assert loaders.kept_config()['persistent_workers']
    assert 'indices' not in train['dataset']


def test_refuses_to_train_without_a_batch():
    # 30 samples make one, the 24 that are kept none.
    train = loader(noisy, batch_size=28, drop_last=True)
    with pytest.raises(ValueError, match='the 24 samples .* set drop_last=False'):
        HoldoutLoaders(train, TEST, 0.2).train_loader(seed=0)


def test_measuring_takes_the_test_pipeline_in_order_each_sample_once():
    train = loader(noisy)
    test = loader(plain, batch_size=4, shuffle=True, drop_last=True)
    test['dataset'].update(size=3)
    test['sampler'] = dict(type='InfiniteSampler')
    loaders = HoldoutLoaders(train, test, 0.2)
    drawn.clear()
    for part in (loaders.kept, loaders.held):
        built = loaders.evaluation_loader(part, seed=0)
        labels = [
            sample.gt_label.item() for data in built for sample in data['data_samples']
        ]
        assert labels == [index % 3 for index in part]
        assert (built.batch_size, built.dataset.test_mode) == (4, True)
    assert drawn == []


def test_measuring_looks_for_the_pipeline_inside_wrappers():
    wrapped = dict(type='ConcatDataset', datasets=[TEST['dataset']])
    loaders = HoldoutLoaders(loader(noisy), dict(TEST, dataset=wrapped), 0.2)
    drawn.clear()
    assert len(list(loaders.evaluation_loader(loaders.held, seed=0))) == 2
    assert drawn == []


def refused(train, test=TEST):
    with pytest.raises(ValueError) as error:
        HoldoutLoaders(train, test)
    return str(error.value)


@pytest.mark.parametrize(
    'wrapped',
    [
        dict(type='RepeatDataset', times=2, dataset=loader(noisy)['dataset']),
        dict(type='ConcatDataset', datasets=[loader(noisy)['dataset']]),
    ],
    ids=lambda wrapped: wrapped['type'],
)
def test_refuses_wrapped_data_sets(wrapped):
    message = refused(dict(loader(noisy), dataset=wrapped))
    assert wrapped['type'] in message
    assert 'list all files in one annotation file' in message


def test_refuses_what_is_built_already():
    message = refused(dict(loader(noisy), dataset=Points(pipeline=[noisy])))
    assert 'train_dataloader' in message and 'got dict with Points' in message
    assert 'got list' in refused([])


@pytest.mark.parametrize('test', [None, dict(TEST, dataset=dict(type=Points))])
def test_names_the_missing_pipeline(test):
    assert 'set val_dataloader' in refused(loader(noisy), test)


class Tagged(Points):
    def load_data_list(self):
        return [dict(sample, label=[1, 2]) for sample in super().load_data_list()]


def test_refuses_several_labels():
    train = loader(noisy)
    train['dataset']['type'] = Tagged
    assert 'one label (int) per training sample, but found [1, 2]' in refused(train)
