"""The script that looks for a browser, with programs of our own on its path."""

import os
import re
import subprocess
from pathlib import Path

import browsers
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / 'tools' / 'setup_browser.sh'


def program(path, text='exit 0'):
    path.write_text(f'#!/bin/bash\n{text}\n')
    path.chmod(0o755)
    return path


def setup(folder, *arguments, **variables):
    """Run it where there is nothing but what lies in the folder."""
    env = {k: v for k, v in os.environ.items() if k != 'MM_LAZINESS_BROWSER'}
    return subprocess.run(
        ['/bin/bash', str(SCRIPT), *arguments],
        env={**env, 'PATH': str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_one_is_there(tmp_path):
    path = program(tmp_path / 'google-chrome')
    done = setup(tmp_path)
    assert done.returncode == 0 and f'found {path}' in done.stderr


def test_one_is_named(tmp_path):
    path = program(tmp_path / 'my browser')
    done = setup(tmp_path, MM_LAZINESS_BROWSER=str(path))
    assert done.returncode == 0 and f'found {path}' in done.stderr
    done = setup(tmp_path, MM_LAZINESS_BROWSER='/nowhere/x')
    assert done.returncode == 1 and 'correct or unset it' in done.stderr


def test_none_and_no_way_to_install_it(tmp_path):
    done = setup(tmp_path)
    assert done.returncode == 1
    assert 'run, as root: apt-get install chromium' in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason='only root installs packages')
@pytest.mark.parametrize('works', [True, False])
def test_root_installs_it(tmp_path, works):
    log, path = tmp_path / 'log', tmp_path / 'chromium'
    install = f"printf '#!/bin/bash\\n' >{path}; /bin/chmod +x {path}" if works else ''
    program(
        tmp_path / 'apt-get',
        f'echo "$DEBIAN_FRONTEND $@" >>{log}\n'
        f'if [[ "$*" == *install* ]]; then {install or "exit 100"}; fi',
    )
    done = setup(tmp_path)
    calls = log.read_text().splitlines()
    assert [re.sub('-[^ ]+ ', '', call) for call in calls] == [
        'noninteractive update',
        'noninteractive install chromium',
    ]
    assert done.returncode == (0 if works else 1)
    assert ('installed' if works else 'could not install') in done.stderr


def test_usage(tmp_path):
    assert 'Example: ' in setup('/usr/bin:/bin', '--help').stdout
    assert setup(tmp_path, '--what').returncode == 2


def test_tests_look_for_the_same_names():
    (names,) = re.findall(r'^BROWSERS=\((.*)\)$', SCRIPT.read_text(), re.MULTILINE)
    assert tuple(names.split()) == browsers.NAMES


def test_without_a_browser_tests_are_skipped_but_not_in_ci(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    monkeypatch.delenv('MM_LAZINESS_BROWSER', raising=False)
    monkeypatch.delenv('CI', raising=False)
    with pytest.raises(pytest.skip.Exception, match='run: bash tools/setup_browser'):
        browsers.require_browser()
    monkeypatch.setenv('CI', 'true')
    with pytest.raises(pytest.fail.Exception, match='run: bash tools/setup_browser'):
        browsers.require_browser()
    monkeypatch.setenv('MM_LAZINESS_BROWSER', str(program(tmp_path / 'own')))
    assert browsers.require_browser() == str(tmp_path / 'own')
