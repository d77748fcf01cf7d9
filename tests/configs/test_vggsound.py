"""Every config of VGG-Sound trains and predicts, shrunk, on a tree like its own."""

import math
import runpy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.optim import build_optim_wrapper
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.vggsound import write_tree

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.studies.plan import StudyPlan
from mm_laziness.utils.studies.variants import parse_variants

NAMES = sorted(path.stem for path in CONFIGS.glob('*_vggsound.py'))


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('vggsound')


@pytest.fixture(scope='module')
def data(folder):
    """The published tree, made ready by the tool."""
    write_tree(folder / 'data')
    tool = CONFIGS.parent / 'tools' / 'data' / 'vggsound' / 'prepare.py'
    arguments = ['--root', str(folder / 'data'), '--workers', '1', '--skip-inspection']
    runpy.run_path(str(tool))['main'](arguments)
    return folder / 'data'


@pytest.mark.parametrize('name', NAMES)
def test_config_trains_and_is_evaluated(name, data, folder):
    cfg = load(name, data, folder / 'models')
    metrics, logged = run(cfg, folder / name)
    scores = {f'acc/{modality}_top1' for modality in cfg.modalities} | {'acc/top1'}
    assert scores <= set(metrics)
    assert all(0 <= metrics[score] <= 1 for score in scores)
    losses = {name: value for name, value in logged.items() if 'loss' in name}
    assert bool(losses) == ('members' not in cfg.model)
    assert all(math.isfinite(value) for value in losses.values())


def test_a_clip_is_32_frames_and_ten_seconds_of_sound(data, folder):
    cfg = load('joint_r18_vggsound', data, folder / 'models')
    for dataset in (cfg.train_dataloader.dataset, cfg.val_dataloader.dataset):
        dataset.pipeline[1].clip_len = 32
    cfg = resolve_config(cfg)
    preprocessor = MODELS.build(cfg.model.data_preprocessor)
    for loader in (cfg.train_dataloader, cfg.val_dataloader):
        batch = next(iter(Runner.build_dataloader(loader)))
        inputs = preprocessor(batch)['inputs']
        assert inputs['rgb'].shape == (2, 1, 3, 32, 32, 32)
        # 1024-point transforms every 512 of 160,000 samples.
        assert inputs['audio'].shape == (2, 1, 1, 313, 513)
        # The sound lasts a second: it is repeated, not followed by silence.
        assert torch.stack(batch['inputs']['audio'])[..., -8000:].abs().max() > 0.1


@pytest.mark.parametrize(
    'words, values',
    [
        # Table 13, and Table 15 but for its row of frozen encoders, which is mm_clf.
        (
            'umt model.loss_distill.loss_weight=0,1,10,20,50,100',
            [0, 1, 10, 20, 50, 100],
        ),
        (
            'finetune optim_wrapper.paramwise_cfg.custom_keys.encoders.lr_mult='
            '1,0.1,0.01,0.001',
            [1, 0.1, 0.01, 0.001],
        ),
    ],
)
def test_sweeps_of_the_paper_can_be_planned(tmp_path, words, values):
    variants = parse_variants(*words.split())
    study = StudyPlan(
        *('r18_vggsound', ('joint',), (0,), tmp_path, CONFIGS), variants=variants
    )
    assert study.methods[:3] == ['joint', 'rgb', 'audio']
    swept = study.methods[3:]
    assert len(swept) == len(values)
    for name, value in zip(swept, values, strict=True):
        cfg = study.config(name, 0)
        if name.startswith('umt'):
            assert cfg.model.loss_distill.loss_weight == value
        else:
            rates = encoder_and_head_rates(cfg)
            assert rates == pytest.approx((1e-3 * value, 1e-3))


def encoder_and_head_rates(cfg):
    """Learning rates that MMEngine gives a model with these names of parameters."""
    model = torch.nn.Module()
    model.encoders = torch.nn.ModuleDict(dict(rgb=torch.nn.Conv3d(1, 1, 1)))
    model.cls_head = torch.nn.Linear(1, 1)
    groups = build_optim_wrapper(model, cfg.optim_wrapper).param_groups
    return groups[0]['lr'], groups[-1]['lr']
