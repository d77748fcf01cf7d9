"""Every config of the repository composes, and its model builds."""

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
    for other, names in _others(model):
        # Another config's work folder, with what it trains.
        own = resolve_config(Config.fromfile(path.parent / f'{other}.py')).model
        for name in names:
            assert own.encoders[name] == model.encoders[name]
        if other == _run(model.get('teacher', '')):
            assert own.encoders == model.encoders
            assert own.cls_head == model.cls_head


def _run(checkpoint):
    return Path(checkpoint).parent.name


def _others(model):
    """Configs whose checkpoints a model starts from, and encoders taken from each."""
    for part in ('teachers', 'encoder_checkpoints'):
        for name, checkpoint in (model.get(part) or {}).items():
            yield _run(checkpoint), [name]
    for checkpoint in (model.get('teacher'), model.cls_head.get('stage1_checkpoint')):
        if checkpoint:
            yield _run(checkpoint), list(model.encoders)


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
