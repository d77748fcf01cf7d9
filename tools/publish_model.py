#!/usr/bin/env python
"""Make a checkpoint ready to be published.

Keeps the weights and the meta data (config, epoch, versions), leaves out what only a
resumed training needs, and puts the date and the first digits of the file's SHA-256
into its name, as MMAction2 does. Weights that EMAHook has averaged are what is
published. The given file stays as it is.
"""

import argparse
import datetime
import hashlib
import os
import tempfile
from pathlib import Path

import torch

import mm_laziness  # noqa: F401  (mends the stack)
from mm_laziness.compat import load_checkpoint_file

KEPT = ('meta', 'state_dict')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='examples:\n'
        '  python tools/publish_model.py work_dirs/umt_slim_avdigits/best.pth '
        'published/umt.pth\n'
        '  python tools/publish_model.py work_dirs/umt_slim_avdigits/best.pth '
        'published/',
    )
    parser.add_argument('in_file', help='checkpoint of a run')
    parser.add_argument(
        'out_file',
        help='name without date and hash, .pth or none; or a folder, for a file named '
        "after the checkpoint's own folder",
    )
    return parser.parse_args()


def publish(in_file: str, out_file: str) -> Path:
    """Write the published file.

    Returns:
        Path: ``<out_file>_<date>-<hash>.pth``; in a folder,
        ``<out_file>/<name of the run>_<date>-<hash>.pth``.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If it is no checkpoint of a run, or not safe to load.
    """
    checkpoint = load_checkpoint_file(in_file)
    if 'state_dict' not in checkpoint:
        raise ValueError(
            f"{in_file} has no 'state_dict', only {sorted(checkpoint)[:5]}; give a "
            'checkpoint that a training has saved'
        )
    given = Path(out_file)
    if out_file.endswith('/') or given.is_dir():
        given = given / Path(in_file).resolve().parent.name
    folder = given.parent
    folder.mkdir(parents=True, exist_ok=True)
    # Only a complete file gets a name.
    handle, temporary = tempfile.mkstemp(suffix='.pth', dir=folder)
    os.close(handle)
    try:
        torch.save({k: checkpoint[k] for k in KEPT if k in checkpoint}, temporary)
        digest = hashlib.sha256(Path(temporary).read_bytes()).hexdigest()
        today = datetime.datetime.now().strftime('%Y%m%d')
        name = given.name.removesuffix('.pth')
        final = folder / f'{name}_{today}-{digest[:8]}.pth'
        # Temporary files are their owner's alone.
        os.chmod(temporary, os.stat(in_file).st_mode)
        os.replace(temporary, final)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return final


def main() -> None:
    """Publish."""
    args = parse_args()
    final = publish(args.in_file, args.out_file)
    size = final.stat().st_size / 2**20
    before = Path(args.in_file).stat().st_size / 2**20
    print(f'{final}: {size:.1f} MiB of {before:.1f} MiB')


if __name__ == '__main__':
    main()
