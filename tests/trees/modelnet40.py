"""ModelNet40's shaded pictures as MVCNN's authors publish them: 12 views an object."""

from pathlib import Path

import cv2
import numpy as np

CLASSES = ('airplane', 'night_stand', 'tv_stand')
FOLDER = 'modelnet40_images_new_12x'
VIEWS = 12


def objects(classes=CLASSES, train=4, test=2):
    """Label, class and object of each sample, by split."""
    # Objects are numbered through; the first ones are for training.
    return {
        split: [
            (label, name, f'{name}_{number:04}')
            for label, name in enumerate(sorted(classes))
            for number in numbers
        ]
        for split, numbers in (
            ('train', range(1, train + 1)),
            ('test', range(train + 1, train + test + 1)),
        )
    }


def view_of(name, split, thing, view):
    """Path of a picture under ``modelnet40_images_new_12x``."""
    return f'{name}/{split}/{thing}.obj.shaded_v{view:03}.png'


def write_tree(root, classes=CLASSES, train=4, test=2, size=32, annotations=False):
    """Write square grey pictures, in three equal channels; return the root.

    With ``annotations``, write what ``prepare.py`` makes of it, too.
    """
    root = Path(root)
    rows = objects(classes, train, test)
    for split, samples in rows.items():
        for label, name, thing in samples:
            for view in range(1, VIEWS + 1):
                picture = np.full((size, size, 3), 255, np.uint8)
                # The class is how dark, the view how wide the object is.
                picture[4:-4, 4 : 6 + view] = 60 * label
                file = root / FOLDER / view_of(name, split, thing, view)
                file.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(file), picture)
    if annotations:
        _write_annotations(root / 'annotations', rows, classes)
    return root


def _write_annotations(folder, rows, classes):
    folder.mkdir(exist_ok=True)
    names = ''.join(f'{name}\n' for name in sorted(classes))
    (folder / 'classes.txt').write_text(names)
    for split, samples in rows.items():
        lines = ['label,front,rear']
        for label, name, thing in samples:
            views = [view_of(name, split, thing, view) for view in (1, 7)]
            lines.append(','.join([str(label), *views]))
        (folder / f'{split}.csv').write_text('\n'.join(lines) + '\n')
