"""Whether a checkpoint fits a model, and loading one that does."""

import torch.nn as nn
from torch import Tensor


def check_fit(
    module: nn.Module,
    state: dict[str, Tensor],
    path: str,
    role: str,
    leftovers: bool = False,
) -> None:
    """Refuse a state that does not fill a module.

    Args:
        module (nn.Module): What the state is for.
        state (dict[str, Tensor]): Tensors by name.
        path (str): Where they come from, for the message.
        role (str): What the module is, for the message.
        leftovers (bool): Let the state hold other tensors besides.

    Raises:
        ValueError: If a tensor does not fit; examples are named.
    """
    own = module.state_dict()
    # Older checkpoints lack this counter, which nothing here reads.
    missing = [k for k in own if k not in state and not k.endswith('batches_tracked')]
    extra = [key for key in state if key not in own]
    shapes = [
        f'{key} {tuple(state[key].shape)} for {tuple(own[key].shape)}'
        for key in own
        if key in state and state[key].shape != own[key].shape
    ]
    if missing or shapes or (extra and not leftovers):
        raise ValueError(
            f'checkpoint {path} does not fit {role}: {len(missing)} of {len(own)} '
            f'tensors are missing {missing[:3]}, {len(extra)} are left over '
            f'{extra[:3]}, {len(shapes)} have other shapes {shapes[:3]}. Its config '
            'must be the one that the checkpoint was trained with'
        )


def load_exactly(
    module: nn.Module, state: dict[str, Tensor], path: str, role: str
) -> None:
    """Load a state of which nothing may be missing, left over or of another shape.

    Args:
        module (nn.Module): What to load into.
        state (dict[str, Tensor]): Tensors by name.
        path (str): Where they come from, for the message.
        role (str): What the module is, for the message.

    Raises:
        ValueError: If a tensor does not fit; examples are named.
    """
    check_fit(module, state, path, role)
    module.load_state_dict(state, strict=False)
