"""What the command-line tools share."""

import argparse
import os
import os.path as osp
import time
from typing import Any

import torch
from mmaction.registry import RUNNERS
from mmengine.config import Config, DictAction
from mmengine.device import get_device
from mmengine.registry import DefaultScope
from mmengine.runner import Runner

from .config_files import find_config


class Settings(DictAction):
    """MMEngine's ``--cfg-options``; a word that is no setting is a usage error."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Read ``key=value`` words."""
        if wrong := [word for word in values if '=' not in word]:
            parser.error(f'{option_string} takes key=value, but got {wrong}')
        super().__call__(parser, namespace, values, option_string)


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that training and testing have in common."""
    parser.add_argument('--work-dir', help='folder of logs, checkpoints and results')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=Settings,
        help='settings that replace those of the config, as key=value; lists as '
        'key="[a,b]" or key=a,b',
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher',
    )
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)


def load_config(args: argparse.Namespace) -> Config:
    """Read the config, merge ``--cfg-options``, set launcher and work folder.

    The config is a file, or one of MMAction2's by name (``mmaction::...``).

    The folder is, in this order, that of the command line, of the config, or
    ``work_dirs/<name of the config>``.

    Raises:
        FileNotFoundError: If the config does not exist; similar names are named.
    """
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    cfg = Config.fromfile(find_config(args.config))
    if args.cfg_options is not None:
        cfg.merge_from_dict(args.cfg_options)
    cfg.launcher = args.launcher
    if args.work_dir is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir') is None:
        name = osp.splitext(osp.basename(args.config))[0]
        cfg.work_dir = osp.join('work_dirs', name)
    return cfg


def use_amp(cfg: Config) -> None:
    """Train with automatic mixed precision; on a CPU, bfloat16 without a scaler.

    Raises:
        ValueError: If the config has an optimizer wrapper of its own.
    """
    wrapper = cfg.optim_wrapper
    kind = wrapper.get('type', 'OptimWrapper')
    if kind not in ('OptimWrapper', 'AmpOptimWrapper', 'CpuAmpOptimWrapper'):
        raise ValueError(
            f'--amp replaces OptimWrapper, but the config has {kind}; drop --amp and '
            'set precision in the config'
        )
    if get_device() == 'cpu':
        wrapper.type = 'CpuAmpOptimWrapper'
    else:
        wrapper.type = 'AmpOptimWrapper'
        wrapper.setdefault('loss_scale', 'dynamic')


def build_runner(cfg: Config) -> Runner:
    """Build the runner that the config asks for, ours by default."""
    if get_device() == 'cpu' and int(os.environ.get('WORLD_SIZE', 1)) > 1:
        # Each process would start one thread per core, and all would wait.
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // _local_processes()))
    cfg.setdefault('runner_type', 'MultiModalRunner')
    # The scope of a Runner that was here before would hide MMAction2's registry.
    DefaultScope.get_instance(f'build-{time.time_ns()}', scope_name='mmaction')
    return RUNNERS.build(cfg)


def _local_processes() -> int:
    return int(os.environ.get('LOCAL_WORLD_SIZE', os.environ.get('WORLD_SIZE', 1)))
