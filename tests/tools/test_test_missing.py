"""``tools/test.py --missing``."""

import json
import pickle

import av
import numpy as np
import pytest

pytest_plugins = ['tinyset']


@pytest.fixture
def joint(tiny):
    checkpoint = tiny.trained('joint')
    return tiny.child('joint'), checkpoint


@pytest.fixture
def silent(tiny):
    """The list of the test videos without their sound."""
    lines = (tiny.data / 'test.txt').read_text().splitlines()
    folder = tiny.data / 'silent'
    folder.mkdir(exist_ok=True)
    for number in range(len(lines)):
        with (
            av.open(str(tiny.data / 'test' / f'{number}.mp4')) as video,
            av.open(str(folder / f'{number}.mp4'), 'w') as copy,
        ):
            stream = copy.add_stream_from_template(video.streams.video[0])
            for packet in video.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    copy.mux(packet)
    path = tiny.data / 'silent.txt'
    path.write_text('\n'.join(line.replace('test/', 'silent/') for line in lines))
    return f'test_dataloader.dataset.ann_file={path}'


def results_in(tiny, folder):
    return json.loads((tiny.folder / folder / 'missing.json').read_text())


def scores(path):
    with open(path, 'rb') as file:
        return np.stack([sample['pred_score'] for sample in pickle.load(file)])


def test_calls_add_up_until_the_model_changes(tiny, joint):
    args = ('test', *joint, '--work-dir', 'added')
    first = tiny.tool(*args, '--missing', 'audio', '--dump', 'zeros.pkl')
    assert 'all modalities' in first and 'points of top-1' in first
    assert list(results_in(tiny, 'added')) == ['complete', 'zeros']
    second = tiny.tool(*args, '--missing', 'rgb', '--missing-as', 'split')
    # Known already, so there is one test only, which needs no zeros.
    assert 'all modalities' in second and second.count('Epoch(test) [') == 1
    results = results_in(tiny, 'added')
    assert list(results) == ['complete', 'zeros', 'split']
    assert list(results['split']) == ['rgb']
    whole = tiny.metrics(tiny.test(*joint, '--dump', 'whole.pkl'))
    assert results['complete']['top1'] == pytest.approx(100 * whole['acc/top1'])
    # A config that does without a modality does not replace the one of the training.
    kept = (tiny.folder / 'added' / 'joint_tiny.py').read_text()
    assert 'MissingModalityHook' not in kept
    # The dump holds what was asked for, not the test beside it.
    assert not np.allclose(
        scores(tiny.folder / 'zeros.pkl'), scores(tiny.folder / 'whole.pkl')
    )
    earlier = joint[1].with_name('epoch_1.pth')
    tiny.tool('test', joint[0], earlier, '--work-dir', 'added', '--missing', 'audio')
    assert list(results_in(tiny, 'added')) == ['complete', 'zeros']


def test_data_that_lack_a_modality(tiny, joint, silent):
    options = ('--missing', 'audio', '--missing-as', 'all')
    tiny.tool('test', *joint, '--work-dir', 'heard', *options, '--dump', 'heard.pkl')
    printed = tiny.tool(
        *('test', *joint, '--work-dir', 'silent', *options, '--dump', 'silent.pkl'),
        *('--cfg-options', silent),
    )
    assert 'Not tested with all modalities: no file of audio can be read' in printed
    assert 'points' not in printed
    found, expected = (results_in(tiny, name) for name in ('silent', 'heard'))
    assert list(found) == ['zeros', 'mean', 'split']
    for name, entries in found.items():
        for key in ('top1', 'top5', 'mean1'):
            assert entries['audio'][key] == expected[name]['audio'][key]
        dumps = [scores(tiny.folder / f'{x}_{name}.pkl') for x in ('silent', 'heard')]
        np.testing.assert_allclose(*dumps, atol=1e-5)
    # Without the option the same data are an error.
    with pytest.raises(ValueError, match='no sound stream'):
        tiny.test(*joint, '--cfg-options', silent)


def test_zeros_are_what_the_data_set_puts_for_a_broken_file(tiny, joint, silent):
    tiny.tool(
        'test', *joint, '--work-dir', 'a', '--missing', 'audio', '--dump', 'a.pkl'
    )
    # One sample with sound, for the shape; the others' is blank.
    path = tiny.data / 'silent.txt'
    path.write_text(path.read_text() + '\ntest/0.mp4 0')
    tiny.test(
        *(*joint, '--dump', 'b.pkl', '--cfg-options', silent),
        'test_dataloader.dataset.on_error=zeros',
    )
    found, blank = (scores(tiny.folder / f'{name}.pkl') for name in 'ab')
    np.testing.assert_allclose(found, blank[:8], atol=1e-5)


def test_zeros_need_a_shape(tiny, joint, silent):
    with pytest.raises(SystemExit, match=r'audio can be read.*--missing-as split'):
        tiny.tool(
            *('test', *joint, '--missing', 'audio', '--cfg-options', silent),
            f'train_dataloader.dataset.{silent.partition(".dataset.")[2]}',
        )


@pytest.mark.parametrize(
    'method, missing, message',
    [
        ('joint', ['sound'], "no modality 'sound'; it has rgb, audio"),
        ('joint', ['rgb', 'audio'], 'leave at least one'),
        ('rgb', ['rgb'], "only 'rgb', so it cannot do without"),
    ],
)
def test_what_cannot_be_missing_is_said_at_once(tiny, method, missing, message):
    # Neither data nor checkpoint is looked for.
    config = tiny.child(method, f'{method}_nowhere', data_root='nowhere')
    with pytest.raises(SystemExit) as error:
        tiny.tool('test', config, 'nowhere.pth', '--missing', *missing)
    assert message in str(error.value)


def test_the_way_needs_a_modality(tiny, capsys):
    with pytest.raises(SystemExit) as error:
        tiny.tool('test', tiny.child('joint'), 'x.pth', '--missing-as', 'mean')
    assert error.value.code == 2
    assert '--missing MODALITY does not say what' in capsys.readouterr().err
