import torch
from tworanks import on_two_ranks

from mm_laziness.evaluation import ModalityAccuracy


def evaluate(indices, labels, scores, audio):
    """Metrics of five samples, from those that a process holds."""
    metric = ModalityAccuracy()
    for index in indices:
        sample = dict(
            gt_label=labels[index : index + 1],
            pred_score=scores[index],
            unimodal_scores=dict(audio=audio[index]),
        )
        metric.process(None, [sample])
    return metric.evaluate(5)


def by_one_of_two(rank, *data):
    # Rank 1 also holds the sampler's padding, a repeated first sample.
    return evaluate([[0, 2, 4], [1, 3, 0]][rank], *data)


def test_two_ranks():
    generator = torch.Generator().manual_seed(1)
    labels = torch.tensor([0, 1, 2, 0, 1])
    scores, audio = torch.randn(2, 5, 3, generator=generator)
    whole = evaluate(range(5), labels, scores, audio)
    first, second = on_two_ranks(by_one_of_two, labels, scores, audio)
    assert first == second == whole
