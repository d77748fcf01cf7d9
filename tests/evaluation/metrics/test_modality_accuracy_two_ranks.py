import subprocess
import sys
from pathlib import Path

import torch

from mm_laziness.evaluation import ModalityAccuracy

ROOT = Path(__file__).parents[3]

TWO_RANKS = """
import sys
import torch
from torch import distributed
rank, store = int(sys.argv[1]), sys.argv[2]
distributed.init_process_group(
    'gloo', init_method=f'file://{store}', rank=rank, world_size=2)
import mm_laziness
from mm_laziness.evaluation import ModalityAccuracy
metric = ModalityAccuracy()
labels, scores, audio = torch.load(sys.argv[3])
# Rank 1 also holds the sampler's padding, a repeated first sample.
for i in [0, 2, 4] if rank == 0 else [1, 3, 0]:
    metric.process(None, [dict(
        gt_label=labels[i:i + 1], pred_score=scores[i],
        unimodal_scores=dict(audio=audio[i]))])
print(sorted(metric.evaluate(5).items()))
"""


def test_two_ranks(tmp_path):
    generator = torch.Generator().manual_seed(1)
    labels = torch.tensor([0, 1, 2, 0, 1])
    scores, audio = torch.randn(2, 5, 3, generator=generator)
    torch.save((labels, scores, audio), tmp_path / 'data.pth')
    ranks = [
        subprocess.Popen(
            [sys.executable, '-c', TWO_RANKS, str(rank)]
            + [str(tmp_path / 'store'), str(tmp_path / 'data.pth')],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for rank in range(2)
    ]
    outputs = [rank.communicate(timeout=120)[0] for rank in ranks]
    whole = ModalityAccuracy()
    for label, score, sound in zip(labels, scores, audio, strict=True):
        sample = dict(
            gt_label=label.view(1), pred_score=score, unimodal_scores=dict(audio=sound)
        )
        whole.process(None, [sample])
    expected = str(sorted(whole.evaluate(5).items()))
    assert [output.splitlines()[-1] for output in outputs] == [expected] * 2
