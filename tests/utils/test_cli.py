import argparse
import os
import time

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mm_laziness.engine import MultiModalRunner
from mm_laziness.utils import cli


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Read arguments and config as a tool does."""
    # Set by load_config() and, by hand here, taken back.
    monkeypatch.setenv('LOCAL_RANK', '0')

    def run(*arguments, text='a = 1\n', config=None):
        path = tmp_path / 'mine.py'
        path.write_text(text)
        parser = argparse.ArgumentParser()
        parser.add_argument('config')
        cli.add_common_arguments(parser)
        args = parser.parse_args([str(config or path), *arguments])
        return cli.load_config(args)

    return run


def test_work_folder(load):
    assert load().work_dir == os.path.join('work_dirs', 'mine')
    assert load(text="work_dir = 'own'\n").work_dir == 'own'
    cfg = load('--work-dir', 'asked', text="work_dir = 'own'\n")
    assert cfg.work_dir == 'asked'


def test_options_replace_settings(load):
    options = ('a=2', 'b.c=[1,2]', 'd=text')
    cfg = load('--cfg-options', *options, text='a = 1\nb = dict(c=0)\n')
    assert (cfg.a, cfg.b.c, cfg.d) == (2, [1, 2], 'text')


def test_a_word_that_is_no_setting(load, capsys):
    with pytest.raises(SystemExit) as error:
        load('--cfg-options', 'a=2', 'foo')
    assert error.value.code == 2
    assert "--cfg-options takes key=value, but got ['foo']" in capsys.readouterr().err


def test_launcher_and_rank(load, monkeypatch):
    assert load().launcher == 'none'
    assert load('--launcher', 'pytorch', '--local-rank', '3').launcher == 'pytorch'
    # That of the launcher comes first.
    assert os.environ['LOCAL_RANK'] == '0'
    monkeypatch.delenv('LOCAL_RANK')
    load('--local-rank', '3')
    assert os.environ.pop('LOCAL_RANK') == '3'


def test_missing_config(load):
    with pytest.raises(FileNotFoundError, match='config nowhere.py does not exist'):
        load(config='nowhere.py')


def wrapper_after(device, monkeypatch, **settings):
    monkeypatch.setattr(cli, 'get_device', lambda: device)
    cfg = Config(dict(optim_wrapper=dict(optimizer=dict(type='SGD'), **settings)))
    cli.use_amp(cfg)
    return cfg.optim_wrapper


def test_mixed_precision_of_each_device(monkeypatch):
    assert wrapper_after('cpu', monkeypatch).type == 'CpuAmpOptimWrapper'
    wrapper = wrapper_after('cuda', monkeypatch)
    assert (wrapper.type, wrapper.loss_scale) == ('AmpOptimWrapper', 'dynamic')
    given = dict(type='AmpOptimWrapper', loss_scale=512.0)
    assert wrapper_after('cuda', monkeypatch, **given).loss_scale == 512.0
    assert wrapper_after('cpu', monkeypatch, **given).type == 'CpuAmpOptimWrapper'


def test_mixed_precision_beside_another_wrapper_is_refused(monkeypatch):
    with pytest.raises(ValueError) as error:
        wrapper_after('cpu', monkeypatch, type='ApexOptimWrapper')
    assert 'the config has ApexOptimWrapper; drop --amp' in str(error.value)


@pytest.fixture
def built(monkeypatch):
    """How many threads are set before a runner is built."""
    threads = []
    monkeypatch.setattr(cli.RUNNERS, 'build', lambda cfg: cfg.runner_type)
    monkeypatch.setattr(torch, 'set_num_threads', threads.append)
    monkeypatch.setattr(cli.os, 'cpu_count', lambda: 8)
    monkeypatch.setattr(cli, 'get_device', lambda: 'cpu')
    for name in ('WORLD_SIZE', 'LOCAL_WORLD_SIZE'):
        monkeypatch.delenv(name, raising=False)
    return threads


def test_runner_is_ours_unless_the_config_says_otherwise(built):
    assert cli.build_runner(Config()) == 'MultiModalRunner'
    assert cli.build_runner(Config(dict(runner_type='Runner'))) == 'Runner'
    assert built == []


@pytest.mark.parametrize('size,local,threads', [(2, 2, 4), (4, 2, 4), (16, 16, 1)])
def test_processes_of_a_machine_share_its_cores(
    built, monkeypatch, size, local, threads
):
    monkeypatch.setenv('WORLD_SIZE', str(size))
    monkeypatch.setenv('LOCAL_WORLD_SIZE', str(local))
    cli.build_runner(Config(dict(launcher='pytorch')))
    assert built == [threads]


def test_accelerators_are_left_alone(built, monkeypatch):
    monkeypatch.setattr(cli, 'get_device', lambda: 'cuda')
    monkeypatch.setenv('WORLD_SIZE', '2')
    cli.build_runner(Config(dict(launcher='pytorch')))
    assert built == []


def test_runner_is_found_after_one_of_another_scope(monkeypatch):
    DefaultScope.get_instance(f'other-{time.time_ns()}', scope_name='mmengine')
    built = []
    monkeypatch.setattr(
        MultiModalRunner, 'from_cfg', classmethod(lambda cls, cfg: built.append(cls))
    )
    cli.build_runner(Config(dict(work_dir='x')))
    assert built == [MultiModalRunner]
