"""The state of a training run, to come back to."""

import copy
import random
from typing import Any

import numpy as np
import torch
from mmengine.runner import Runner

from ...utils.runs import unwrap

_COUNTERS = ('_inner_count', '_max_counts', '_remainder_counts')


class TrainingSnapshot:
    """The state of a training run, to come back to any number of times, bit for bit.

    Weights, buffers and gradients of the model, its training modes and its head's loss
    weights; optimizer, loss scaler and counters of accumulation; parameter schedulers;
    the message hub; the random states of ``random``, ``numpy``, ``torch`` and all
    accelerators. Loop, hooks and data loaders are not part of it.

    Args:
        runner (Runner): In training; its model is changed in place, so that wrappers,
            compiled steps and hooks keep what they refer to.
    """

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        model = unwrap(runner.model)
        self._weights = copy.deepcopy(model.state_dict())
        self._buffers = {
            name: buffer.clone()
            for name, buffer in model.named_buffers()
            if name not in self._weights
        }
        self._gradients = [_clone(weight.grad) for weight in model.parameters()]
        self._modes = [(each, each.training) for each in runner.model.modules()]
        self._loss_weights = _loss_weights(model.cls_head)
        wrapper = runner.optim_wrapper
        self._optimizer = copy.deepcopy(wrapper.state_dict())
        self._counters = {name: getattr(wrapper, name) for name in _COUNTERS}
        self._schedulers = copy.deepcopy([s.state_dict() for s in _schedulers(runner)])
        self._message_hub = copy.deepcopy(vars(runner.message_hub))
        self._random_states = _random_states()

    def restore(self) -> None:
        """Bring the run back to the state that was taken."""
        self._restore_model()
        wrapper = self.runner.optim_wrapper
        # Copies, because optimizers and schedulers go on with the very tensors and
        # lists that they are given.
        wrapper.load_state_dict(copy.deepcopy(self._optimizer))
        vars(wrapper).update(self._counters)
        states = copy.deepcopy(self._schedulers)
        for scheduler, state in zip(_schedulers(self.runner), states, strict=True):
            scheduler.load_state_dict(state)
        vars(self.runner.message_hub).update(copy.deepcopy(self._message_hub))
        _set_random_states(*self._random_states)

    @torch.no_grad()
    def _restore_model(self) -> None:
        model = unwrap(self.runner.model)
        model.load_state_dict(self._weights)
        for name, buffer in model.named_buffers():
            if name in self._buffers:
                buffer.copy_(self._buffers[name])
        for weight, gradient in zip(model.parameters(), self._gradients, strict=True):
            weight.grad = _clone(gradient)
        # Not train(), which also sets the modes of all modules inside.
        for module, mode in self._modes:
            module.training = mode
        vars(model.cls_head).update(copy.deepcopy(self._loss_weights))


def _clone(gradient: torch.Tensor | None) -> torch.Tensor | None:
    return None if gradient is None else gradient.clone()


def _loss_weights(head: Any) -> dict[str, Any]:
    names = ('unimodal_loss_weights', 'fused_loss_weight')
    return {name: copy.deepcopy(getattr(head, name)) for name in names}


def _schedulers(runner: Runner) -> list:
    """All parameter schedulers, whichever way the runner keeps them."""
    schedulers = runner.param_schedulers or []
    if isinstance(schedulers, dict):
        return [each for several in schedulers.values() for each in several]
    return schedulers


def _random_states() -> tuple:
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    if not torch.accelerator.is_available():
        return (*states, None)
    device = torch.get_device_module()
    # Apple's has one device, and no function for all.
    read = getattr(device, 'get_rng_state_all', device.get_rng_state)
    return (*states, read())


def _set_random_states(python: tuple, numpy: tuple, cpu: Any, devices: Any) -> None:
    random.setstate(python)
    np.random.set_state(numpy)
    torch.set_rng_state(cpu)
    if devices is not None:
        device = torch.get_device_module()
        write = getattr(device, 'set_rng_state_all', device.set_rng_state)
        write(devices)
