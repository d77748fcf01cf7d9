"""Full-batch gradient descent, as Appendix A.10 trains on the synthetic sets."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


def train_full_batch(
    loss: Callable[[], Tensor],
    parameters: Iterable[Tensor],
    steps: int,
    lr: float = 0.2,
    *,
    stop_below: float = 0.0,
    before_step: Callable[[int], None] | None = None,
    after_step: Callable[[int], None] | None = None,
) -> int:
    """Minimize a loss over the whole training set with plain SGD.

    "We use SGD as the optimizer and the learning rate is 0.2. In each iteration, we use
    the whole training set to compute the gradients." (Du et al., ICML 2023, App. A.10)

    Args:
        loss (Callable): Returns the scalar loss of the whole training set.
        parameters (Iterable[Tensor]): What is trained, at one learning rate.
        steps (int): At most so many steps.
        lr (float): Learning rate. Defaults to 0.2, the paper's.
        stop_below (float): End before ``steps`` once the loss is below this; 0 never
            does. [reconstructed]: the paper does not say when it ends.
        before_step (Callable, optional): Called with the 0-based step between the
            gradients and the update, e.g. to modulate gradients.
        after_step (Callable, optional): Called with the 0-based step after the update,
            e.g. to show progress.

    Returns:
        int: The number of steps taken.

    Raises:
        ValueError: If ``steps`` is below 1, ``lr`` negative, or the loss not finite.
    """
    if steps < 1:
        raise ValueError(f'steps (--steps) must be at least 1, but is {steps}')
    if not lr >= 0:
        raise ValueError(f'the learning rate (--lr) must not be negative, but is {lr}')
    trained = list(parameters)
    for step in range(steps):
        for parameter in trained:
            parameter.grad = None
        value = loss()
        value.backward()
        current = float(value.detach())
        if not current < float('inf'):
            raise ValueError(
                f'the loss is {current} in step {step}; lower the learning rate '
                f'(--lr, now {lr:g})'
            )
        if current < stop_below:
            return step
        if before_step is not None:
            before_step(step)
        _descend(trained, lr)
        if after_step is not None:
            after_step(step)
    return steps


@torch.no_grad()
def _descend(parameters: Iterable[Tensor], lr: float) -> None:
    """Take the step of ``torch.optim.SGD``, whose book-keeping costs more than it."""
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.add_(parameter.grad, alpha=-lr)
