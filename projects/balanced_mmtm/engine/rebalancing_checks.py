"""What must be there before a model can be re-balanced."""

from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from mm_laziness.utils.runs import unwrap

from ..models import MMTMRecognizer
from .learning_speed import speed_groups


def check_rebalancing(runner: Runner, begin: int) -> None:
    """Check a run that is about to train.

    Args:
        runner (Runner): With its loop and optimizer built.
        begin (int): First re-balanced epoch, 0-based.

    Raises:
        ValueError: If this loop, optimizer or model does not allow it.
    """
    loop, wrapper = runner.train_loop, runner.optim_wrapper
    if not isinstance(loop, EpochBasedTrainLoop):
        raise ValueError(
            f'begin of RebalancingHook counts epochs, but {type(loop).__name__} has '
            "none; set train_cfg=dict(type='EpochBasedTrainLoop', max_epochs=...)"
        )
    if begin >= loop.max_epochs:
        last = loop.max_epochs - 1
        raise ValueError(
            f'begin of RebalancingHook is {begin} (0-based), but the run ends after '
            f'{loop.max_epochs} epoch{"s" if last else ""}; set train_cfg.max_epochs '
            f'above {begin}, begin to {f"0..{last}" if last else 0}, or '
            "strategy='measure' for a run without re-balancing"
        )
    if not isinstance(wrapper, OptimWrapper) or isinstance(wrapper, OptimWrapperDict):
        raise ValueError(
            f'RebalancingHook needs one optimizer, but got {type(wrapper).__name__}; '
            "set optim_wrapper=dict(type='OptimWrapper', optimizer=...)"
        )
    wrapped: nn.Module = runner.model
    if is_model_wrapper(wrapped) and not isinstance(wrapped, DistributedDataParallel):
        raise ValueError(
            'learning speeds are of gradients that are whole on each process, but the '
            f'model is wrapped in {type(wrapped).__name__}; set '
            "model_wrapper_cfg=dict(type='MMDistributedDataParallel')"
        )
    model = unwrap(wrapped)
    if not isinstance(model, MMTMRecognizer):
        raise ValueError(
            'RebalancingHook re-balances the MMTM units of an MMTMRecognizer, but '
            f'the model is a {type(model).__name__}; set model.type="MMTMRecognizer", '
            'or remove the hook from custom_hooks'
        )
    head = model.cls_head
    classifiers = getattr(head, 'unimodal_classifiers', None)
    names = set(classifiers) if isinstance(classifiers, nn.ModuleDict) else set()
    if missing := [name for name in model.modalities if name not in names]:
        raise ValueError(
            'learning speeds are compared between branches that end in classifiers '
            f'of their own, but the head {type(head).__name__} has no '
            f'unimodal_classifiers for {missing}; use BranchHead'
        )
    speed_groups(model)
