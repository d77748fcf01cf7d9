"""What must be there before gradients can be modulated."""

from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ...utils.runs import unwrap


def check_modulation(runner: Runner, begin: int) -> None:
    """Check a run that is about to train.

    Args:
        runner (Runner): With its loop and optimizer built.
        begin (int): First modulated epoch, 0-based.

    Raises:
        ValueError: If this loop, optimizer, model or head does not allow it.
    """
    loop, wrapper = runner.train_loop, runner.optim_wrapper
    if not isinstance(loop, EpochBasedTrainLoop):
        raise ValueError(
            f'begin and end of OGMGEHook count epochs, but {type(loop).__name__} has '
            "none; set train_cfg=dict(type='EpochBasedTrainLoop', max_epochs=...)"
        )
    if begin >= loop.max_epochs:
        raise ValueError(
            f'begin of OGMGEHook is {begin}, but the run ends after '
            f'{loop.max_epochs} epochs; set begin to 0..{loop.max_epochs - 1}'
        )
    if not isinstance(wrapper, OptimWrapper) or isinstance(wrapper, OptimWrapperDict):
        raise ValueError(
            f'OGMGEHook needs one optimizer, but got {type(wrapper).__name__}; set '
            "optim_wrapper=dict(type='OptimWrapper', optimizer=...)"
        )
    model = unwrap(runner.model)
    convolution_weights(model)
    head = getattr(model, 'cls_head', None)
    needed = ('split_scores', 'register_loss_observer')
    if missing := [name for name in needed if not callable(getattr(head, name, None))]:
        raise ValueError(
            f'OGMGEHook compares the scores of single modalities, but the head '
            f'{type(head).__name__} has no {" and no ".join(missing)}(); use '
            'LinearFusionHead, MLPFusionHead or AttentionFusionHead'
        )


def convolution_weights(model: nn.Module) -> dict[str, list[Tensor]]:
    """Convolution weights of each encoder, of any rank, that are trained.

    Args:
        model (nn.Module): Unwrapped, with a dict ``encoders``.

    Raises:
        ValueError: If there are fewer than two encoders, or one has no such weight.
    """
    encoders = getattr(model, 'encoders', None)
    encoders = dict(encoders) if isinstance(encoders, nn.ModuleDict) else {}
    if len(encoders) < 2:
        raise ValueError(
            'gradients are modulated between two or more encoders, but '
            f'{type(model).__name__} has {list(encoders)}; train a joint model such as '
            'LateFusionRecognizer, or remove the hook from custom_hooks'
        )
    return {name: _trained(encoder, name) for name, encoder in encoders.items()}


def _trained(encoder: nn.Module, name: str) -> list[Tensor]:
    convolutions = [m for m in encoder.modules() if isinstance(m, _ConvNd)]
    # A reparametrized weight is computed, and never has a gradient of its own.
    weights = [m.weight for m in convolutions if m.weight.is_leaf]
    trained = [weight for weight in weights if weight.requires_grad]
    if trained:
        return trained
    if weights:
        raise ValueError(
            f'all convolutions of the encoder of {name!r} are frozen, so that there is '
            'no gradient to modulate; set frozen_encoders=False (frozen_stages=-1), or '
            'remove the hook from custom_hooks'
        )
    raise ValueError(
        f'the encoder of {name!r} ({type(encoder).__name__}) has no convolution '
        'weight, and nothing else is modulated; use a convolutional encoder, or remove '
        'the hook from custom_hooks'
    )
