"""The command that writes MMAction2's audio features."""

import multiprocessing
import sys

import numpy as np
import pytest
from media import tone, write_sound, write_video
from mmaction.registry import TRANSFORMS
from preparing import TOOLS

from mm_laziness.datasets.preparation.audio_features import (
    mmaction2_features,
    read_sound,
)

sys.path.insert(0, str(TOOLS / 'kinetics'))
import build_audio_features  # noqa: E402


class OneProcess:
    """A pool that works in this process, which saves its imports."""

    def __init__(self, workers, context):
        assert workers >= 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, *args):
        from concurrent.futures import Future

        future = Future()
        future.set_result(function(*args))
        return future


@pytest.fixture
def tree(tmp_path):
    """Two videos in folders of classes, with spaces and dots in their names."""
    write_video(tmp_path / 'in/a b/x.1.mp4', sound=tone(1.0))
    write_video(tmp_path / 'in/c/-y.mp4')
    write_sound(tmp_path / 'in/c/-y.wav', tone(2.0))
    return tmp_path


def run(tree, *args):
    build_audio_features.main([str(tree / 'in'), str(tree / 'out'), *args])


def test_one_file_per_video_in_real_processes(tree, monkeypatch):
    # A fork has imported everything; fresh interpreters would take half a minute.
    fork = multiprocessing.get_context('fork')
    monkeypatch.setattr(build_audio_features, 'get_context', lambda _: fork)
    run(tree, '--workers', '2')
    written = {p.relative_to(tree / 'out').as_posix() for p in tree.rglob('*.npy')}
    assert written == {'a b/x.1.npy', 'c/-y.npy'}
    features = np.load(tree / 'out/c/-y.npy')
    assert features.shape == (126, 80) and features.dtype == np.float32
    expected = mmaction2_features(read_sound(str(tree / 'in/c/-y.wav')))
    np.testing.assert_array_equal(features, expected)


def test_mmaction2_reads_them(tree, monkeypatch):
    monkeypatch.setattr(build_audio_features, 'ProcessPoolExecutor', OneProcess)
    run(tree)
    results = dict(audio_path=str(tree / 'out/c/-y.npy'))
    loaded = TRANSFORMS.build(dict(type='LoadAudioFeature'))(results)
    assert loaded['length'] == 126 and loaded['audios'].max() > 0.5


def test_complete_files_stay_and_half_written_ones_do_not_count(tree, monkeypatch):
    monkeypatch.setattr(build_audio_features, 'ProcessPoolExecutor', OneProcess)
    save = np.save

    def killed(file, *args, **kwargs):
        file.write(b'half')
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, 'save', killed)
        with pytest.raises(SystemExit):
            run(tree)
    assert not list(tree.rglob('*.npy')) and np.save is save
    run(tree)
    first = tree / 'out/a b/x.1.npy'
    before = first.stat().st_mtime_ns
    (tree / 'out/c/-y.npy').unlink()
    run(tree)
    assert first.stat().st_mtime_ns == before and (tree / 'out/c/-y.npy').exists()


def test_failures_are_listed_and_the_others_written(tree, monkeypatch, capsys):
    monkeypatch.setattr(build_audio_features, 'ProcessPoolExecutor', OneProcess)
    (tree / 'in/c/-y.wav').unlink()
    (tree / 'in/c/broken.mp4').write_bytes(b'')
    with pytest.raises(SystemExit, match='error: 2 files have no features'):
        run(tree)
    printed = capsys.readouterr().err
    assert '-y.mp4 has no sound stream' in printed and 'broken.mp4: ' in printed
    assert [path.name for path in tree.rglob('*.npy')] == ['x.1.npy']


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(SystemExit, match='in holds no file of .mp4'):
        run(tmp_path)
