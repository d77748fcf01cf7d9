"""One sample through a config, which may not be possible."""

from media import tone, write_video

from mm_laziness.datasets.preparation.sample import load_sample

CONFIG = 'configs/joint_slim_avdigits.py'


def test_shapes_of_one_sample_under_another_root(tmp_path, monkeypatch):
    for index in range(2):
        write_video(tmp_path / f'train/{index}.mp4', sound=tone(1.0))
    lines = 'train/0.mp4 0\ntrain/1.mp4 1\n'
    for split in ('train', 'test'):
        (tmp_path / f'{split}.txt').write_text(lines)
    found = load_sample(CONFIG, str(tmp_path))
    assert found['inputs'] == dict(
        rgb=dict(shape=[1, 3, 4, 32, 32], dtype='uint8'),
        audio=dict(shape=[1, 32000], dtype='float32'),
    )


def test_what_went_wrong_is_told(tmp_path):
    assert 'train.txt does not exist' in load_sample(CONFIG, str(tmp_path))['error']
    error = load_sample('configs/none.py', str(tmp_path))['error']
    assert error.startswith('FileNotFoundError: config configs/none.py')
