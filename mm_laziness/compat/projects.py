"""Projects that a config names are found without setting PYTHONPATH."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def find_projects() -> None:
    """Let ``custom_imports=['projects.<name>']`` of a clone be found from anywhere.

    A project is no part of the installed package, and Python looks beside the script
    that runs, here in ``tools``. MMAction2 asks for PYTHONPATH instead, which is still
    needed where this package is not installed from its clone (``pip install -e``). The
    clone comes last, so that it hides nothing.
    """
    if (ROOT / 'projects').is_dir() and str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
