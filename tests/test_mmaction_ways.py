"""MMAction2's own functions on our models, and on a video with sound."""

import copy
import pickle

import numpy as np
import pytest
import torch
from media import write_video
from mmaction.apis import (
    ActionRecogInferencer,
    MMAction2Inferencer,
    inference_recognizer,
    init_recognizer,
)
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.model.utils import convert_sync_batchnorm
from tinymodels import ENCODERS, build, train, umt, unimodal_checkpoint

from mm_laziness.compat import load_checkpoint_file
from mm_laziness.datasets.faults import ModalityFault

pytest_plugins = ['tinyset']
VIDEO = 'test/0.mp4'


@pytest.fixture(scope='module', params=['joint', 'audio', 'ume'])
def case(request, tiny):
    """Config, checkpoint, and the scores of the first test video by our test tool."""
    method = request.param
    config = tiny.method(method)
    checkpoint = None if method == 'ume' else str(tiny.trained(method))
    given = [checkpoint] if checkpoint else []
    tiny.test(config, *given, '--dump', 'scores.pkl')
    with open(tiny.folder / 'scores.pkl', 'rb') as file:
        first = pickle.load(file)[0]
    return str(config), checkpoint, first


def test_recognizer_on_a_video_with_sound(tiny, case):
    config, checkpoint, expected = case
    model = init_recognizer(config, checkpoint, device='cpu')
    found = inference_recognizer(model, str(tiny.data / VIDEO))
    # All classes of the config, although a top-level setting says how many.
    torch.testing.assert_close(found.pred_score, expected['pred_score'])
    for name, scores in expected['unimodal_scores'].items():
        torch.testing.assert_close(found.unimodal_scores[name], scores)


def test_inferencers_on_a_video_with_sound(tiny, case):
    config, checkpoint, expected = case
    scores = expected['pred_score'].tolist()
    one = ActionRecogInferencer(config, checkpoint, device='cpu')
    (found,) = one(str(tiny.data / VIDEO))['predictions']
    assert found['pred_scores'] == pytest.approx(scores, abs=1e-5)
    assert found['pred_labels'] == [int(expected['pred_score'].argmax())]
    both = MMAction2Inferencer(config, checkpoint, device='cpu')
    videos = [str(tiny.data / VIDEO), str(tiny.data / 'test/1.mp4')]
    found = both(videos, batch_size=2)['predictions']
    assert len(found) == 2
    assert found[0]['rec_scores'][0] == pytest.approx(scores, abs=1e-5)
    assert found[1]['rec_scores'] != found[0]['rec_scores']


def test_config_of_a_work_folder_gives_the_same(tiny):
    checkpoint = tiny.trained('joint')
    scores = []
    for config in (
        tiny.folder / 'joint_tiny.py',
        checkpoint.parent / 'joint_tiny.py',
        Config.fromfile(tiny.folder / 'joint_tiny.py'),
    ):
        model = init_recognizer(config, str(checkpoint), device='cpu')
        found = inference_recognizer(model, str(tiny.data / VIDEO))
        scores.append(found.pred_score)
    assert torch.equal(scores[0], scores[1]) and torch.equal(scores[0], scores[2])


def test_a_modality_that_is_needed_is_asked_for(tiny):
    model = init_recognizer(
        str(tiny.folder / 'joint_tiny.py'), str(tiny.trained('joint')), device='cpu'
    )
    samples = dict(inputs=dict(rgb=[torch.zeros(1, 3, 4, 32, 32)]), data_samples=[None])
    with pytest.raises(ValueError, match=r"take \['rgb', 'audio'\].*hold \['rgb'\]"):
        model.test_step(samples)


def test_pictures_alone_need_no_sound(tiny):
    """As in a test of ours, whose data set loads the model's modalities only."""
    config, checkpoint = str(tiny.folder / 'rgb_tiny.py'), str(tiny.trained('rgb'))
    video = tiny.folder / 'silent.mp4'
    write_video(video, np.full((8, 32, 32, 3), 99, np.uint8))
    model = init_recognizer(config, checkpoint, device='cpu')
    found = inference_recognizer(model, str(video)).pred_score
    inferencer = ActionRecogInferencer(config, checkpoint, device='cpu')
    (other,) = inferencer(str(video))['predictions']
    assert other['pred_scores'] == pytest.approx(found.tolist(), abs=1e-5)
    # A pipeline that is given runs all its branches.
    given = Compose(Config.fromfile(config).test_pipeline)
    video_with_sound = str(tiny.data / VIDEO)
    found = inference_recognizer(model, video_with_sound, given).pred_score
    expected = inference_recognizer(model, video_with_sound).pred_score
    torch.testing.assert_close(found, expected)
    model = init_recognizer(
        str(tiny.folder / 'joint_tiny.py'), str(tiny.trained('joint')), device='cpu'
    )
    with pytest.raises(ModalityFault, match='silent.mp4 has no sound stream'):
        inference_recognizer(model, str(video))


EMA = [dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.5)]


def test_averaged_weights_hold_no_teacher_and_resume(tiny):
    config = tiny.method('umt', 'umt_ema', custom_hooks=EMA)
    tiny.train(config)
    last = tiny.work_dir('umt_ema') / 'epoch_2.pth'
    checkpoint = load_checkpoint_file(last)
    own, raw = checkpoint['state_dict'], checkpoint['ema_state_dict']
    assert not any('teacher' in key for key in (*own, *raw))
    # MMEngine stores the average as the model, and the model beside it.
    raw = {key.removeprefix('module.'): value for key, value in raw.items()}
    assert own.keys() <= raw.keys()
    weight = 'cls_head.fc_cls.weight'
    assert not torch.equal(own[weight], raw[weight])
    first = last.parent / 'epoch_1.pth'
    tiny.train(config, '--resume', first, '--work-dir', 'ema_resumed')
    again = load_checkpoint_file(tiny.folder / 'ema_resumed' / 'epoch_2.pth')
    tiny.assert_equal_states(again['state_dict'], own)
    tiny.assert_equal_states(again['ema_state_dict'], checkpoint['ema_state_dict'])


def test_a_copy_for_averaging_leaves_the_teachers_alone(tmp_path):
    teachers = {
        name: unimodal_checkpoint(tmp_path / f'{name}.pth', name) for name in ENCODERS
    }
    model = umt(teachers)
    model.init_weights()
    twin = copy.deepcopy(model)
    assert len(list(twin.parameters())) == len(list(build().parameters()))
    train(model)
    train(twin)
    for first, second in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(first, second)


def test_synchronized_batch_norm_is_for_students_only(tmp_path):
    """Torch runs it on accelerators only, so here it is converted and no more."""
    teachers = {
        name: unimodal_checkpoint(tmp_path / f'{name}.pth', name) for name in ENCODERS
    }
    model = umt(teachers)
    model.init_weights()
    converted = convert_sync_batchnorm(model, 'torch')
    kinds = {type(module).__name__ for module in converted.encoders.modules()}
    assert 'SyncBatchNorm' in kinds and not kinds & {'BatchNorm2d', 'BatchNorm3d'}
    for teacher in converted.teachers.values():
        kinds = {type(module).__name__ for module in teacher.wrapped.modules()}
        assert 'SyncBatchNorm' not in kinds
    # Accelerators are needed for training only.
    converted.eval()
    feats = converted.extract_feat(
        dict(rgb=torch.zeros(1, 1, 3, 4, 8, 8), audio=torch.zeros(1, 1, 1, 8, 8))
    )
    assert set(feats) == set(ENCODERS)
