"""What happens when a file of a sample is missing or broken."""

from typing import NamedTuple

import av
import decord

POLICIES = ('raise', 'skip', 'zeros')

_READER_ERRORS = (OSError, EOFError, decord.DECORDError, av.error.FFmpegError)


def is_file_fault(error: Exception) -> bool:
    """Whether a reader raised this about its file.

    Anything else is a fault of the program or of the config, and must not be taken for
    a bad file.
    """
    # Decord has no type of its own for a file that it cannot open.
    unopened = type(error) is RuntimeError and str(error).startswith('Error reading')
    return unopened or isinstance(error, _READER_ERRORS)


class ModalityFault(Exception):
    """One modality of a sample cannot be read.

    Args:
        modality (str): Name of the modality.
        path (str): The file that failed.
        cause (Exception): What the reader raised.
    """

    def __init__(self, modality: str, path: str, cause: BaseException) -> None:
        reason = ' '.join(str(cause).split()) or type(cause).__name__
        super().__init__(f'{modality}: cannot read {path}: {reason}')
        self.modality = modality
        self.path = path
        self.cause = cause
        self.reason = reason[:200]

    def as_error(self, unwanted: bool = False) -> Exception:
        """The error for the policy ``'raise'``: names the file and what to set.

        Args:
            unwanted (bool): Whether only the times in the file are of use.
        """
        kind = (
            FileNotFoundError
            if isinstance(self.cause, FileNotFoundError)
            else ValueError
        )
        if unwanted:
            return kind(
                f'{self}. {self.modality} is missing on purpose, but it is the clock: '
                'its files say when the other modalities are read. Give the data set '
                'a clock that is there, or files that hold the times'
            )
        return kind(
            f'{self}. Mend or remove the file, or set on_error=dict({self.modality}='
            "'skip') (training draws another sample) or 'zeros' in the data set"
        )


class FaultRecord(NamedTuple):
    """One fault as it travels with a sample, in ``metainfo['faults']``."""

    modality: str
    path: str
    reason: str
    action: str
