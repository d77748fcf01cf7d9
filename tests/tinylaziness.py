"""Tiny runs that LazinessMonitorHook watches, and what it should say of them."""

import json

import torch
from mmengine.evaluator import Evaluator
from mmengine.runner import Runner
from tinymodulation import Gradients, StrongWeights, TinySet, build, slow_sums

from mm_laziness.engine import LazinessMonitorHook
from mm_laziness.evaluation import ModalityAccuracy


def watched(toy, *hooks, model=None, dataset=None, monitor=None, train=True, **kwargs):
    """A run of one epoch, validated, and its JSON; ``monitor=False`` for no hook."""
    dataset = dataset or TinySet()
    own = [] if monitor is False else [LazinessMonitorHook(**monitor or {})]
    settings = dict(
        model=model or build(),
        train_dataloader=toy.loader(dataset, shuffle=False, batch_size=4),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        val_dataloader=toy.loader(dataset, shuffle=False, batch_size=3),
        val_cfg={},
        val_evaluator=Evaluator(ModalityAccuracy()),
        lr=0.1,
    )
    # The hook first: whatever is registered later must not come before it.
    runner = toy.runner(hooks=[*hooks, *own], **{**settings, **kwargs})
    Runner.train(runner)
    return runner, history(runner.work_dir)


def history(folder):
    try:
        with open(f'{folder}/laziness.json') as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def weights(runner):
    state = runner.model.state_dict()
    return {key: value.clone() for key, value in state.items()}


def strong():
    """Hooks that make modalities differ, and keep what steps see before others."""
    return StrongWeights(), Gradients('HIGHEST')


def slow_numbers(head, gradients):
    """By modality, in Python numbers, from all that :class:`Gradients` has kept."""
    names = list(head.in_channels)
    numbers = {name: {} for name in names}
    rows = sum(len(labels) for _, labels in gradients.seen)
    for name in names:
        norms = []
        for step in gradients.steps:
            own = [g for key, g in step.items() if f'encoders.{name}.' in key]
            squares = sum(value**2 for g in own for value in g.flatten().tolist())
            norms.append(squares**0.5)
        numbers[name]['grad_norm'] = sum(norms) / len(norms)
        lengths = [
            sum(value**2 for value in row) ** 0.5
            for feats, _ in gradients.seen
            for row in feats[name].tolist()
        ]
        numbers[name]['feature_norm'] = sum(lengths) / rows
    total = sum(own['grad_norm'] for own in numbers.values())
    sums = slow_sums(head, gradients.seen)
    for name, own in numbers.items():
        own['grad_share'] = 100 * own['grad_norm'] / total
        others = [value for other, value in sums.items() if other != name]
        if others:
            own['ogm_ratio'] = sums[name] * len(others) / sum(others)
    return numbers


def argmax_share(scores, labels):
    """Percent of rows whose highest score is the label's."""
    return 100 * float(
        (torch.cat(scores).argmax(1) == torch.cat(labels)).float().mean()
    )
