import torch

from projects.synthetic_features.generator import SyntheticSet
from projects.synthetic_features.methods.measures import measure


class Fixed:
    def __call__(self, inputs):
        return torch.eye(3)[inputs['a']]

    def unimodal_scores(self, inputs):
        return {m: torch.eye(3)[x] for m, x in inputs.items()}


def test_values_by_hand():
    labels = torch.tensor([0, 0, 0, 0, 1])
    inputs = dict(a=torch.tensor([0, 1, 2, 2, 1]), b=torch.tensor([0, 0, 0, 0, 0]))
    found = measure(Fixed(), SyntheticSet(inputs, labels, 3))
    assert found['class_recall'] == [25.0, 100.0, None]
    assert found['top1'] == 40
    assert found['unimodal_top1'] == dict(a=40, b=80)
