"""Folders that results go to."""

from pathlib import Path
from tempfile import TemporaryFile


def writable_folder(path: str | Path, option: str = '--out') -> Path:
    """Make a folder and try it: before long work, not after.

    Args:
        path (str or Path): The folder; made with its parents.
        option (str): What sets it, for the message.

    Raises:
        ValueError: If nothing can be written there.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f'the folder {folder} cannot be written ({error.strerror}); choose another '
            f'{option}'
        ) from error
    return folder
