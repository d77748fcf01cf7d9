"""Every config of Kinetics-400 trains and predicts, shrunk, on a tree like its own."""

import math

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.kinetics import write_tree

from mm_laziness.utils.config import resolve_config

NAMES = sorted(path.stem for path in CONFIGS.glob('*_kinetics.py'))
FPS = 25


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('kinetics')


@pytest.fixture(scope='module')
def data(folder):
    write_tree(folder / 'data', seconds=3.0, fps=FPS)
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


def test_a_test_sees_ten_clips_of_three_crops_each_clip_with_its_sound(data, folder):
    cfg = resolve_config(load('joint_r50_kinetics', data, folder / 'models'))
    model = MODELS.build(cfg.model).eval()
    batch = next(iter(Runner.build_dataloader(cfg.test_dataloader)))
    for name, views in (('rgb', 30), ('audio', 10)):
        assert [len(clips) for clips in batch['inputs'][name]] == [views, views]
    with torch.no_grad():
        samples = model.test_step(batch)
    for sample in samples:
        assert sample.pred_score.shape == (400,)
        assert list(sample.unimodal_scores) == ['rgb', 'audio']


@pytest.mark.parametrize(
    'name, frames', [('joint_r50_kinetics', 8), ('joint_slowfast_r50_kinetics', 32)]
)
@pytest.mark.parametrize('loader', ['train_dataloader', 'test_dataloader'])
def test_a_clip_lasts_64_frames_of_a_thirtieth_second(data, name, frames, loader):
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    cfg.data_root = str(data)
    dataset = DATASETS.build(resolve_config(cfg)[loader].dataset)
    # Up to the sampler: what the branches get.
    results = dataset.get_data_info(0)
    for step in dataset.pipeline.transforms[:2]:
        results = step(results)
    clips = results['frame_inds'].reshape(-1, frames)
    assert np.diff(clips).min() > 0
    seconds = (clips[:, -1] - clips[:, 0]) / FPS
    assert np.all(abs(seconds - 64 / 30) < 2 / FPS)
