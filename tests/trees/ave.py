"""AVE as published: mp4 files called by their YouTube id, and lists parted by ``&``."""

from pathlib import Path

import numpy as np
from media import tone, write_video

# In the order of the labels, which is that of their first lines in testSet.txt. Names
# hold spaces and commas, ids may begin with a dash.
CLASSES = ('Church bell', 'Male speech, man speaking', 'Fixed-wing aircraft, airplane')
HEADER = 'Category&VideoID&Quality&StartTime&EndTime'


def segments(classes=CLASSES, seconds=4):
    """Label, class, id, start and end (s) of each sample, by split."""
    rows = {'train': [], 'val': [], 'test': []}
    for label, name in enumerate(classes):
        for number in range(3):
            identity = f'{"-_"[number % 2]}train{label}{number:04}'[:11]
            start = number % 2
            rows['train'].append((label, name, identity, start, seconds - start))
        rows['val'].append((label, name, f'valid{label}_-000', 0, seconds))
        rows['test'].append((label, name, f'tests{label}_-000', 1, seconds - 1))
    # The same video once more, with another segment.
    again = rows['train'][0]
    rows['train'].append((*again[:3], 2, seconds))
    return rows


def write_tree(
    root,
    classes=CLASSES,
    seconds=4,
    fps=5,
    size=(64, 48),
    header=True,
    annotations=False,
):
    """Write videos of ``size`` (width, height) with sound; return the root.

    decord reads pictures 48 wide as if they had 4 channels; 64 is safe.

    ``header`` is the first line of ``Annotations.txt``, which one of the published
    copies lacks. With ``annotations``, write what ``prepare.py`` makes of it, too.
    """
    root = Path(root)
    rows = segments(classes, seconds)
    everything = [row for samples in rows.values() for row in samples]
    for label, _, identity, _, _ in everything:
        file = root / 'AVE' / f'{identity}.mp4'
        if not file.exists():
            pictures = np.zeros((seconds * fps, size[1], size[0], 3), np.uint8)
            pictures[..., label % 3] = 150
            pictures[:, :8] = np.linspace(0, 255, len(pictures))[:, None, None, None]
            write_video(file, pictures, fps, tone(seconds, 16000, 300.0 * (label + 1)))
    lists = {'Annotations.txt': [HEADER] * header + _lines(everything)}
    lists |= {f'{split}Set.txt': _lines(samples) for split, samples in rows.items()}
    for name, lines in lists.items():
        (root / name).write_text('\n'.join(lines) + '\n')
    if annotations:
        _write_annotations(root / 'annotations', rows, classes)
    return root


def _lines(rows):
    return [f'{name}&{video}&good&{start}&{end}' for _, name, video, start, end in rows]


def _write_annotations(folder, rows, classes):
    folder.mkdir(exist_ok=True)
    (folder / 'classes.txt').write_text(''.join(f'{name}\n' for name in classes))
    for split, samples in rows.items():
        lines = ['label,rgb,audio,start,end']
        for label, _, identity, start, end in samples:
            file = f'{identity}.mp4'
            lines.append(f'{label},{file},{file},{start}.0,{end}.0')
        (folder / f'{split}.csv').write_text('\n'.join(lines) + '\n')
