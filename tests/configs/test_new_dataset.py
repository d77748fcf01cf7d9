"""A user's own data set: README's ten lines over UMT's config of Kinetics-400."""

import re
from pathlib import Path

import numpy as np
import pytest
from media import tone, write_video
from mmengine.config import Config
from shrink import CONFIGS
from smallinputs import small_inputs
from tinyset import Tiny

from mm_laziness.utils.config import resolve_config

UMT = """\
_base_ = './umt_r50_kinetics.py'
data_root = 'data/mydata'
num_classes = 3
videos = dict(rgb='videos', audio='videos')
train_dataloader = dict(dataset=dict(ann_file='train.txt', data_prefix=videos))
val_dataloader = dict(dataset=dict(ann_file='val.txt', data_prefix=videos))
test_dataloader = val_dataloader
rgb = 'work_dirs/rgb_r50_mydata/best.pth'
audio = 'work_dirs/audio_r50_mydata/best.pth'
model = dict(teachers=dict(rgb=rgb, audio=audio))
"""
# The encoders with an eighth of their channels.
NARROW = {
    f'model.{part}.{name}{end}': value
    for name in ('rgb', 'audio')
    for part, end, value in (
        ('encoders', '.base_channels', 8),
        ('cls_head.in_channels', '', 256),
    )
}


class Mine(Tiny):
    """A folder with data and configs of a user's own, where tools run."""

    def __init__(self, folder):
        self.folder = folder
        for split, size in (('train', 4), ('val', 3)):
            write_split(folder / 'data' / 'mydata', split, size)
        for method in ('rgb', 'audio', 'umt'):
            text = UMT if method == 'umt' else ''.join(UMT.splitlines(True)[:7])
            # Here the configs lie in a folder of their own.
            base = CONFIGS / f'{method}_r50_kinetics.py'
            text = text.replace('./umt_r50_kinetics.py', str(base))
            self.config(method).write_text(text)

    def config(self, method):
        return self.folder / f'{method}_r50_mydata.py'

    def run(self, method):
        names = ('rgb', 'audio') if method == 'umt' else (method,)
        narrow = {k: v for k, v in NARROW.items() if any(n in k for n in names)}
        options = {**small_inputs(), **narrow, 'randomness.seed': 0}
        if method == 'audio':  # Its test has no pictures to narrow.
            options.pop('model.encoders.rgb.base_channels', None)
        words = [f'{key}={value}' for key, value in options.items()]
        return self.train(self.config(method), '--cfg-options', *words)


def write_split(root, split, size):
    random = np.random.default_rng(size)
    lines = []
    for index in range(size):
        label = index % 3
        frames = random.integers(0, 80, (20, 32, 32, 3), dtype=np.uint8)
        frames[..., label] += 120
        name = f'run {label}/{split} {index}.mp4'
        sound = tone(2.0, frequency=300.0 * (label + 1))
        write_video(root / 'videos' / name, frames, fps=10, sound=sound)
        lines.append(f'{name} {label}')
    (root / f'{split}.txt').write_text('\n'.join(lines) + '\n')


@pytest.fixture(scope='module')
def mine(tmp_path_factory):
    return Mine(tmp_path_factory.mktemp('mine'))


def test_ten_lines_over_kinetics_train_umt_and_its_teachers(mine):
    for method in ('rgb', 'audio', 'umt'):
        log = mine.run(method)
        folder = mine.folder / 'work_dirs' / f'{method}_r50_mydata'
        state = mine.state_of(folder / 'best.pth')
        width = 512 if method == 'umt' else 256
        assert state['cls_head.fc_cls.weight'].shape == (3, width)
        assert 0 <= mine.metrics(log)['acc/top1'] <= 1
    assert re.search(r'loss_distill_rgb: [\d.]+ +loss_distill_audio: [\d.]+', log)


def test_everything_of_the_config_is_about_the_users_data(mine):
    cfg = resolve_config(Config.fromfile(mine.config('umt')))
    parts = ('model', 'train_dataloader', 'val_dataloader', 'test_dataloader')
    text = Config({part: cfg[part] for part in parts}).pretty_text
    assert 'kinetics' not in text
    assert not re.search(r'num_classes=(?!3\b)', text)
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset.data_root == 'data/mydata'
        assert loader.dataset.data_prefix == dict(rgb='videos', audio='videos')


def test_readme_shows_these_ten_lines():
    readme = (Path(__file__).parents[2] / 'README.md').read_text()
    blocks = re.findall(r'```python\n(.*?)```', readme, re.DOTALL)
    shown = [re.sub(r'\n(\n|#.*\n)+', '\n', block) for block in blocks]
    # The number of classes is another there.
    shown = [re.sub(r'num_classes = \d+', 'num_classes = 3', text) for text in shown]
    assert len(UMT.splitlines()) <= 10
    assert UMT in shown
