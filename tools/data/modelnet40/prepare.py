"""Make ModelNet40's shaded pictures ready: two views of each object.

Takes modelnet40_images_new_12x/<class>/{train,test}/<object>.obj.shaded_v001.png to
v012.png as they are, and writes annotations/train.csv and test.csv.

Example:
    python tools/data/modelnet40/prepare.py --root data/modelnet40
"""

import argparse
import re
from pathlib import Path

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
)

CONFIG = Path(__file__).resolve().parents[3] / 'configs/joint_r18_modelnet40.py'
FOLDER = 'modelnet40_images_new_12x'
DOWNLOAD = (
    'get the shaded pictures of MVCNN, '
    'http://supermoe.cs.umass.edu/shape_recog/shaded_images.tar.gz (1.6 GB), and '
    f'unpack them so that the root holds {FOLDER}/airplane/train/...'
)
VIEWS = 12
PUBLISHED = dict(classes=40, train=9843, test=2468)
PICTURE = re.compile(r'(?P<object>.+)\.obj\.shaded_v(?P<view>\d{3})\.png')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--views',
        type=int,
        nargs='+',
        default=[1, 7],
        metavar='V',
        help=f'which of the {VIEWS} views (default: 1 7, which face each other)',
    )
    parser.add_argument(
        '--names',
        nargs='+',
        default=['front', 'rear'],
        help='what the views are called in the config (default: front rear)',
    )
    add_preparation_arguments(parser, 'data/modelnet40')
    args = parser.parse_args(argv)
    if len(args.views) != len(args.names) or len({*args.names}) != len(args.names):
        parser.error(
            f'--names must call each of the {len(args.views)} views by a name of its '
            f'own, but got {args.names}'
        )
    if not all(1 <= view <= VIEWS for view in args.views):
        parser.error(f'--views counts from 1 to {VIEWS}, but got {args.views}')
    return args


def list_objects(folder: Path) -> list[str]:
    """Objects of which a folder has at least one view, sorted."""
    matches = (PICTURE.fullmatch(path.name) for path in folder.glob('*.png'))
    return sorted({match['object'] for match in matches if match})


def read(root: Path, views: dict[str, int]) -> Preparation:
    """Describe the data set as its folders do.

    Args:
        root (Path): The data set's folder.
        views (dict[str, int]): Number (from 1) of each view, by name.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        raise FileNotFoundError(f'{folder} does not exist; {DOWNLOAD}')
    # Alphabetical order, as MVCNN's code and DI-MML's lists number the classes.
    classes = sorted(
        path.name
        for path in folder.iterdir()
        if (path / 'train').is_dir() or (path / 'test').is_dir()
    )
    splits: dict[str, list[Clip]] = {'train': [], 'test': []}
    for label, name in enumerate(classes):
        for split, clips in splits.items():
            for thing in list_objects(folder / name / split):
                start = f'{name}/{split}/{thing}.obj.shaded_v'
                sources = {key: f'{start}{view:03}.png' for key, view in views.items()}
                clips.append(Clip(label, sources))
    return Preparation(
        name='ModelNet40',
        root=str(root),
        classes=classes,
        splits=splits,
        folders=dict.fromkeys(views, FOLDER),
        kinds=dict.fromkeys(views, 'image'),
        published=PUBLISHED,
        config=str(CONFIG),
        clock=next(iter(views)),
        download=DOWNLOAD,
    )


def main(argv: list[str] | None = None) -> None:
    """Prepare the data set."""
    args = parse_args(argv)
    with exit_on_error():
        views = dict(zip(args.names, args.views, strict=True))
        run_preparation(read(Path(args.root), views), args)


if __name__ == '__main__':
    main()
