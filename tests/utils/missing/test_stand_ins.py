import pytest
import torch
from mmengine.config import Config
from tinyset import quick_runs

from mm_laziness.utils.cli import build_runner
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.missing.stand_ins import example_inputs, without

pytest_plugins = ['tinyset']


@pytest.fixture
def cfg(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    return resolve_config(Config.fromfile(tiny.child('joint', 'stand_ins')))


@pytest.fixture
def model(tiny, cfg):
    checkpoint = str(tiny.trained('joint'))
    with quick_runs():
        cfg.work_dir, cfg.experiment_name = 'stand_ins', 'stand_ins'
        runner = build_runner(cfg)
    runner.load_checkpoint(checkpoint)
    return runner.model.eval()


def test_a_shape_comes_from_the_training_data_if_need_be(cfg, tiny, tmp_path):
    whole = example_inputs(cfg, ['audio'])
    assert list(whole) == ['audio'] and whole['audio'].any()
    (tmp_path / 'lost.txt').write_text('nowhere.mp4 0\ntest/lost.mp4 1')
    cfg.test_dataloader.dataset.ann_file = str(tmp_path / 'lost.txt')
    found = example_inputs(cfg, ['audio'])
    assert found['audio'].shape == whole['audio'].shape
    with pytest.raises(ValueError, match='no file of audio can be read.*nowhere.mp4'):
        example_inputs(cfg, ['audio'], splits=['val'])


def test_what_cannot_stand_in(model, cfg):
    with pytest.raises(ValueError, match="strategy must be one of .* but is 'ones'"):
        without(model, cfg, ['audio'], 'ones')
    with pytest.raises(ValueError, match='Linear cannot do without a modality'):
        without(torch.nn.Linear(1, 1), cfg, ['audio'])
