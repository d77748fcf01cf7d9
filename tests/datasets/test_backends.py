"""Files that are not where they seem: MMEngine's storage backends."""

import numpy as np
import pytest
import torch
from avdata import pipeline
from media import tone, write_flow, write_frames, write_sound, write_video
from mmaction.registry import DATASETS
from mmengine.fileio import FileClient, LocalBackend, register_backend


class Shelf(LocalBackend):
    """Finds ``shelf://a/b`` as ``root/a/b``, and nothing else."""

    def __init__(self, root):
        self.root = root

    def _path(self, path):
        assert path.startswith('shelf://')
        return f'{self.root}/{path.removeprefix("shelf://")}'

    def get(self, path):
        return super().get(self._path(path))

    def exists(self, path):
        return super().exists(self._path(path))

    def isdir(self, path):
        return super().isdir(self._path(path))

    def list_dir_or_file(self, path, **kwargs):
        return super().list_dir_or_file(self._path(path), **kwargs)


register_backend('shelf', Shelf, force=True)
FileClient.register_backend('shelf', Shelf, force=True)


@pytest.fixture
def root(tmp_path):
    frames = np.random.default_rng(0).integers(0, 255, (12, 32, 32, 3), np.uint8)
    write_video(tmp_path / 'v.mp4', frames, 8, tone(1.5))
    write_frames(tmp_path / 'v', frames)
    write_flow(tmp_path / 'v', frames[..., :2])
    write_sound(tmp_path / 'v.wav', tone(1.5))
    write_video(tmp_path / 'mute.mp4', frames, 8)
    return tmp_path


def load(root, row, opening, away=None, **settings):
    """One sample; from a backend if the keys of ``away`` say so."""
    rgb, sound = row.split(',')
    (root / 'list.csv').write_text(f'label,rgb,flow,audio\n0,{rgb},v,{sound}\n')
    away = away or {}
    branches = dict(
        rgb=[dict(type='DecordDecode'), dict(type='FormatShape', input_format='NCTHW')],
        flow=[
            dict(type='LoadFlowStack', length=4, **away),
            dict(type='FormatShape', input_format='NCHW'),
        ],
        audio=[dict(type='LoadAudioClips', sample_rate=8000, clip_seconds=1.0, **away)],
    )
    shared = [opening, dict(type='SampleFrames', clip_len=4, test_mode=True)]
    dataset = DATASETS.build(
        dict(
            type='MultiModalDataset',
            ann_file=str(root / 'list.csv'),
            pipeline=pipeline(branches, shared),
            filename_tmpl=dict(rgb='img_{:05}.png', flow='flow_{}_{:05}.png'),
            fps=8,
            **settings,
        )
    )
    return dataset[0]['inputs']


@pytest.mark.parametrize('kind', ['DecordInit', 'OpenFrames', 'folder', 'cached'])
@pytest.mark.parametrize('backend', ['local', 'shelf'])
def test_everything_comes_through_the_backend(root, kind, backend):
    row = 'v,v.wav' if kind == 'folder' else 'v.mp4,v.mp4'
    here = dict.fromkeys(('rgb', 'flow', 'audio'), str(root))
    expected = load(root, row, dict(type='OpenFrames'), data_prefix=here)
    args, prefix = dict(backend=backend), here
    if backend == 'shelf':
        args['root'] = str(root)
        prefix = dict.fromkeys(here, 'shelf://')
    away = dict(backend_args=args)
    opening = dict(type='OpenFrames', **away)
    if kind in ('DecordInit', 'cached'):
        # MMAction2's own spelling, whose name for local files is another.
        name = dict(args, backend='disk' if backend == 'local' else backend)
        opening = dict(type='DecordInit', io_backend=name.pop('backend'), **name)
    settings = dict(cache=str(root / 'cache')) if kind == 'cached' else {}
    inputs = load(root, row, opening, away, data_prefix=prefix, **settings)
    for name, value in expected.items():
        torch.testing.assert_close(inputs[name], value)


def test_missing_sound_in_a_backend(root):
    args = dict(backend_args=dict(backend='shelf', root=str(root)))
    prefix = dict.fromkeys(('rgb', 'flow', 'audio'), 'shelf://')
    opening = dict(type='OpenFrames', **args)
    for row, error, message in (
        ('v.mp4,gone.wav', FileNotFoundError, 'audio: cannot read shelf://gone.wav'),
        ('gone.mp4,v.wav', FileNotFoundError, 'cannot read shelf://gone.mp4'),
        ('v.mp4,mute.mp4', ValueError, 'mute.mp4 has no sound stream'),
    ):
        with pytest.raises(error, match=message):
            load(root, row, opening, args, data_prefix=prefix)
