import numpy as np
import pytest
from PIL import Image

from mm_laziness.visualization import samples

pytest_plugins = ['tinyset']


def browse(tiny, config, out, *args):
    printed = tiny.tool('browse_dataset', config, '--out', out, *args)
    return printed, sorted((tiny.folder / out).iterdir())


def test_sheets_of_the_training_data(tiny):
    printed, sheets = browse(tiny, tiny.child('joint'), 'sheets', '--number', 3)
    assert [path.name for path in sheets] == [
        *('train_000000.png', 'train_000006.png', 'train_000011.png')
    ]
    assert 'saved 3 sheets in sheets; 0 samples had faults' in printed
    with Image.open(sheets[0]) as picture:
        assert len(picture.convert('RGB').getcolors(10**6)) > 100
    # A sheet is the same, whichever others are asked for.
    again = browse(tiny, tiny.folder / 'joint_tiny.py', 'again', '--number', 1)[1]
    assert again[0].read_bytes() == sheets[0].read_bytes()


def test_frames_have_their_times(tiny, monkeypatch):
    seen = []
    plot = samples.plot_sample
    monkeypatch.setattr(samples, 'plot_sample', lambda *a: seen.append(a) or plot(*a))
    browse(tiny, tiny.child('joint'), 'timed', '--number', 1)
    ((inputs, _, _, times),) = seen
    assert times.size == inputs['rgb'].shape[0] * inputs['rgb'].shape[2]
    assert (np.diff(times.ravel()) > 0).all() and times.max() < 2


def test_faults_are_counted(tiny):
    config = tiny.child('joint', 'faulty')
    broken = tiny.data / 'broken.txt'
    broken.write_text('nowhere.mp4 1\ntest/0.mp4 0\n')
    text = (
        'test_dataloader = dict(dataset=dict())\n'
        "test_dataloader['dataset'].update(ann_file='broken.txt', "
        "on_error='zeros', cache=None)\n"
    )
    config.write_text(config.read_text() + text)
    printed, sheets = browse(tiny, config, 'faulty', '--split', 'test')
    assert len(sheets) == 2
    assert 'saved 2 sheets in faulty; 1 samples had faults' in printed


def test_one_modality_has_one_row(tiny):
    _, (both,) = browse(tiny, tiny.child('joint'), 'both', '--number', 1)
    _, (rgb,) = browse(tiny, tiny.child('rgb'), 'rgb', '--number', 1)
    with Image.open(both) as picture, Image.open(rgb) as other:
        assert other.height < 0.7 * picture.height


def test_number_must_be_positive(tiny):
    with pytest.raises(SystemExit, match='--number must be positive, but got 0'):
        browse(tiny, tiny.child('joint'), 'none', '--number', 0)
