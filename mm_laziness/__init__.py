"""Train multi-modal recognizers without modality laziness, on MMAction2.

Importing this package first mends what MMAction2 1.2.0 and MMEngine 0.10.7 need
on today's PyTorch (:mod:`mm_laziness.compat`), then registers every data set,
transform, model, hook, runner and metric in MMAction2's registries, so that
``custom_imports = dict(imports=['mm_laziness'])`` is all that a config needs.
"""

from . import compat

compat.apply()

from . import datasets, engine, evaluation, models  # noqa: E402
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'compat', 'datasets', 'engine', 'evaluation', 'models']
