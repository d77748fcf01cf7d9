"""All methods by name."""

from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any

from torch import nn

from ..generator import SyntheticSet
from .di_mml import di_mml
from .gblend import gblend
from .joint import aux_ce, joint, umt
from .measures import measure
from .ogm_ge import ogm_ge
from .task import Task
from .unimodal import mm_clf, ume

_FIT: dict[str, Callable[[Task], nn.Module]] = {
    'ume': ume,
    'mm_clf': mm_clf,
    'joint': partial(joint, head='linear'),
    'joint_mlp': partial(joint, head='mlp'),
    'aux_ce': partial(aux_ce, head='linear'),
    'aux_ce_mlp': partial(aux_ce, head='mlp'),
    'umt': partial(umt, head='linear'),
    'umt_mlp': partial(umt, head='mlp'),
    'ogm_mlp': partial(ogm_ge, head='mlp', noise=False),
    'ogm_ge': partial(ogm_ge, head='linear'),
    'ogm_ge_mlp': partial(ogm_ge, head='mlp'),
    'gblend': partial(gblend, head='linear'),
    'gblend_mlp': partial(gblend, head='mlp'),
    'gblend_online_mlp': partial(gblend, head='mlp', super_epochs=4),
    'di_mml': di_mml,
}
METHODS = tuple(_FIT)
# What says nothing new, or takes long: the rest takes a few minutes.
_LEFT_OUT = frozenset({'aux_ce', 'ogm_mlp', 'ogm_ge', 'gblend', 'gblend_online_mlp'})
DEFAULT_METHODS = tuple(name for name in METHODS if name not in _LEFT_OUT)
_TAUGHT = frozenset({'ume', 'mm_clf', 'umt', 'umt_mlp'})


def run_method(
    name: str,
    train: SyntheticSet,
    test: SyntheticSet,
    cfg: Mapping[str, Any],
    seed: int,
    task: Task | None = None,
) -> dict[str, Any]:
    """Train one method and measure it on the test set.

    Args:
        name (str): One of ``METHODS``; ``..._mlp`` has an MLP head, the others a linear
            one.
        train (SyntheticSet): Training set.
        test (SyntheticSet): Test set.
        cfg (Mapping): The settings ``methods`` of ``configs/paper.py``.
        seed (int): Of all random numbers.
        task (Task, optional): One made of the same sets, settings and seed, given to
            several methods so that the uni-modal models are trained once. The numbers
            are the same without.

    Returns:
        dict: ``top1`` (percent), ``unimodal_top1`` (percent by modality: its own
        classifier, or else its part of the head), ``class_recall`` (percent per class)
        and ``seconds``, those of the uni-modal models included where they are needed.

    Raises:
        ValueError: If there is no such method, or there are fewer than two modalities.
    """
    if name not in _FIT:
        raise ValueError(
            f'there is no method {name!r} (--methods); choose from {", ".join(METHODS)}'
        )
    task = task or Task(train, test, cfg, seed)
    seconds = 0.0
    if name in _TAUGHT:
        # Trained before the clock starts, because another method may have done so.
        _ = task.teachers
        seconds = task.teacher_seconds
    begin = perf_counter()
    model = _FIT[name](task)
    seconds += perf_counter() - begin
    return dict(measure(model, test), seconds=seconds)
