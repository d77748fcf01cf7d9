"""A browser of the system, for what only a browser can tell."""

import os
import shutil

import pytest

# As in tools/setup_browser.sh.
NAMES = (
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
)


def find_browser():
    """Path of a browser built on Chromium, None if there is none."""
    named = os.environ.get('MM_LAZINESS_BROWSER')
    found = (shutil.which(name) for name in ([named] if named else NAMES))
    return next(filter(None, found), None)


def require_browser():
    """Path of a browser; without one the test is skipped, or fails in CI."""
    path = find_browser()
    if path is None:
        reason = 'no Chromium or Chrome found; run: bash tools/setup_browser.sh'
        if os.environ.get('CI'):
            pytest.fail(f'{reason} (the variable CI is set, so this is no skip)')
        pytest.skip(reason)
    return path
