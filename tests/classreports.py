"""Class reports for tests of tables and figures."""

import torch

from mm_laziness.evaluation.functional import class_report


def small(**kwargs):
    """Three classes: joint exceeds the sum in the first; the last has no samples."""
    labels = torch.tensor([0] * 10 + [1] * 4)

    def scores(first, second):
        """Right for so many samples of each class, else taken for the last."""
        predicted = [0] * first + [2] * (10 - first) + [1] * second + [2] * (4 - second)
        return torch.eye(3)[predicted]

    given = dict(
        rgb=scores(2, 4), audio=scores(3, 1), average=scores(4, 4), joint=scores(8, 3)
    )
    settings = dict(unimodal=['rgb', 'audio'], joint='joint') | kwargs
    return class_report(given, labels, ['playing harp', 'a|b', 'unseen'], **settings)


def large(num_classes, samples=4, seed=0):
    """Random predictions of many classes with long names."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(num_classes).repeat_interleave(samples)
    own = torch.nn.functional.one_hot(labels)
    given = {}
    for name, strength in dict(rgb=2.0, audio=1.0, joint=3.0).items():
        noise = torch.randn(len(labels), num_classes, generator=generator)
        given[name] = noise + strength * own
    names = [f'{"very " * (i % 12)}long name {i}' for i in range(num_classes)]
    return class_report(given, labels, names, unimodal=['rgb', 'audio'], joint='joint')
