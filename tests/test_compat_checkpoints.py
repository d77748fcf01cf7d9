import os
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner import CheckpointLoader
from mmengine.runner.checkpoint import _load_checkpoint_with_prefix

from mm_laziness.compat import load_checkpoint_file

sys.path.insert(0, str(Path(__file__).parent))
from compat_tiny_runner import build_runner  # noqa: E402


class Call:
    """Pickles as a call of any function."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


@pytest.fixture
def evil(tmp_path):
    """A checkpoint that makes a file when it is unpickled, and that file."""
    marker, path = tmp_path / 'executed', tmp_path / 'evil.pth'
    torch.save({'state_dict': Call(os.system, f'touch {marker}')}, path)
    return path, marker


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    runner = build_runner(tmp_path_factory.mktemp('trained'))
    runner.train()
    return runner


def checkpoint_of(runner):
    return Path(runner.work_dir) / f'epoch_{runner.max_epochs}.pth'


def test_own_checkpoint_resumes(trained, tmp_path):
    path = checkpoint_of(trained)
    runner = build_runner(tmp_path, epochs=2, load_from=str(path), resume=True)
    runner.train()
    assert (runner.epoch, runner.iter) == (2, 8)
    # The history goes on: 4 iterations of the first run and 4 of this one.
    history, _ = runner.message_hub.get_scalar('train/loss').data
    assert len(history) == 8
    assert runner.message_hub.get_info('single') == np.float32(1.5)


def test_own_checkpoint_loads_and_tests(trained, tmp_path):
    path = checkpoint_of(trained)
    runner = build_runner(tmp_path, epochs=3, load_from=str(path))
    assert runner.test() == dict(acc=4.0)
    # EMAHook swaps the averaged weights in, so compare with what was saved.
    saved = load_checkpoint_file(path)
    assert torch.equal(runner.model.fc.weight, saved['state_dict']['fc.weight'])
    assert set(saved) >= {'ema_state_dict', 'param_schedulers', 'message_hub'}
    assert saved['optimizer']['loss_scaler']['scale'] == 4.0


def test_numpy_1_and_2_names_both_load(trained, tmp_path):
    path = tmp_path / 'legacy.pth'
    values = {'array': np.arange(3.0), 'scalar': np.float64(2.5)}
    torch.save(values, path, _use_new_zipfile_serialization=False)
    content = path.read_bytes()
    for here, there in ((b'numpy._core.', b'numpy.core.'), (b'', b'')):
        path.write_bytes(content.replace(here, there) if here else content)
        loaded = load_checkpoint_file(path)
        assert loaded['array'].tolist() == [0.0, 1.0, 2.0]
        assert loaded['scalar'] == 2.5


@pytest.mark.parametrize('opt_out', [False, True])
def test_code_is_refused_and_not_executed(evil, monkeypatch, opt_out):
    path, marker = evil
    if opt_out:
        monkeypatch.setenv('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD', '1')
    before = dict(os.environ)
    with pytest.raises(ValueError, match=r'evil.pth was not loaded.*`posix.system`'):
        CheckpointLoader.load_checkpoint(str(path), logger='silent')
    assert not marker.exists()
    assert dict(os.environ) == before
    torch.load(path, weights_only=False)
    assert marker.exists(), 'the checkpoint of this test is harmless'


def test_urls_pass_the_same_gate(evil, monkeypatch, tmp_path):
    path, marker = evil
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    cache = tmp_path / 'hub' / 'checkpoints'
    cache.mkdir(parents=True)
    path.rename(cache / 'evil.pth')
    url = 'https://example.org/evil.pth'
    with pytest.raises(ValueError, match=f'{url} was not loaded.*`posix.system`'):
        _load_checkpoint_with_prefix('backbone', url)
    assert not marker.exists()


def test_other_schemes_pass_the_same_gate(evil, monkeypatch):
    path, marker = evil
    monkeypatch.setattr(CheckpointLoader, '_schemes', CheckpointLoader._schemes.copy())

    @CheckpointLoader.register_scheme(prefixes='store://')
    def load_from_store(filename, map_location):
        return torch.load(path, weights_only=False)

    with pytest.raises(ValueError, match='posix.system'):
        load_checkpoint_file('store://evil.pth')
    assert not marker.exists()


@pytest.mark.parametrize('name', ['min', 'max', 'current', 'mean'])
def test_statistics_of_a_history_buffer_load(tmp_path, name):
    path = tmp_path / 'a.pth'
    torch.save({'f': Call(getattr, HistoryBuffer, name)}, path)
    assert load_checkpoint_file(path)['f'] is getattr(HistoryBuffer, name)


@pytest.mark.parametrize(
    ('owner', 'name'),
    [
        (HistoryBuffer, '__init__'),
        (HistoryBuffer, 'register_statistics'),
        (np.ndarray, 'tofile'),
        (torch.Tensor, 'mean'),
    ],
)
def test_other_attributes_are_refused(tmp_path, owner, name):
    path = tmp_path / 'a.pth'
    torch.save({'f': Call(getattr, owner, name)}, path)
    with pytest.raises(ValueError, match=rf"builtins.getattr\(\w+,'{name}'\)"):
        load_checkpoint_file(path)


def test_an_unknown_class_is_named_with_the_way_to_allow_it(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save({'meta': Path('x')}, path)
    with pytest.raises(ValueError, match=r'add_safe_globals\(\[pathlib.\w+\]\)'):
        load_checkpoint_file(path)


def test_builtins_are_named_in_full(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save({'x': Call(eval, '1 + 1')}, path)
    with pytest.raises(ValueError, match='asks for `builtins.eval`'):
        load_checkpoint_file(path)


def test_a_truncated_file(trained, tmp_path):
    content = checkpoint_of(trained).read_bytes()
    for size in (0, len(content) // 2):
        path = tmp_path / f'{size}.pth'
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=f'{size}.pth cannot be read.*incomplete'):
            load_checkpoint_file(path)


def test_a_wrong_byte_in_a_file_of_old_format(tmp_path):
    path = tmp_path / 'old.pth'
    torch.save({'a': torch.ones(2)}, path, _use_new_zipfile_serialization=False)
    content = path.read_bytes()
    key = re.findall(rb'X.\0\0\0(\d{9,})', content)[-1]
    path.write_bytes(content.replace(key, b'x' * len(key), 1))
    with pytest.raises(ValueError, match='old.pth cannot be read.*damaged'):
        load_checkpoint_file(path)


def test_what_is_no_checkpoint(tmp_path):
    path = tmp_path / 'notes.pth'
    path.write_text('hello, this is text')
    with pytest.raises(ValueError, match='notes.pth cannot be read as a checkpoint'):
        load_checkpoint_file(path)
    # What torch says of a zip file that is none of its own.
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('a.txt', 'hello')
    with pytest.raises(ValueError, match='notes.pth cannot be read as a checkpoint'):
        load_checkpoint_file(path)
    torch.save([1, 2], path)
    with pytest.raises(ValueError, match='must hold a dict .* but holds a list'):
        load_checkpoint_file(path)
    with pytest.raises(FileNotFoundError, match='absent.pth'):
        load_checkpoint_file(tmp_path / 'absent.pth')
