"""From a published download to annotation files and a summary of what is there.

A tool under ``tools/data/<dataset>/`` reads the published lists into a
:class:`Preparation` and hands it to :func:`run_preparation`.
"""

from .arguments import add_preparation_arguments, exit_on_error
from .clips import Clip, Preparation
from .output import written_files
from .run import run_preparation

__all__ = [
    'Clip',
    'Preparation',
    'add_preparation_arguments',
    'exit_on_error',
    'run_preparation',
    'written_files',
]
