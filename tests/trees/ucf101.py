"""UCF101 as published: the official lists, and frames and flow in either layout.

Feichtenhofer's folders are ``jpegs_256/<video>/frame000001.jpg`` and
``tvl1_flow/{u,v}/<video>/frame000001.jpg``; MMAction2's are
``rawframes/<Class>/<video>/{img,flow_x,flow_y}_00001.jpg``.
"""

from pathlib import Path

import cv2
import numpy as np

# The last one is spelt differently in the lists' file names, as in the original.
CLASSES = ('ApplyEyeMakeup', 'BabyCrawling', 'HandstandPushups')
# Flow pictures are one fewer than frames, as TV-L1 leaves them.
FRAMES = 14


def videos(classes=CLASSES):
    """Label (from 0), class, and video of each clip, by split."""
    rows = {'train': [], 'test': []}
    for label, name in enumerate(classes):
        spelt = name.replace('Handstand', 'HandStand')
        for group, clip in ((8, 1), (8, 2), (9, 1)):
            rows['train'].append((label, name, f'v_{spelt}_g{group:02}_c{clip:02}'))
        rows['test'].append((label, name, f'v_{spelt}_g01_c01'))
    return rows


def write_tree(
    root,
    layout='feichtenhofer',
    classes=CLASSES,
    frames=FRAMES,
    size=(40, 32),
    annotations=False,
    list_folder='ucfTrainTestlist',
    splits=(1, 2, 3),
):
    """Write lists and pictures of ``size`` (width, height); return the root.

    With ``annotations``, write what ``prepare.py`` makes of it, too.
    """
    root = Path(root)
    rows = videos(classes)
    _write_lists(root / list_folder, rows, classes, splits)
    for label, name, video in rows['train'] + rows['test']:
        for path, picture in _pictures(layout, name, video, label, frames, size):
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(file), picture)
    if annotations:
        _write_annotations(root / 'annotations', rows, layout, classes, frames)
    return root


def folder_of(layout, name, video):
    """Path in the columns of the annotations."""
    # Frames are called after the folders of the videos, the lists after the files.
    video = video.replace('HandStand', 'Handstand')
    return video if layout == 'feichtenhofer' else f'{name}/{video}'


def _write_lists(folder, rows, classes, splits):
    folder.mkdir(parents=True, exist_ok=True)
    index = ''.join(f'{n} {name}\r\n' for n, name in enumerate(classes, 1))
    (folder / 'classInd.txt').write_bytes(index.encode())
    for split in splits:
        train = [f'{name}/{video}.avi {n + 1}\r\n' for n, name, video in rows['train']]
        test = [f'{name}/{video}.avi\r\n' for n, name, video in rows['test']]
        (folder / f'trainlist{split:02}.txt').write_bytes(''.join(train).encode())
        (folder / f'testlist{split:02}.txt').write_bytes(''.join(test).encode())


def _pictures(layout, name, video, label, frames, size):
    folder = folder_of(layout, name, video)
    shape = (size[1], size[0])
    for number in range(1, frames + 1):
        picture = np.zeros((*shape, 3), np.uint8)
        # The class is a colour, and a direction of the flow.
        picture[..., label % 3] = 100 + 10 * number
        across = np.full(shape, 128 + 20 * label, np.uint8)
        down = np.full(shape, 128 - 20 * label, np.uint8)
        if layout == 'feichtenhofer':
            file = f'{folder}/frame{number:06}.jpg'
            paths = f'jpegs_256/{file}', f'tvl1_flow/u/{file}', f'tvl1_flow/v/{file}'
        else:
            start, end = f'rawframes/{folder}/', f'_{number:05}.jpg'
            paths = [start + kind + end for kind in ('img', 'flow_x', 'flow_y')]
        yield paths[0], picture
        if number < frames:
            yield paths[1], across
            yield paths[2], down


def _write_annotations(folder, rows, layout, classes, frames):
    folder.mkdir(exist_ok=True)
    (folder / 'classes.txt').write_text(''.join(f'{name}\n' for name in classes))
    for split, clips in rows.items():
        lines = ['label,rgb,flow,total_frames']
        for label, name, video in clips:
            path = folder_of(layout, name, video)
            lines.append(f'{label},{path},{path},{frames - 1}')
        (folder / f'{split}_split1.csv').write_text('\n'.join(lines) + '\n')
