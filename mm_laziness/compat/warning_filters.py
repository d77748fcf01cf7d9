"""Two warnings of the stock import that no user can act upon."""

import warnings


def silence_import_warnings() -> None:
    """Ignore, by text, what importing the stack always prints.

    mmcv-lite warns that ``MultiScaleDeformableAttention`` is missing, which no
    action recognizer uses; setuptools warns that ``pkg_resources``, which
    MMEngine needs for ``mmaction::`` bases, will go away, for which the version
    of setuptools is pinned.
    """
    warnings.filterwarnings(
        'ignore',
        message='Fail to import ``MultiScaleDeformableAttention``',
        category=UserWarning,
        module=r'mmcv\.cnn\.bricks\.transformer',
    )
    # MMEngine reloads pkg_resources, so that this one comes from importlib.
    warnings.filterwarnings(
        'ignore', message='pkg_resources is deprecated as an API', category=UserWarning
    )
