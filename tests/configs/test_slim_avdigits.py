"""Every method of the demo trains on a tiny set, from what it starts from."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

pytest_plugins = ['tinyset']

CONFIGS = Path(__file__).parents[2] / 'configs'
# The ensemble trains nothing; it is tested with its tools.
METHODS = sorted(
    {path.stem.removesuffix('_slim_avdigits') for path in CONFIGS.glob('*_slim_*.py')}
    - {'ume'}
)


@pytest.mark.parametrize('method', METHODS)
def test_method_trains_on_a_users_data(tiny, method):
    state = tiny.state_of(tiny.trained(method))
    model = Config.fromfile(CONFIGS / f'{method}_slim_avdigits.py').model
    names = set(model.encoders)
    assert {k.split('.')[1] for k in state if k.startswith('encoders.')} == names
    biases = [v for k, v in state.items() if k.startswith('cls_head.') and 'bias' in k]
    assert 3 in map(len, biases)
    assert all(value.isfinite().all() for value in state.values())
    assert not any('teacher' in key for key in state)
    metrics = set(tiny.metrics(tiny.log(method)))
    assert {f'acc/{name}_top1' for name in names} | {'acc/top1'} <= metrics


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
