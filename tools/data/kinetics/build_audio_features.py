r"""Write the audio features that MMAction2's AudioDataset reads, one .npy per video.

A repair of MMAction2's tool of this name, which needs a package that cannot be
installed any more. Our own configs read the sound from the videos and need none of it.
Files that are there stay: a run that was interrupted goes on.

Example:
    python tools/data/kinetics/build_audio_features.py \
        data/kinetics400/videos_train data/kinetics400/audio_features_train
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from mm_laziness.datasets.preparation import exit_on_error
from mm_laziness.datasets.preparation.audio_features import (
    mmaction2_features,
    read_sound,
)

# In this order: sound beside a video belongs to that video.
SUFFIXES = ['.mp4', '.mkv', '.webm', '.avi', '.wav', '.flac', '.m4a', '.mp3']


def main(argv: list[str] | None = None) -> None:
    """Write what is missing; exit with 1 if a file fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'source', type=Path, help='folder of videos or sound, any depth'
    )
    parser.add_argument(
        'out', type=Path, help='folder of the features, same subfolders'
    )
    parser.add_argument(
        '--workers', type=int, default=os.cpu_count(), help='default: one per core'
    )
    args = parser.parse_args(argv)
    with exit_on_error():
        failures = build(args.source, args.out, args.workers)
    for path, reason in failures:
        print(f'failed: {path}: {reason}', file=sys.stderr)
    if failures:
        sys.exit(f'error: {len(failures)} files have no features')


def build(source: Path, out: Path, workers: int) -> list[tuple[Path, str]]:
    """Write features of all files under a folder.

    Returns:
        list[tuple[Path, str]]: Files that failed, with the reason.

    Raises:
        FileNotFoundError: If there is no file.
    """
    jobs = find_jobs(source, out)
    if not jobs:
        raise FileNotFoundError(f'{source} holds no file of {", ".join(SUFFIXES)}')
    # A file has its name only when it is complete.
    missing = [(path, target) for target, path in jobs.items() if not target.exists()]
    print(f'{len(jobs)} files, {len(jobs) - len(missing)} of them done before')
    if not missing:
        return []
    failures = []
    # Fresh interpreters: a fork would copy whatever threads and locks we have.
    workers = min(workers, len(missing))
    with ProcessPoolExecutor(workers, get_context('spawn')) as pool:
        futures = {pool.submit(write_features, *job): job[0] for job in missing}
        try:
            for future in tqdm(as_completed(futures), total=len(futures), unit='file'):
                reason = future.result()
                if reason:
                    failures.append((futures[future], reason))
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    return sorted(failures)


def find_jobs(source: Path, out: Path) -> dict[Path, Path]:
    """Media files by the file of their features."""
    jobs: dict[Path, Path] = {}
    files = [path for path in source.rglob('*') if path.suffix.lower() in SUFFIXES]
    for path in sorted(files, key=lambda p: (SUFFIXES.index(p.suffix.lower()), p)):
        jobs.setdefault((out / path.relative_to(source)).with_suffix('.npy'), path)
    return dict(sorted(jobs.items()))


def write_features(path: Path, target: Path) -> str:
    """Write the features of one file; return why it failed, or nothing."""
    try:
        features = mmaction2_features(read_sound(str(path)))
    except (OSError, ValueError, av.error.FFmpegError) as error:
        return ' '.join(str(error).split()) or type(error).__name__
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f'.{target.name}.{os.getpid()}.part')
    with open(temporary, 'wb') as file:
        np.save(file, features, allow_pickle=False)
    os.replace(temporary, target)
    return ''


if __name__ == '__main__':
    main()
