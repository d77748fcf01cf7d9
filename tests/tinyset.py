"""A tiny data set, configs on it that inherit the repository's, and tools on those.

A pytest plugin: ``pytest_plugins = ['tinyset']`` in a test file gives the fixture
``tiny``, one for the whole session, so that nothing is trained twice.
"""

import io
import itertools
import os
import re
import runpy
import subprocess
import sys
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from media import tone, write_video
from mmengine.config import Config

from mm_laziness.evaluation.functional import choose_method, linear_probe

ROOT = Path(__file__).resolve().parents[1]
CLASSES = 3
CHECKPOINT = re.compile(r'work_dirs/(\w+)_slim_avdigits/best\.pth')
# What methods need besides to have their share of 2 epochs on 12 samples.
_EPOCHS = dict(max_epochs=2, val_interval=1)
OVERRIDES = dict(
    di_mml=dict(custom_hooks=[dict(type='DIMMLHook', interaction_epoch=1)]),
    gblend_offline=dict(train_cfg=dict(holdout=0.25, **_EPOCHS)),
    gblend_online=dict(train_cfg=dict(holdout=0.25, super_epoch=1, **_EPOCHS)),
)
_runs = itertools.count()


def write_split(root, split, size):
    """Videos whose colour and pitch tell their class, and the list of them."""
    random = np.random.default_rng(len(split))
    lines = []
    for index in range(size):
        label = index % CLASSES
        frames = random.integers(0, 80, (8, 32, 32, 3), dtype=np.uint8)
        frames[..., label] += 120
        sound = tone(1.0, frequency=300.0 * (label + 1) + 10 * index)
        write_video(root / split / f'{index}.mp4', frames, sound=sound)
        lines.append(f'{split}/{index}.mp4 {label}')
    (root / f'{split}.txt').write_text('\n'.join(lines) + '\n')


