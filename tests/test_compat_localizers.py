"""Each case needs a fresh interpreter: the import state is what is tested."""

import subprocess
import sys


def run(code):
    return subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, timeout=120
    )


def test_models_import_after_ours_and_quietly(tmp_path):
    config = tmp_path / 'config.py'
    config.write_text("_base_ = ['mmaction::_base_/default_runtime.py']")
    done = run(
        'import mm_laziness, mmaction.models\n'
        'from mmengine.config import Config\n'
        f'assert Config.fromfile({str(config)!r}).default_scope == "mmaction"\n'
        'from mmaction.registry import MODELS\n'
        'assert MODELS.get("Recognizer3D") is not None\n'
        'try: MODELS.build(dict(type="DRN"))\n'
        'except ImportError as error: print(error)\n'
    )
    assert done.returncode == 0, done.stderr
    assert 'lacks the folder mmaction/models/localizers/drn' in done.stdout
    assert 'Warning' not in done.stderr


def test_models_import_after_a_failed_first_import():
    done = run(
        'try: import mmaction.models; print("upstream is right")\n'
        'except ModuleNotFoundError as error: print(error)\n'
        'import mm_laziness, mmaction.models\n'
        'from mmaction.registry import MODELS\n'
        'assert MODELS.get("TSNHead") is not None\n'
        'import mm_laziness.compat; mm_laziness.compat.apply()\n'
    )
    assert done.returncode == 0, done.stderr


def test_nothing_is_replaced_where_the_folder_exists(tmp_path):
    drn = tmp_path / 'mmaction' / 'models' / 'localizers' / 'drn'
    drn.mkdir(parents=True)
    (tmp_path / 'mmaction' / '__init__.py').touch()
    done = run(
        # The fix alone, as the rest of the package needs the real mmaction.
        'import sys, runpy\n'
        f'sys.path.insert(0, {str(tmp_path)!r})\n'
        "fix = runpy.run_path('mm_laziness/compat/localizers.py')\n"
        "fix['provide_missing_drn']()\n"
        "assert not any('drn' in name for name in sys.modules)\n"
    )
    assert done.returncode == 0, done.stderr
