import json

import pytest
import torch
from media import write_sound, write_video
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.demo.model import load_recognizer
from mm_laziness.utils.demo.prediction import (
    VideoPrediction,
    predict_video,
    probabilities,
)

pytest_plugins = ['tinyset']


def test_probabilities():
    logits = torch.tensor([0.0, 1.0, -2.0], dtype=torch.float64)
    shares = probabilities(logits)
    torch.testing.assert_close(shares, logits.softmax(0).float())
    # What is a distribution already stays one.
    torch.testing.assert_close(probabilities(shares), shares)
    # Positive logits are not taken for one.
    assert probabilities(torch.tensor([3.0, 1.0]))[0] == pytest.approx(0.8808, abs=1e-4)


def test_summary():
    prediction = VideoPrediction(
        torch.tensor([0.1, 0.7, 0.2]),
        dict(a=torch.tensor([0.5, 0.0, 0.5])),
        dict(a='x'),
    )
    summary = prediction.summary(['x', 'y', 'z'], top=2)
    assert summary['fused']['certainty'] == pytest.approx(0.7)
    assert [entry['name'] for entry in summary['fused']['top']] == ['y', 'z']
    # Equal scores come in the order of the classes.
    assert [entry['class'] for entry in summary['modalities']['a']['top']] == [0, 2]
    assert summary['blank'] == dict(a='x')
    assert json.loads(json.dumps(summary)) == summary
    assert len(prediction.summary(['x', 'y', 'z'], top=9)['fused']['top']) == 3
    for names, top in ((['x'], 1), (['x', 'y', 'z'], 0)):
        with pytest.raises(ValueError, match='a name for each of 3 classes'):
            prediction.summary(names, top)


@pytest.fixture(scope='module')
def joint(tiny):
    """A model of random weights, as good as any for what is fed to it."""
    config = tiny.child('joint', 'demo')
    from mmaction.apis import init_recognizer

    torch.manual_seed(0)
    model = init_recognizer(str(config), None, device='cpu')
    checkpoint = tiny.folder / 'random.pth'
    torch.save(dict(state_dict=model.state_dict()), checkpoint)
    return load_recognizer(str(config), str(checkpoint))


def of_dataset(tiny, model, folder, clip, **settings):
    """What a test says about one line of a data set."""
    (folder / 'one.txt').write_text(f'{clip} 0\n')
    cfg = resolve_config(Config.fromfile(tiny.folder / 'demo_tiny.py'))
    dataset = cfg.test_dataloader.dataset
    dataset.update(ann_file=str(folder / 'one.txt'), data_root=str(folder), **settings)
    dataset.update(cache=None, test_mode=True)
    data = pseudo_collate([DATASETS.build(dataset)[0]])
    with torch.no_grad():
        return model.test_step(data)[0]


def test_the_same_as_in_a_test(tiny, joint, tmp_path):
    clip = tiny.data / 'test' / '1.mp4'
    prediction = predict_video(joint, clip)
    sample = of_dataset(tiny, joint, tmp_path, clip)
    torch.testing.assert_close(prediction.fused, sample.pred_score.softmax(0))
    assert list(prediction.modalities) == ['rgb', 'audio']
    for name, scores in sample.unimodal_scores.items():
        torch.testing.assert_close(prediction.modalities[name], scores.softmax(0))
    assert prediction.blank == {}


def test_a_silent_video_is_blank_as_in_a_data_set(tiny, joint, tmp_path):
    silent = write_video(tmp_path / 'silent.mp4')
    prediction = predict_video(joint, silent)
    assert list(prediction.blank) == ['audio']
    assert 'has no sound stream' in prediction.blank['audio']
    # The data set's zeros have the shape of a sample that is whole.
    clip = tiny.data / 'test' / '1.mp4'
    (tmp_path / 'both.txt').write_text(f'{silent} 0\n{clip} 0\n')
    cfg = resolve_config(Config.fromfile(tiny.folder / 'demo_tiny.py'))
    dataset = cfg.test_dataloader.dataset
    dataset.update(ann_file=str(tmp_path / 'both.txt'), on_error='zeros', cache=None)
    data = DATASETS.build(dict(dataset, test_mode=True))[0]
    assert not data['inputs']['audio'].any()
    with torch.no_grad():
        sample = joint.test_step(pseudo_collate([data]))[0]
    torch.testing.assert_close(prediction.fused, sample.pred_score.softmax(0))


def test_sources_of_their_own(tiny, joint, tmp_path):
    silent = write_video(tmp_path / 'silent.mp4')
    loud = torch.rand(16000, generator=torch.Generator().manual_seed(0)).numpy()
    sound = write_sound(tmp_path / 'elsewhere' / 'sound.wav', loud)
    prediction = predict_video(joint, silent, dict(audio=str(sound)))
    assert prediction.blank == {}
    blank = predict_video(joint, silent)
    assert not torch.equal(prediction.modalities['audio'], blank.modalities['audio'])
    torch.testing.assert_close(prediction.modalities['rgb'], blank.modalities['rgb'])
    with pytest.raises(ValueError, match=r"\['rgb', 'audio'\], but not \['flow'\]"):
        predict_video(joint, silent, dict(flow=str(sound)))
    with pytest.raises(FileNotFoundError, match=r'none\.wav does not exist'):
        predict_video(joint, silent, dict(audio='none.wav'))


def test_what_is_no_video(joint, tmp_path):
    with pytest.raises(FileNotFoundError, match=r'video .*none\.mp4 does not exist'):
        predict_video(joint, tmp_path / 'none.mp4')
    text = tmp_path / 'text.mp4'
    text.write_text('no video')
    with pytest.raises(ValueError, match=r'text\.mp4 is no video that can be read'):
        predict_video(joint, text)
    sound = write_sound(tmp_path / 'sound.wav', torch.zeros(16000).numpy())
    with pytest.raises(ValueError, match=r"has no pictures; its streams are \['audio'"):
        predict_video(joint, sound)
    broken = tmp_path / 'broken.mp4'
    whole = write_video(tmp_path / 'whole.mp4').read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r'broken\.mp4 .*(read|video)'):
        predict_video(joint, broken)


def test_pipelines_that_read_no_video(joint, tiny):
    kept = joint.cfg.test_pipeline
    try:
        joint.cfg.test_pipeline = kept[1:]
        with pytest.raises(ValueError, match="needs 'total_frames', which a video"):
            predict_video(joint, tiny.data / 'test' / '1.mp4')
    finally:
        joint.cfg.test_pipeline = kept