class Tiny:
    """The set lies in ``data``; tools run in ``folder``, whose ``work_dirs`` fills."""

    configs = ROOT / 'configs'

    def __init__(self, folder):
        self.folder, self.data = folder, folder / 'data'
        write_split(self.data, 'train', 12)
        write_split(self.data, 'test', 8)

    def child(self, method, name=None, text='', configs=None, **settings):
        """Write a user's config in its own folder: a child of the repository's.

        Or of one in another folder of configs, such as a project's.
        """
        path = self.folder / f'{name or method}_tiny.py'
        top = dict(
            num_classes=CLASSES,
            data_root=str(self.data),
            train_dataloader=dict(batch_size=4),
            train_cfg=_EPOCHS,
            default_hooks=dict(checkpoint=dict(max_keep_ckpts=-1)),
            randomness=dict(seed=0),
        )
        base = (configs or self.configs) / f'{method}_slim_avdigits.py'
        lines = [f'_base_ = {str(base)!r}']
        lines += [f'{key} = {value!r}' for key, value in {**top, **settings}.items()]
        path.write_text('\n'.join(lines) + '\n' + text)
        return path

    def method(self, method, name=None, **settings):
        """Config of a method; the models that it starts from are trained here."""
        cfg = Config.fromfile(self.configs / f'{method}_slim_avdigits.py')
        own = Config(dict(OVERRIDES.get(method, {}), model=self._others(cfg.model)))
        own.merge_from_dict(settings)
        return self.child(method, name, **own.to_dict())

    def _others(self, model):
        """What in a model config names other methods' checkpoints, on the tiny set."""
        found = {}
        for key, value in model.items():
            if isinstance(value, dict):
                found[key] = self._others(value)
            elif isinstance(value, str) and (other := CHECKPOINT.fullmatch(value)):
                found[key] = str(self.trained(other[1]))
        return {key: value for key, value in found.items() if value}

    def work_dir(self, name):
        return self.folder / 'work_dirs' / f'{name}_tiny'

    def trained(self, method):
        """Checkpoint of a method after its last epoch; trained by the first call."""
        last = self.work_dir(method) / 'epoch_2.pth'
        if not last.exists():
            self.train(self.method(method))
        return last

    def log(self, name):
        """The log of the first run in a work folder."""
        return min(self.work_dir(name).glob('*/*.log')).read_text()

    def train(self, config, *args):
        return self.tool('train', config, *args)

    def test(self, config, *args):
        """Test in a folder of its own, since the config is written there."""
        return self.tool('test', config, *args, '--work-dir', 'tested')

    def tool(self, name, *args):
        """Run a tool in this process, which saves its imports; return what it prints.

        It prints the log, too.
        """
        args = [str(arg) for arg in args]
        # Two runs in one second would share MMEngine's global instances.
        unique = f'experiment_name=run{next(_runs)}'
        if '--cfg-options' not in args:
            args.append('--cfg-options')
        args.insert(args.index('--cfg-options') + 1, unique)
        return self.plain_tool(name, *args)

    def plain_tool(self, name, *args):
        """Run one that takes no ``--cfg-options``."""
        script = str(self.script(name))
        printed = io.StringIO()
        as_command = _as_command(self.folder, [script, *map(str, args)])
        with quick_runs(), as_command, redirect_stdout(printed):
            runpy.run_path(script, run_name='__main__')
        return printed.getvalue()

    def process(self, *command, path=ROOT):
        """Run a command of its own, which finds modules in ``path``, too."""
        process = self.start(*command, path=path, stdout=subprocess.PIPE)
        try:
            printed, _ = process.communicate(timeout=200)
        finally:
            process.kill()
        assert process.returncode == 0, printed
        return printed

    def start(self, *command, path=ROOT, stdout):
        """Start such a command, and do not wait for it."""
        environment = {
            **os.environ,
            'MM_LAZINESS_ENV': sys.prefix,
            'CUDA_VISIBLE_DEVICES': '',
            'OMP_NUM_THREADS': '1',
            'PYTHONPATH': f'{ROOT}{os.pathsep}{path}',
        }
        return subprocess.Popen(
            [sys.executable if part == 'python' else str(part) for part in command],
            cwd=self.folder,
            env=environment,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def script(name, suffix='py'):
        return ROOT / 'tools' / f'{name}.{suffix}'

    @staticmethod
    def stock_script(name):
        """A script that MMAction2 installs."""
        import mmaction

        return Path(mmaction.__file__).parent / '.mim' / 'tools' / f'{name}.py'

    @staticmethod
    def metrics(log):
        """Metrics of the last evaluation in a log."""
        line = [line for line in log.splitlines() if 'acc/top1: ' in line][-1]
        return {k: float(v) for k, v in re.findall(r'(acc/\w+): ([\d.]+)', line)}

    @staticmethod
    def state_of(checkpoint):
        from mm_laziness.compat import load_checkpoint_file

        return load_checkpoint_file(checkpoint)['state_dict']

    @staticmethod
    def assert_equal_states(first, second):
        """Bit for bit."""
        assert list(first) == list(second)
        different = [key for key in first if not torch.equal(first[key], second[key])]
        assert not different


@contextmanager
def quick_runs():
    """Leave out what takes longer than the training here."""
    with pytest.MonkeyPatch.context() as patch:
        # Each Runner asks compilers and git for their versions, and lays its config
        # out as code.
        patch.setattr('mmengine.runner.runner.collect_env', dict)
        patch.setattr('mmengine.runner.runner.get_git_hash', str)
        patch.setattr('mmengine.config.config.FormatCode', lambda text, **_: (text, 1))
        # Probes, whose thousand steps say no more of a few samples.
        for function in (linear_probe, choose_method):
            names = function.__globals__
            fit = partial(_fit_briefly, names['fit_linear_classifier'])
            patch.setitem(names, 'fit_linear_classifier', fit)
        yield


def _fit_briefly(fit, *args, **kwargs):
    return fit(*args, **{**kwargs, 'epochs': 2})


@contextmanager
def undrawn():
    """Leave the pictures of reports blank: to draw them takes longer than to train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('matplotlib.figure.Figure.draw', lambda self, renderer: None)
        yield


@contextmanager
def _as_command(folder, argv):
    """A process of its own, as far as a tool can tell."""
    before = os.getcwd(), sys.argv, dict(os.environ), torch.get_num_threads()
    os.chdir(folder)
    sys.argv = argv
    try:
        yield
    finally:
        os.chdir(before[0])
        sys.argv = before[1]
        os.environ.clear()
        os.environ.update(before[2])
        torch.set_num_threads(before[3])


@pytest.fixture(scope='session')
def tiny(tmp_path_factory):
    return Tiny(tmp_path_factory.mktemp('tiny'))
