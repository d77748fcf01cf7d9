import hashlib
import re
import runpy
from pathlib import Path

import pytest
import torch

from mm_laziness.compat import load_checkpoint_file

pytest_plugins = ['tinyset']
EMA = [dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.5)]


@pytest.fixture(scope='module')
def publish(tiny):
    return runpy.run_path(str(tiny.script('publish_model')))['publish']


def test_only_weights_and_meta_data_are_published(tiny):
    config = tiny.method('umt', 'umt_published', custom_hooks=EMA)
    tiny.train(config)
    checkpoint = tiny.work_dir('umt_published') / 'epoch_2.pth'
    before = checkpoint.read_bytes()
    printed = tiny.plain_tool('publish_model', checkpoint, 'published/umt.pth')
    (path,) = re.findall(r'(published/\S+\.pth): [\d.]+ MiB of [\d.]+ MiB', printed)
    path = tiny.folder / path
    assert checkpoint.read_bytes() == before
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert re.fullmatch(rf'umt_\d{{8}}-{digest[:8]}\.pth', path.name)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    # Temporary files are their owner's alone.
    assert path.stat().st_mode == checkpoint.stat().st_mode
    content = torch.load(path, weights_only=True)
    assert set(content) == {'meta', 'state_dict'}
    whole = load_checkpoint_file(checkpoint)
    assert {'optimizer', 'message_hub', 'ema_state_dict'} <= set(whole)
    tiny.assert_equal_states(content['state_dict'], whole['state_dict'])
    assert not any('teacher' in key for key in content['state_dict'])
    assert path.stat().st_size < 0.6 * len(before)
    # It is as good as the original.
    scores = [
        tiny.metrics(tiny.test(config, file))['acc/top1'] for file in (checkpoint, path)
    ]
    assert scores[0] == scores[1]


def test_a_folder_gets_a_file_named_after_the_run(tiny, publish, tmp_path):
    for folder in (f'{tmp_path}/new/', str(tmp_path)):
        path = publish(str(tiny.trained('rgb')), folder)
        assert path.parent == Path(folder)
        assert re.fullmatch(r'rgb_tiny_\d{8}-[0-9a-f]{8}\.pth', path.name)


def test_published_weights_teach(tiny, publish):
    path = publish(str(tiny.trained('rgb')), str(tiny.folder / 'rgb'))
    config = tiny.method('umt', 'umt_taught')
    text = f"model['teachers']['rgb'] = {str(path)!r}\n"
    config.write_text(config.read_text() + text)
    tiny.train(config)
    tiny.assert_equal_states(
        tiny.state_of(tiny.work_dir('umt_taught') / 'epoch_2.pth'),
        tiny.state_of(tiny.trained('umt')),
    )


def test_what_cannot_be_published(publish, tmp_path):
    target = str(tmp_path / 'public' / 'a.pth')
    with pytest.raises(FileNotFoundError, match='nowhere.pth'):
        publish(str(tmp_path / 'nowhere.pth'), target)
    torch.save(dict(a=1), tmp_path / 'other.pth')
    with pytest.raises(ValueError, match="has no 'state_dict', only"):
        publish(str(tmp_path / 'other.pth'), target)
    assert not (tmp_path / 'public').exists()
