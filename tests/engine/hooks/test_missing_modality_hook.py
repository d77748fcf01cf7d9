"""A config that tests without a modality, by a stock Runner's hooks."""

import pickle
from types import SimpleNamespace

import pytest
import torch

from mm_laziness.engine import MissingModalityHook

pytest_plugins = ['tinyset']


def dumped(tiny, name):
    with open(tiny.folder / name, 'rb') as file:
        return pickle.load(file)


@pytest.mark.parametrize('strategy', ['split', 'zeros'])
def test_a_config_asks_for_it(tiny, strategy):
    hook = dict(type='MissingModalityHook', names=['audio'], strategy=strategy)
    checkpoint = tiny.trained('joint')
    config = tiny.method('joint', f'joint_{strategy}', custom_hooks=[hook])
    tiny.test(config, checkpoint, '--dump', 'by_hook.pkl')
    tiny.test(tiny.child('joint'), checkpoint, '--dump', 'complete.pkl')
    found, whole = dumped(tiny, 'by_hook.pkl'), dumped(tiny, 'complete.pkl')
    for without, complete in zip(found, whole, strict=True):
        assert list(without['unimodal_scores']) == ['rgb']
        split = complete['unimodal_scores']['rgb']
        torch.testing.assert_close(without['unimodal_scores']['rgb'], split)
        equal = torch.allclose(without['pred_score'], split)
        assert equal == (strategy == 'split')


@pytest.mark.parametrize('strategy', ['split', 'zeros'])
def test_an_unknown_name(tiny, strategy):
    hook = dict(type='MissingModalityHook', names=['sound'], strategy=strategy)
    config = tiny.method('joint', 'joint_unknown', custom_hooks=[hook])
    with pytest.raises(ValueError, match="no modality 'sound'; it has rgb, audio"):
        tiny.test(config, tiny.trained('joint'))


def test_training_and_validation_see_everything(tiny):
    hook = dict(type='MissingModalityHook', names=['audio'], strategy='split')
    tiny.train(tiny.method('joint', 'joint_with_hook', custom_hooks=[hook]))
    found = tiny.metrics(tiny.log('joint_with_hook'))
    tiny.trained('joint')
    assert found == tiny.metrics(tiny.log('joint')) and 'acc/audio_top1' in found


def test_the_model_gets_its_modalities_back():
    model = SimpleNamespace(missing='audio')
    MissingModalityHook(['audio']).after_test_epoch(SimpleNamespace(model=model))
    assert model.missing is None
