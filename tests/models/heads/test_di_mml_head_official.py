"""One step of stage 1 of DI-MML against the official numbers."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

from mm_laziness.models import DIMMLHead

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'dimml_stage1_step.npz', allow_pickle=False
)
NAMES = dict(a='audio', v='visual')


def golden(name):
    return torch.from_numpy(GOLDEN[name])


def golden_head():
    duc = dict(type='DUCLoss', temperature=float(GOLDEN['temperature']))
    weight = float(GOLDEN['align_weight'])
    head = DIMMLHead(6, dict(a=512, v=512), loss_duc=duc, shared_loss_weight=weight)
    state = dict(head.state_dict())
    for kind in ('weight', 'bias'):
        shared = golden(f'param__shared_classifier.{kind}')
        state[f'shared_classifier.{kind}'] = shared
        for m, name in NAMES.items():
            own = golden(f'param__model_{name}.classifier.{kind}')
            state[f'unimodal_classifiers.{m}.{kind}'] = own
    head.load_state_dict(state)
    sets = dict(a=golden('audio_only_indices'), v=golden('visual_only_indices'))
    head.set_dimensions(sets)
    return head


def test_official_step():
    head, encoders, feats = golden_head(), {}, {}
    for m, name in NAMES.items():
        encoders[m] = {
            kind: golden(f'param__model_{name}.net.{kind}').requires_grad_()
            for kind in ('weight', 'bias')
        }
        feats[m] = F.linear(golden(f'input_{m}'), **encoders[m]).relu()
    samples = [
        ActionDataSample().set_gt_label(label) for label in GOLDEN['labels'].tolist()
    ]
    losses = head.loss(feats, samples)
    assert {key for key in losses if 'loss' in key} == {
        *('loss_a', 'loss_v', 'loss_shared_a', 'loss_shared_v', 'loss_duc')
    }
    for ours, theirs in (
        *(('loss_a', 'loss_a'), ('loss_v', 'loss_v'), ('loss_duc', 'loss_c')),
        *(('loss_shared_a', 'loss_align_a'), ('loss_shared_v', 'loss_align_v')),
    ):
        expected = float(GOLDEN[f'epoch20__{theirs}'])
        assert losses[ours].item() == pytest.approx(expected, rel=1e-4, abs=1e-6)
    sum(value for key, value in losses.items() if 'loss' in key).backward()
    for kind in ('weight', 'bias'):
        gradients = {'shared_classifier': head.shared_classifier}
        for m, name in NAMES.items():
            gradients[f'model_{name}.classifier'] = head.unimodal_classifiers[m]
            expected = golden(f'epoch20__grad__model_{name}.net.{kind}')
            found = encoders[m][kind].grad
            torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-6)
        for name, layer in gradients.items():
            expected = golden(f'epoch20__grad__{name}.{kind}')
            found = getattr(layer, kind).grad
            torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-6)
