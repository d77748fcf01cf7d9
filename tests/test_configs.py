"""Every config of the repository composes, builds, and runs on a tiny set."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import DATASETS, HOOKS, MODELS
from mmengine.config import Config
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_parts import iter_datasets

pytest_plugins = ['tinyset']

CONFIGS = sorted((Path(__file__).parents[1] / 'configs').glob('*.py'))


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_config_composes_and_its_model_builds(path):
    cfg = resolve_config(Config.fromfile(path))
    assert 'mm_laziness' in cfg.custom_imports.imports
    for dataset in iter_datasets(cfg):
        assert DATASETS.get(dataset.type)
    for hook in cfg.default_hooks.values():
        HOOKS.build(hook)
    method = path.stem.partition('_')[0]
    model = cfg.model
    if 'members' in model:
        # Built where its members are trained, below.
        for name, member in model.members.items():
            own = resolve_config(Config.fromfile(member.config))
            assert list(own.model.encoders) == [name]
            assert Path(member.checkpoint).parent.name == Path(member.config).stem
        return
    preprocessor = MODELS.build(model.pop('data_preprocessor'))
    # Without memory for the weights of large models.
    with torch.device('meta'):
        built = MODELS.build(model)
    assert set(built.modalities) <= set(preprocessor.preprocessors)
    assert built.cls_head.num_classes == cfg.num_classes
    assert list(built.modalities) == list(cfg.modalities)
    if method in built.modalities:
        assert built.modalities == (method,)
    for part in ('teachers', 'encoder_checkpoints'):
        for name, checkpoint in (model.get(part) or {}).items():
            # Another config's work folder, with the encoder that it trains.
            other = path.parent / f'{Path(checkpoint).parent.name}.py'
            own = resolve_config(Config.fromfile(other))
            assert own.model.encoders[name] == model.encoders[name]


METHODS = dict(
    rgb=['rgb'],
    audio=['audio'],
    joint=['rgb', 'audio'],
    mm_clf=['rgb', 'audio'],
    umt=['rgb', 'audio'],
)


@pytest.mark.parametrize('method', METHODS)
def test_method_trains_on_a_users_data(tiny, method):
    state = tiny.state_of(tiny.trained(method))
    encoders = {key.split('.')[1] for key in state if key.startswith('encoders.')}
    assert encoders == set(METHODS[method])
    widths = Config.fromfile(tiny.folder / f'{method}_tiny.py').model.cls_head
    width = sum(widths.in_channels[name] for name in encoders)
    assert state['cls_head.fc_cls.weight'].shape == (3, width)
    assert not any('teacher' in key for key in state)
    metrics = tiny.metrics(tiny.log(method))
    expected = {f'acc/{name}_top1' for name in encoders}
    assert expected < set(metrics) <= {*expected, 'acc/top1', 'acc/top5', 'acc/mean1'}


def test_kinetics_config_trains_and_tests_on_small_pictures(tiny):
    cfg = Config.fromfile(CONFIGS[0].parent / 'joint_r50_kinetics.py')
    cfg.merge_from_dict(dict(num_classes=3, data_root=str(tiny.data)))
    for name, ann_file in (('train', 'train.txt'), ('test', 'test.txt')):
        loader = cfg[f'{name}_dataloader']
        loader.update(batch_size=1, num_workers=0, persistent_workers=False)
        loader.dataset.update(ann_file=ann_file, data_prefix=None, indices=1)
        for step in _steps(loader.dataset.pipeline):
            step.update({k: v for k, v in _SMALL.items() if k in step})
    cfg = resolve_config(cfg)
    model = MODELS.build(cfg.model)
    optimizer = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.0))
    model.train()
    (batch,) = Runner.build_dataloader(cfg.train_dataloader)
    losses = model.train_step(batch, optimizer)
    assert losses['loss_cls'].isfinite()
    model.eval()
    (batch,) = Runner.build_dataloader(cfg.test_dataloader)
    # Ten clips x three crops, and the ten sounds that go with them.
    assert [len(batch['inputs'][name][0]) for name in ('rgb', 'audio')] == [30, 10]
    with torch.no_grad():
        (sample,) = model.test_step(batch)
    assert sample.pred_score.shape == (3,)
    assert list(sample.unimodal_scores) == ['rgb', 'audio']


_SMALL = dict(scale=(-1, 32), size=32, crop_size=32)


def _steps(pipeline):
    for step in pipeline:
        yield step
        for branch in step.get('branches', {}).values():
            yield from branch


def test_mm_clf_keeps_the_encoders_of_the_uni_modal_models(tiny):
    clf = tiny.state_of(tiny.trained('mm_clf'))
    for name in ('rgb', 'audio'):
        own = tiny.state_of(tiny.trained(name))
        for key, value in own.items():
            if key.startswith('encoders.'):
                assert torch.equal(clf[key], value)


def test_modalities_alone_make_a_uni_modal_model(tiny):
    config = tiny.child('joint', 'only_audio', modalities=['audio'])
    tiny.train(config)
    tiny.assert_equal_states(
        tiny.state_of(tiny.work_dir('only_audio') / 'epoch_2.pth'),
        tiny.state_of(tiny.trained('audio')),
    )


def test_mmactions_own_script_gives_the_same_run(tiny):
    config = tiny.child('joint')
    tiny.process(
        *('python', tiny.stock_script('train'), config, '--work-dir', 'stock'),
    )
    stock = tiny.folder / 'stock'
    ours = tiny.trained('joint')
    tiny.assert_equal_states(tiny.state_of(stock / 'epoch_2.pth'), tiny.state_of(ours))
    first, second = (
        Config.fromfile(folder / 'joint_tiny.py').to_dict()
        for folder in (stock, ours.parent)
    )
    for cfg in (first, second):
        for name in ('work_dir', 'experiment_name', 'randomness'):
            cfg.pop(name, None)
    assert first == second
    assert first['model']['cls_head']['num_classes'] == 3
    assert first['train_dataloader']['dataset']['data_root'] == str(tiny.data)
