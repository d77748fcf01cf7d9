import subprocess
import sys

import pytest

from mm_laziness.compat import projects


def test_a_clone_s_projects_are_found_from_any_folder(tmp_path):
    code = 'import mm_laziness, projects; print(*projects.__path__)'
    found = subprocess.run(
        [sys.executable, '-c', code], cwd=tmp_path, capture_output=True, text=True
    )
    assert found.stdout.strip() == str(projects.ROOT / 'projects'), found.stderr


@pytest.mark.parametrize('has_projects', [True, False])
def test_the_clone_comes_last_and_only_where_it_has_projects(
    has_projects, tmp_path, monkeypatch
):
    if has_projects:
        (tmp_path / 'projects').mkdir()
    monkeypatch.setattr(projects, 'ROOT', tmp_path)
    before = list(sys.path)
    monkeypatch.setattr(sys, 'path', list(before))
    projects.find_projects()
    projects.find_projects()
    assert sys.path == [*before, *([str(tmp_path)] if has_projects else [])]
