"""What must be there before a run can be watched."""

from typing import Any

from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import nn

from ...utils.runs import unwrap


def check_count(name: str, value: Any) -> None:
    """Check a number of the hook.

    Raises:
        ValueError: If it is no integer of at least 1.
    """
    if not isinstance(value, int) or value < 1:
        raise ValueError(
            f'{name} of LazinessMonitorHook is {value!r}; set a whole number from 1 '
            'on, or probe_interval=None for no probes'
        )


def check_monitored(runner: Runner, probe_interval: int | None) -> None:
    """Check a run that is about to train.

    Args:
        runner (Runner): With its loop and optimizer built.
        probe_interval (int, optional): Epochs between probes.

    Raises:
        ValueError: If there are no epochs, modalities, or parts that a probe needs.
    """
    loop, wrapper = runner.train_loop, runner.optim_wrapper
    if not isinstance(loop, EpochBasedTrainLoop):
        raise ValueError(
            f'LazinessMonitorHook measures epochs, but {type(loop).__name__} has none; '
            "set train_cfg=dict(type='EpochBasedTrainLoop', max_epochs=...), or remove "
            'the hook from custom_hooks'
        )
    if not isinstance(wrapper, OptimWrapper) or isinstance(wrapper, OptimWrapperDict):
        raise ValueError(
            'LazinessMonitorHook watches the steps of one optimizer, but got '
            f"{type(wrapper).__name__}; set optim_wrapper=dict(type='OptimWrapper', "
            'optimizer=...)'
        )
    model = unwrap(runner.model)
    if not isinstance(getattr(model, 'encoders', None), nn.ModuleDict):
        raise ValueError(
            f'LazinessMonitorHook compares the encoders of a model, but '
            f'{type(model).__name__} has no dict of them; use LateFusionRecognizer or '
            'one of its kind, or remove the hook from custom_hooks'
        )
    head = getattr(model, 'cls_head', None)
    needed = ('unimodal_scores', 'register_loss_observer')
    if missing := [name for name in needed if not callable(getattr(head, name, None))]:
        raise ValueError(
            'LazinessMonitorHook needs scores of single modalities, but the head '
            f'{type(head).__name__} has no {" and no ".join(missing)}(); use '
            'LinearFusionHead, MLPFusionHead, AttentionFusionHead or DIMMLHead'
        )
    if probe_interval is not None:
        _check_probe(runner, probe_interval)


def _check_probe(runner: Runner, interval: int) -> None:
    model = unwrap(runner.model)
    if not getattr(model, 'independent_encoders', True):
        raise ValueError(
            f'the encoders of {type(model).__name__} feed each other, so that none has '
            'features of its own to probe; set probe_interval=None of '
            'LazinessMonitorHook'
        )
    if interval > runner.max_epochs:
        raise ValueError(
            f'probe_interval = {interval} of LazinessMonitorHook is more than the '
            f'{runner.max_epochs} epochs of this run, so that nothing would ever be '
            f'probed; set 1..{runner.max_epochs}, or None'
        )
    loaders = ('train_dataloader', 'val_dataloader')
    if missing := [name for name in loaders if not (runner.cfg or {}).get(name)]:
        raise ValueError(
            'a probe is trained on samples of train_dataloader and tested on some of '
            f'val_dataloader, but the config has no {" and no ".join(missing)}; set '
            'them, or probe_interval=None of LazinessMonitorHook'
        )
