"""VGG-Sound as published: vggsound.csv and videos/<id>_<start>.mp4."""

import csv

import numpy as np
from media import tone, write_video

# Labels as they are published: with commas, colons and capitals.
CLASSES = ['airplane flyby', 'people eating, chewing', 'zebra braying']
COLUMNS = ('id', 'start', 'label', 'split')


def write_tree(root, train=2, test=1, seconds=1.0, size=32, fps=8):
    """Write ``train`` and ``test`` clips per class; return the rows of the list."""
    random = np.random.default_rng(0)
    rows = []
    for split, count in (('train', train), ('test', test)):
        for index in range(count):
            for label, name in enumerate(CLASSES):
                # Ids may begin with a dash and hold underscores.
                rows.append((f'-{split}_{label}{index}', 10 * index, name, split))
                shape = round(seconds * fps), size, size, 3
                frames = random.integers(0, 80, shape, dtype=np.uint8)
                frames[..., label % 3] += 120
                write_video(
                    root / 'videos' / f'{rows[-1][0]}_{10 * index:06d}.mp4',
                    frames,
                    fps,
                    tone(seconds, frequency=300.0 * (label + 1)),
                )
    write_list(root, rows)
    return rows


def write_list(root, rows):
    """Write the list, which has no header."""
    with open(root / 'vggsound.csv', 'w', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(rows)
