import re
import runpy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from tinymodels import build

from mm_laziness.utils.complexity import model_cost
from mm_laziness.utils.config import resolve_config

pytest_plugins = ['tinyset']


class Convolution(torch.nn.Conv2d):
    """As an encoder; its cost can be computed by hand."""

    def __init__(self, channels):
        super().__init__(channels, 4, 3, padding=1, bias=False)


def test_cost_by_hand():
    encoders = dict(
        rgb=dict(type=Convolution, channels=3), flow=dict(type=Convolution, channels=20)
    )
    model = build(encoders, dict(rgb=4, flow=4))
    shapes = dict(rgb=(3, 5, 7), flow=(20, 6, 6))
    rgb, flow = model_cost(Config(), model, shapes)
    assert (rgb.name, rgb.shape, rgb.views) == ('rgb', (3, 5, 7), 1)
    assert rgb.operations == 5 * 7 * 4 * 3 * 9
    assert flow.operations == 6 * 6 * 4 * 20 * 9
    assert flow.parameters == 4 * 20 * 9
    with pytest.raises(ValueError, match=r"names \['audio'\], but encoders are"):
        model_cost(Config(), model, dict(audio=(1, 8, 8)))


def test_the_pipeline_says_what_encoders_are_given(tiny):
    cfg = resolve_config(Config.fromfile(tiny.configs / 'joint_slim_avdigits.py'))
    model = MODELS.build(cfg.model)
    rgb, audio = model_cost(cfg, model)
    assert rgb.shape == (3, 4, 32, 32)
    assert audio.shape == (1, 63, 40)
    # Each of three clips costs as much as one.
    cfg.val_dataloader.dataset.pipeline[1].num_clips = 3
    more = model_cost(cfg, model)
    assert [cost.views for cost in more] == [3, 3]
    assert [cost.operations for cost in more] == [
        3 * cost.operations for cost in (rgb, audio)
    ]
    del cfg.val_dataloader.dataset.pipeline[0]
    with pytest.raises(ValueError, match='give the shape of one view.*--shape rgb='):
        model_cost(cfg, model)
    assert model_cost(cfg, model, {c.name: c.shape for c in (rgb, audio)}) == [
        rgb,
        audio,
    ]


def test_tool(tiny):
    config = tiny.configs / 'umt_slim_avdigits.py'
    printed = tiny.plain_tool('get_flops', config, '--shape', 'audio=1,126,40')
    rows = dict(re.findall(r'^(rgb|audio|in all) .*?([\d.]+) +[\d,]+$', printed, re.M))
    rgb, audio, total = (float(rows[name]) for name in ('rgb', 'audio', 'in all'))
    assert 0 < rgb < audio
    assert total == pytest.approx(rgb + audio, abs=2e-4)
    assert '1 x 126 x 40' in printed


def test_ensembles_and_wrong_shapes(tiny, monkeypatch, capsys):
    config = tiny.configs / 'ume_slim_avdigits.py'
    script = str(tiny.script('get_flops'))
    monkeypatch.setattr('sys.argv', [script, str(config)])
    with pytest.raises(SystemExit, match='costs what its members cost.*rgb_slim'):
        runpy.run_path(script, run_name='__main__')
    monkeypatch.setattr('sys.argv', [script, str(config), '--shape', 'rgb'])
    with pytest.raises(SystemExit):
        runpy.run_path(script, run_name='__main__')
    assert '--shape takes rgb=3,224,224, but got rgb' in capsys.readouterr().err
