"""Every config of the repository composes, and its model builds."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import DATASETS, HOOKS, MODELS
from mmengine.config import Config

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.config_parts import iter_datasets

CONFIGS = sorted((Path(__file__).parents[2] / 'configs').glob('*.py'))


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


def test_every_config_says_for_which_batch_its_rate_is():
    lacking = [
        path.stem
        for path in CONFIGS
        if not Config.fromfile(path).get('auto_scale_lr', {}).get('base_batch_size')
    ]
    assert CONFIGS and not lacking


def test_a_method_states_only_its_difference():
    too_long = {}
    for path in CONFIGS:
        lines = path.read_text().splitlines()
        said = [line for line in lines if line and not line.startswith('#')]
        if not path.stem.startswith('joint_') and len(said) > 15:
            too_long[path.stem] = len(said)
    assert not too_long
