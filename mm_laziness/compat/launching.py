"""Launch several processes on machines without an accelerator."""

import atexit
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import torch
from mmengine.device import get_device
from mmengine.dist import utils
from mmengine.model import MMDistributedDataParallel

EXIT_DELAY = 0.2  # seconds
LAUNCHERS = ('_init_dist_pytorch', '_init_dist_slurm', '_init_dist_mpi')


def allow_launch_without_accelerator() -> None:
    """Make ``launcher='pytorch'``, ``'slurm'`` and ``'mpi'`` work on CPUs.

    MMEngine selects a CUDA device before it joins the process group, joins it by
    NCCL, and gives DDP a ``device_ids`` that it refuses for modules on a CPU.
    Machines with an accelerator run MMEngine's code unchanged.
    """
    for name in LAUNCHERS:
        init = getattr(utils, name, None)
        if init is not None and not hasattr(init, '__wrapped__'):
            setattr(utils, name, _without_accelerator(init))
    ddp_init = MMDistributedDataParallel.__init__
    if not hasattr(ddp_init, '__wrapped__'):
        MMDistributedDataParallel.__init__ = _without_device_ids(ddp_init)


def _without_accelerator(init: Callable) -> Callable:
    @wraps(init)
    def wrapper(backend: str, *args: Any, **kwargs: Any) -> None:
        if get_device() != 'cpu':
            init(backend, *args, **kwargs)
            return
        with _no_device_to_select():
            init('gloo' if backend == 'nccl' else backend, *args, **kwargs)
        # Gloo's threads take the GIL to release the tensors of the last collective.
        # Python before 3.14 ends a thread that asks for it at exit, which aborts the
        # whole process ("terminate called without an active exception"). Sleeping
        # lends them the GIL; destroying the group does not help, DDP holds it too.
        atexit.register(time.sleep, EXIT_DELAY)

    return wrapper


@contextmanager
def _no_device_to_select() -> Iterator[None]:
    # MMEngine calls these two unconditionally; without SLURM_LOCALID it takes
    # the rank modulo the number of devices.
    select, count = torch.cuda.set_device, torch.cuda.device_count
    torch.cuda.set_device = lambda device: None
    torch.cuda.device_count = lambda: 1
    try:
        yield
    finally:
        torch.cuda.set_device, torch.cuda.device_count = select, count


def _without_device_ids(ddp_init: Callable) -> Callable:
    @wraps(ddp_init)
    def wrapper(self, module: torch.nn.Module, *args: Any, **kwargs: Any) -> None:
        # DDP itself looks at the module, not at the machine: so do we.
        if all(p.device.type == 'cpu' for p in module.parameters()):
            kwargs['device_ids'] = None
        ddp_init(self, module, *args, **kwargs)

    return wrapper
