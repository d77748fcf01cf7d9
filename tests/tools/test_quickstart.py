"""The main job's command line, and the check of its effects."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    'arguments, message',
    [(['--seeds', '0'], 'positive number'), (['--fast'], 'unknown argument --fast')],
)
def test_bad_arguments(arguments, message):
    command = ['bash', str(ROOT / 'tools/quickstart.sh'), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and message in done.stderr


def test_help_has_an_example():
    command = ['bash', str(ROOT / 'tools/quickstart.sh'), '--help']
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and 'example: bash tools/quickstart.sh' in done.stdout


def check(folder, joint, mm_clf):
    results = {
        'rgb': {'probe_top1': {'rgb': 60.0}},
        'joint': {'probe_top1': {'rgb': joint}},
        'umt': {'probe_top1': {'rgb': 62.0}},
    }
    (folder / 'results.json').write_text(json.dumps(results))
    guidance = {'mm_clf': mm_clf, 'average_score': 0.8}
    (folder / 'guidance.json').write_text(json.dumps(guidance))
    command = [sys.executable, str(ROOT / 'tools/check_effects.py'), str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


def test_effects_that_are_there(tmp_path):
    done = check(tmp_path, joint=50.0, mm_clf=0.9)
    assert done.returncode == 0 and 'joint 50.0 < 60.0 uni-modal' in done.stdout


@pytest.mark.parametrize('joint, mm_clf, count', [(61.0, 0.9, 1), (70.0, 0.7, 3)])
def test_effects_that_are_missing(tmp_path, joint, mm_clf, count):
    done = check(tmp_path, joint, mm_clf)
    assert done.returncode == 1
    assert f'{count} of 3 effects are missing' in done.stderr
    assert 'is NOT below' in done.stdout
