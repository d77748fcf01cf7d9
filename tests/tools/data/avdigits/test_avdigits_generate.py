"""The command itself: layout, determinism, resuming, refusals."""

import json

import av
import generate
import numpy as np
import pytest
from clips import Maker
from pictures import TRAIN_DIGITS
from plan import WORDS, plan_clips
from speech import find_voices


def run(out, *args, workers=1, variant='both', train=6, test=3):
    numbers = ['--workers', workers, '--train', train, '--test', test]
    args = ['--out', out, '--variant', variant, *numbers, *args]
    generate.main([str(arg) for arg in args])


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob('*'))
        if path.is_file()
    }


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    pytest.importorskip('espeakng_loader')
    out = tmp_path_factory.mktemp('avdigits')
    run(out, workers=2)
    return out


@pytest.fixture
def copy(made, tmp_path):
    import shutil

    return shutil.copytree(made, tmp_path / 'copy')


def test_layout_lists_and_meta(made):
    for variant, classes in (('uni', 10), ('paired', 11)):
        folder = made / variant
        planned = plan_clips(variant, 0, 6, 3)
        for split, count in (('train', 6), ('test', 3)):
            lines = (folder / f'{split}.txt').read_text().splitlines()
            assert len(lines) == count
            assert lines == [
                f'{clip.path} {clip.label}' for clip in planned if clip.split == split
            ]
            assert all((folder / line.split()[0]).is_file() for line in lines)
        assert len((folder / 'classes.txt').read_text().splitlines()) == classes
        meta = json.loads((folder / 'meta.json').read_text())
        assert meta['parameters']['seed'] == 0
        assert meta['parameters']['counts'] == {'train': 6, 'test': 3}
        assert meta['versions']['av'] == av.__version__
        assert meta['voices'] == find_voices()
        assert len(contents(folder)) == 6 + 3 + 4


def test_clips_have_picture_and_audible_sound(made):
    for path in sorted(made.rglob('*.mp4')):
        with av.open(str(path)) as file:
            assert file.streams.video[0].average_rate == 8
            images = [
                image.to_ndarray(format='rgb24') for image in file.decode(video=0)
            ]
            file.seek(0)
            sound = [chunk.to_ndarray()[0] for chunk in file.decode(audio=0)]
        assert np.shape(images) == (16, 64, 64, 3)
        assert abs(len(np.concatenate(sound)) - 32000) < 1100
        assert np.abs(np.concatenate(sound)).max() > 0.5


def test_workers_do_not_matter(made, tmp_path):
    run(tmp_path / 'one', workers=1)
    assert contents(tmp_path / 'one') == contents(made)


def test_clip_shows_and_says_what_is_planned(digits, speaker, tmp_path):
    maker = Maker(digits, find_voices(), speaker)
    for variant in ('uni', 'paired'):
        for clip in plan_clips(variant, 0, 3, 3):
            picture, sound = maker.make(clip, tmp_path / 'clip.mp4')
            assert digits.labels[picture.digit] == clip.seen
            assert sound.word.word == WORDS[clip.heard]
            for sample in (picture.digit, *picture.fragments):
                assert (sample < TRAIN_DIGITS) == (clip.split == 'train')
            for utterance in (sound.word, sound.other):
                voice = utterance.voice.split('+', 1)[1]
                assert voice in maker.voices[clip.split]


def test_seed_and_place_change_the_file(made, digits, speaker, tmp_path):
    maker = Maker(digits, find_voices(), speaker)
    old = made / 'uni/train/00003.mp4'
    for seed, same in ((0, True), (1, False)):
        clip = plan_clips('uni', seed, 4, 1)[3]
        maker.make(clip, tmp_path / 'clip.mp4')
        assert ((tmp_path / 'clip.mp4').read_bytes() == old.read_bytes()) is same


def test_resuming_restores_the_same_bytes_and_keeps_the_rest(made, copy):
    lost = copy / 'paired/train/00002.mp4'
    kept = copy / 'paired/train/00001.mp4'
    before = kept.stat().st_mtime_ns
    lost.unlink()
    (copy / 'paired/train.txt').unlink()
    run(copy)
    assert contents(copy) == contents(made)
    assert kept.stat().st_mtime_ns == before


def test_complete_set_needs_no_extra(made, copy, without_espeak, monkeypatch):
    monkeypatch.setattr(generate, 'PACKAGES', ('av',))  # other versions do not matter
    run(copy)
    assert contents(copy) == contents(made)


def test_other_parameters_are_refused(made, copy, capsys):
    with pytest.raises(SystemExit) as stop:
        run(copy, '--seed', 1, variant='uni')
    text = str(stop.value)
    assert 'seed: 0 there, 1 now' in text
    assert 'choose another --out, or pass --overwrite' in text
    assert contents(copy) == contents(made)


def test_missing_clips_are_not_mixed_with_those_of_other_versions(copy, monkeypatch):
    (copy / 'uni/test/00000.mp4').unlink()
    monkeypatch.setattr(generate, 'find_version', lambda package: '0.0')
    with pytest.raises(SystemExit, match='other versions .*now.*--overwrite'):
        run(copy, variant='uni')


def test_overwrite_replaces_everything(made, copy):
    run(copy, '--overwrite', '--seed', 1, variant='uni', train=2, test=1)
    names = set(contents(copy / 'uni'))
    assert {name for name in names if name.endswith('.mp4')} == {
        'train/00000.mp4',
        'train/00001.mp4',
        'test/00000.mp4',
    }
    new, old = contents(copy / 'uni'), contents(made / 'uni')
    assert new['train/00000.mp4'] != old['train/00000.mp4']
    assert json.loads(new['meta.json'])['parameters']['seed'] == 1
    assert contents(copy / 'paired') == contents(made / 'paired')


@pytest.mark.parametrize('overwrite', [[], ['--overwrite']])
def test_foreign_folder_is_left_alone(tmp_path, overwrite):
    (tmp_path / 'uni').mkdir()
    (tmp_path / 'uni/holiday.mp4').write_bytes(b'mine')
    with pytest.raises(SystemExit, match='was not made by this tool'):
        run(tmp_path, *overwrite, variant='uni')
    assert contents(tmp_path) == {'uni/holiday.mp4': b'mine'}


def test_missing_extra_exits_before_anything_is_written(tmp_path, without_espeak):
    with pytest.raises(SystemExit, match='pip install espeakng-loader'):
        run(tmp_path / 'out', variant='uni')
    assert not (tmp_path / 'out').exists()


def test_unreadable_record_is_named(copy):
    (copy / 'uni/meta.json').write_text('{')
    with pytest.raises(SystemExit, match='meta.json cannot be read'):
        run(copy, variant='uni')


def test_bad_arguments_are_refused(capsys):
    with pytest.raises(SystemExit):
        generate.main(['--train', '0'])
    assert 'must be at least 1' in capsys.readouterr().err


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        generate.main(['--help'])
    assert 'python tools/data/avdigits/generate.py --out' in capsys.readouterr().out
