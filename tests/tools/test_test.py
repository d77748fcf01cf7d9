import pickle

import numpy as np
import pytest
import torch

pytest_plugins = ['tinyset']


def last_validation(tiny, method):
    return tiny.metrics(tiny.log(method))


def test_dump(tiny):
    checkpoint = tiny.trained('umt')
    # Neither the teachers' files nor those of the config's bases are needed.
    config = tiny.child('umt', 'umt_without_teachers')
    metrics = tiny.metrics(tiny.test(config, checkpoint, '--dump', 'scores.pkl'))
    assert metrics == last_validation(tiny, 'umt')
    with open(tiny.folder / 'scores.pkl', 'rb') as file:
        samples = pickle.load(file)
    assert len(samples) == 8
    fused = np.stack([sample['pred_score'] for sample in samples])
    assert fused.shape == (8, 3)
    split = {
        name: np.stack([sample['unimodal_scores'][name] for sample in samples])
        for name in ('rgb', 'audio')
    }
    assert np.allclose(split['rgb'] + split['audio'], fused, atol=1e-5)
    labels = np.array([int(sample['gt_label']) for sample in samples])
    assert labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
    for scores, name in ((fused, 'acc/top1'), (split['rgb'], 'acc/rgb_top1')):
        accuracy = np.mean(scores.argmax(axis=1) == labels)
        assert metrics[name] == pytest.approx(accuracy, abs=1e-4)


def test_the_config_in_the_work_folder_tests_the_same(tiny):
    # MMEngine sorts the modalities in it, which would swap the head's columns.
    checkpoint = tiny.trained('joint')
    for name, config in (('a', checkpoint.parent / 'joint_tiny.py'), ('b', None)):
        config = config or tiny.folder / 'joint_tiny.py'
        tiny.test(config, checkpoint, '--dump', f'{name}.pkl')
    first, second = (
        [sample['pred_score'] for sample in _load(tiny.folder / f'{name}.pkl')]
        for name in 'ab'
    )
    assert torch.equal(torch.stack(first), torch.stack(second))


def _load(path):
    with open(path, 'rb') as file:
        return pickle.load(file)


def test_an_ensemble_needs_no_checkpoint(tiny):
    config = tiny.method('ume')
    metrics = tiny.metrics(tiny.test(config))
    for name in ('rgb', 'audio'):
        key = f'acc/{name}_top1'
        assert metrics[key] == last_validation(tiny, name)[key]
    assert metrics['acc/average_score_top1'] == metrics['acc/top1']
    assert 'acc/average_prob_top1' in metrics
    with pytest.raises(
        SystemExit, match='members have their checkpoints in the config'
    ):
        tiny.test(config, tiny.trained('rgb'))


def test_other_models_need_one(tiny):
    config = tiny.child('joint')
    with pytest.raises(SystemExit) as error:
        tiny.tool('test', config)
    assert 'needs a checkpoint: python tools/test.py' in str(error.value)
    assert 'work_dirs/joint_tiny/best.pth' in str(error.value)
    with pytest.raises(FileNotFoundError, match='nowhere.pth'):
        tiny.test(config, 'nowhere.pth')


def test_arguments_that_cannot_work_say_so(tiny, capsys):
    checkpoint, config = tiny.trained('rgb'), tiny.folder / 'rgb_tiny.py'
    with pytest.raises(SystemExit):
        tiny.test(config, checkpoint, '--dump', 'scores.json')
    assert '--dump takes a .pkl or .pickle file, but got scores.json' in (
        capsys.readouterr().err
    )
    with pytest.raises(SystemExit, match='VisualizationHook'):
        tiny.test(config, checkpoint, '--show-dir', 'pictures')


def test_a_checkpoint_of_another_model_is_not_evaluated(tiny):
    joint, rgb = tiny.child('joint'), tiny.trained('rgb')
    words = r'rgb_tiny.*does not fit the model of this config.*encoders\.audio\.stem'
    with pytest.raises(ValueError, match=words):
        tiny.test(joint, rgb)
    # Encoders of the same name, but another head.
    with pytest.raises(ValueError, match=r'cls_head\.fc_cls\.weight \(3, 192\) for'):
        tiny.test(joint, tiny.trained('joint'), '--cfg-options', 'modalities=rgb')
