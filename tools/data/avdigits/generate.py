"""Make `avdigits`, a small set of real mp4 files whose picture and sound matter.

Handwritten digits drift over clutter while a voice says a digit in noise.

Example:
    python tools/data/avdigits/generate.py --out data/avdigits --variant both
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import cv2
from clips import make_in_worker, start_worker
from folder import FolderError, clips_to_make, prepare_folder, write_lists
from pictures import FPS, FRAMES, SIDE, load_digits
from plan import VARIANTS, Clip, plan_clips
from sound import SECONDS
from speech import SAMPLE_RATE, MissingSpeechError, Speaker, find_voices
from tqdm import tqdm

# Raise it when the drawing or the mixing changes: old clips are then refused.
DESIGN = 1
PACKAGES = ('av', 'numpy', 'scipy', 'scikit-learn', 'soxr', 'espeakng-loader')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--out', type=Path, default=Path('data/avdigits'))
    parser.add_argument('--variant', choices=[*VARIANTS, 'both'], default='both')
    parser.add_argument('--seed', type=_at_least(0), default=0)
    parser.add_argument(
        '--workers', type=_at_least(1), help='processes (default: one per core)'
    )
    for split in ('train', 'test'):
        parser.add_argument(
            f'--{split}', type=_at_least(1), metavar='N', help=f'{split} clips'
        )
    parser.add_argument('--overwrite', action='store_true', help='make everything anew')
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    """Make what is missing of the asked-for variants."""
    args = parse_args(argv)
    names = list(VARIANTS) if args.variant == 'both' else [args.variant]
    try:
        for name, clips in make_sets(args, names).items():
            classes = VARIANTS[name].classes
            print(f'{args.out / name}: {len(clips)} clips, {len(classes)} classes')
    except (FolderError, MissingSpeechError) as error:
        sys.exit(f'error: {error}')


def make_sets(args: argparse.Namespace, names: list[str]) -> dict[str, list[Clip]]:
    """Make the named variants in one go; return the clips of each."""
    sets = {name: plan_clips(name, args.seed, args.train, args.test) for name in names}
    metas = {name: describe(name, args.seed, clips) for name, clips in sets.items()}
    missing = {
        name: clips_to_make(args.out / name, metas[name], clips, args.overwrite)
        for name, clips in sets.items()
    }
    # Nothing is asked of the synthesizer when the set is complete, and nothing is
    # written or deleted before all that can fail has been tried.
    if any(missing.values()):
        voices = find_voices()
        Speaker().close()
        jobs = []
        for name in names:
            meta = metas[name] | {'voices': voices}
            prepare_folder(args.out / name, meta, args.overwrite)
            jobs += [(clip, args.out / name / clip.path) for clip in missing[name]]
        make_clips(jobs, voices, args.workers or count_cores())
    for name, clips in sets.items():
        write_lists(args.out / name, name, clips)
    return sets


def describe(variant: str, seed: int, clips: list[Clip]) -> dict:
    """Return what ``meta.json`` records, but for the voices."""
    return {
        'parameters': {
            'design': DESIGN,
            'variant': variant,
            'seed': seed,
            'counts': dict(Counter(clip.split for clip in clips)),
        },
        'video': {'frames': FRAMES, 'fps': FPS, 'height': SIDE, 'width': SIDE},
        'audio': {'seconds': SECONDS, 'sample_rate': SAMPLE_RATE, 'channels': 1},
        'classes': list(VARIANTS[variant].classes),
        'versions': {name: find_version(name) for name in PACKAGES}
        | {'opencv': cv2.__version__},
    }


def make_clips(
    jobs: list[tuple[Clip, Path]], voices: dict[str, list[str]], workers: int
) -> None:
    """Make clips in worker processes, with a progress bar."""
    setup = load_digits(), voices
    # Fresh interpreters: a fork would copy whatever threads and locks we have.
    with ProcessPoolExecutor(
        min(workers, len(jobs)), get_context('spawn'), start_worker, setup
    ) as pool:
        done = pool.map(make_in_worker, *zip(*jobs, strict=True), chunksize=8)
        for _ in tqdm(done, total=len(jobs), unit='clip', desc='avdigits'):
            pass


def find_version(package: str) -> str | None:
    """Return the version of an installed package, None if it is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def count_cores() -> int:
    """Return the number of cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def _at_least(low: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if int(text) < low:
            raise argparse.ArgumentTypeError(f'must be at least {low}, but is {text}')
        return int(text)

    return whole_number


if __name__ == '__main__':
    main()
