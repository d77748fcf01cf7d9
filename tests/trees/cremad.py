"""CREMA-D as published: flv videos, wav sound, and OGM-GE's split of them."""

from pathlib import Path

import av
import numpy as np
from media import tone, write_sound

# In the order of the labels that OGM-GE uses.
CLASSES = ('NEU', 'HAP', 'SAD', 'FEA', 'DIS', 'ANG')
# The names of the files give the actor, the sentence, the emotion and its strength.
SENTENCES = ('IEO', 'TIE', 'IOM', 'IWW', 'TAI', 'MTI', 'IWL', 'ITH', 'DFA', 'ITS')


def clips(actors=12, classes=CLASSES, each=2):
    """Label and clip, by split; as in OGM-GE's, all actors are in both."""
    rows = {'train': [], 'test': []}
    for actor in range(1001, 1001 + actors):
        for place, emotion in enumerate(classes):
            label = CLASSES.index(emotion)
            for number in range(each):
                clip = f'{actor}_{SENTENCES[number]}_{emotion}_XX'
                # The first sentence in two of the emotions is for testing.
                test = number == 0 and (place - actor) % len(classes) < 2
                rows['test' if test else 'train'].append((label, clip))
    return rows


def write_tree(
    root,
    actors=12,
    classes=('NEU', 'HAP', 'SAD'),
    each=2,
    seconds=1.0,
    fps=10,
    size=(64, 48),
    split_files=True,
    annotations=False,
):
    """Write videos of ``size`` (width, height) with their sound; return the root.

    decord reads pictures 48 wide as if they had 4 channels; 64 is safe.

    With ``annotations``, write what ``prepare.py`` makes of OGM-GE's split, too.
    """
    root = Path(root)
    rows = clips(actors, classes, each)
    for number, (label, clip) in enumerate(rows['train'] + rows['test']):
        sound = tone(seconds, 16000, 200.0 * (label + 1) + number)
        write_sound(root / 'AudioWAV' / f'{clip}.wav', sound, 16000)
        pictures = np.zeros((round(seconds * fps), size[1], size[0], 3), np.uint8)
        pictures[..., label % 3] = 150
        pictures[:, :8] = np.linspace(0, 255, len(pictures))[:, None, None, None]
        write_flv(root / 'VideoFlash' / f'{clip}.flv', pictures, fps, seconds)
    if split_files:
        for split, samples in rows.items():
            lines = ''.join(f'{clip},{CLASSES[n]}\n' for n, clip in samples)
            # As published: with a byte order mark and without a header.
            (root / f'{split}.csv').write_text(lines, encoding='utf-8-sig')
    if annotations:
        _write_annotations(root / 'annotations', rows)
    return root


def write_flv(path, pictures, fps=10, seconds=1.0, sound=True):
    """Write an flv file (FLV1, mp3) whose header states no duration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {'flvflags': 'no_duration_filesize'}
    with av.open(str(path), 'w', format='flv', container_options=options) as out:
        video = out.add_stream('flv1', rate=fps)
        video.height, video.width = pictures.shape[1:3]
        video.pix_fmt = 'yuv420p'
        voice = out.add_stream('mp3', rate=22050, layout='mono') if sound else None
        for picture in pictures:
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, 'rgb24')))
        out.mux(video.encode())
        if voice is not None:
            data = tone(seconds, 22050)[None]
            frame = av.AudioFrame.from_ndarray(data, format='fltp', layout='mono')
            frame.sample_rate = 22050
            frame.pts = 0
            out.mux(voice.encode(frame))
            out.mux(voice.encode())
    return path


def _write_annotations(folder, rows):
    folder.mkdir(exist_ok=True)
    (folder / 'classes.txt').write_text(''.join(f'{name}\n' for name in CLASSES))
    for split, samples in rows.items():
        lines = ['label,rgb,audio']
        lines += [f'{label},{clip}.flv,{clip}.wav' for label, clip in samples]
        (folder / f'{split}.csv').write_text('\n'.join(lines) + '\n')
