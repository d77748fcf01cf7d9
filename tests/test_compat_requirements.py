from types import SimpleNamespace

import pytest

from mm_laziness.compat import requirements


def hide(monkeypatch, *hidden):
    real = requirements.find_spec
    monkeypatch.setattr(
        requirements, 'find_spec', lambda name: None if name in hidden else real(name)
    )


def test_this_environment_passes():
    requirements.check_requirements()


@pytest.mark.parametrize(
    ('module', 'command'),
    [
        ('mmcv', 'pip install mmcv-lite==2.1.0'),
        ('importlib_metadata', 'pip install importlib_metadata'),
        ('pkg_resources', r"pip install 'setuptools<82'"),
    ],
)
def test_a_missing_module_names_its_command(monkeypatch, module, command):
    hide(monkeypatch, module)
    with pytest.raises(ImportError, match=command):
        requirements.check_requirements()


@pytest.mark.parametrize('version', ['1.7.2', '2.2.0'])
def test_versions_that_mmaction_refuses(monkeypatch, version):
    mmcv = SimpleNamespace(__version__=version)
    monkeypatch.setattr(requirements, 'import_module', lambda name: mmcv)
    with pytest.raises(ImportError, match=f'>=2.0.0,<2.2.0, but found {version}'):
        requirements.check_requirements()


@pytest.mark.parametrize('version', ['2.0.0', '2.1.0'])
def test_versions_that_mmaction_takes(monkeypatch, version):
    mmcv = SimpleNamespace(__version__=version)
    monkeypatch.setattr(requirements, 'import_module', lambda name: mmcv)
    requirements.check_requirements()


def test_a_missing_system_library_names_its_package(monkeypatch):
    def fail(name):
        raise ImportError('libGL.so.1: cannot open shared object file')

    monkeypatch.setattr(requirements, 'import_module', fail)
    with pytest.raises(ImportError, match='apt-get install libgl1 libglib2.0-0'):
        requirements.check_requirements()
