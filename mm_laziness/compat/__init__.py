"""What MMAction2 1.2.0 and MMEngine 0.10.7 need on today's stack.

One fix a file, each with its reason; each looks at what is installed and does
nothing where upstream is already right. Applying them twice is harmless.
"""

from .checkpoints import gate_checkpoints, load_checkpoint_file
from .config_text import write_configs_in_order
from .inference import resolve_configs_of_inference
from .launching import allow_launch_without_accelerator
from .localizers import provide_missing_drn
from .projects import find_projects
from .requirements import check_requirements
from .transforms import mend_transforms
from .warning_filters import silence_import_warnings


def apply() -> None:
    """Apply every fix that this environment needs.

    Call it before ``mmaction.models`` is imported; a first import that has
    failed already can be repeated afterwards.

    Raises:
        ImportError: If a package is missing or too old or new; the message
            holds the command that installs it.
    """
    silence_import_warnings()
    check_requirements()
    provide_missing_drn()
    gate_checkpoints()
    allow_launch_without_accelerator()
    write_configs_in_order()
    mend_transforms()
    resolve_configs_of_inference()
    find_projects()


__all__ = [
    'allow_launch_without_accelerator',
    'apply',
    'check_requirements',
    'find_projects',
    'gate_checkpoints',
    'load_checkpoint_file',
    'mend_transforms',
    'provide_missing_drn',
    'resolve_configs_of_inference',
    'silence_import_warnings',
    'write_configs_in_order',
]
