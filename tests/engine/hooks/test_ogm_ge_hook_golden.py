"""One step of the official training code, on a tiny audio-visual network."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.hooks import Hook
from tinymodulation import Gradients, logged
from torch import nn

from mm_laziness.engine import OGMGEHook
from mm_laziness.engine.hooks.generalization_enhancement import (
    GeneralizationEnhancement,
)

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'ogm_tiny_model.npz', allow_pickle=False
)
# Where ours has what the official network calls otherwise.
PARTS = {
    'encoders.audio': 'audio_net',
    'encoders.visual': 'visual_net',
    'cls_head.fc_cls': 'fusion_module.fc_out',
}
# We scale convolutions of any rank, the official code 2-D ones only.
OTHER_RANKS = ('visual_net.conv3d.weight', 'visual_net.tconv.weight')


class AudioNet(nn.Module):
    """Two convolutions with BatchNorm, then a linear layer."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 8, 3, stride=2, padding=1, bias=False)
        self.proj = nn.Linear(8, 8)

    def forward(self, spectrograms):
        maps = self.bn1(self.conv1(spectrograms)).relu()
        return self.proj(self.conv2(maps).relu().mean(dim=(2, 3)))


class VisualNet(nn.Module):
    """Convolutions in 3-D, per frame, and over time; then a linear layer."""

    def __init__(self):
        super().__init__()
        self.conv3d = nn.Conv3d(3, 4, (1, 3, 3), padding=(0, 1, 1), bias=False)
        self.conv2 = nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.tconv = nn.Conv1d(8, 8, 1, bias=False)
        self.proj = nn.Linear(8, 8)

    def forward(self, clips):
        maps = self.conv3d(clips).relu()
        frames = maps.transpose(1, 2).flatten(0, 1)
        pooled = self.conv2(frames).relu().mean(dim=(2, 3))
        over_time = pooled.unflatten(0, (-1, clips.shape[2])).transpose(1, 2)
        return self.proj(self.tconv(over_time).mean(dim=2))


class Weights(Hook):
    """Takes the official network's weights."""

    def before_train(self, runner):
        state = runner.model.state_dict()
        for name, value in state.items():
            kind = 'param__' if f'param__{official(name)}' in GOLDEN else 'buffer__'
            if f'{kind}{official(name)}' in GOLDEN:
                value.copy_(torch.from_numpy(GOLDEN[f'{kind}{official(name)}']))


def official(name):
    for ours, theirs in PARTS.items():
        if name.startswith(ours):
            return name.replace(ours, theirs)
    return name


def samples(labels):
    spectrograms = torch.from_numpy(GOLDEN['spec'])[:, None, None]
    clips = torch.from_numpy(GOLDEN['image'])[:, None]
    return [
        dict(
            inputs=dict(audio=spectrogram, visual=clip),
            data_samples=ActionDataSample().set_gt_label(int(label)),
        )
        for spectrogram, clip, label in zip(spectrograms, clips, labels, strict=True)
    ]


def step(toy, labels, **hook):
    """Gradients before and after the hook, by official names; and the runner."""
    raw, changed = Gradients('HIGHEST'), Gradients()
    model = MODELS.build(
        dict(
            type='LateFusionRecognizer',
            encoders=dict(audio=dict(type=AudioNet), visual=dict(type=VisualNet)),
            cls_head=dict(
                type='LinearFusionHead',
                num_classes=6,
                in_channels=dict(audio=8, visual=8),
            ),
        )
    )
    runner = toy.runner(
        model=model,
        train_dataloader=toy.loader(samples(labels), shuffle=False, batch_size=16),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        hooks=[Weights(), raw, OGMGEHook(**hook), changed],
    )
    toy.train(runner)
    both = [
        {official(name): grad for name, grad in grads.steps[0].items()}
        for grads in (raw, changed)
    ]
    return *both, runner


@pytest.mark.parametrize(
    'prefix, labels, alpha',
    [
        ('', 'labels', 'alpha'),
        ('audio_dominant__', 'labels_audio_dominant', 'alpha_audio_dominant'),
    ],
)
def test_ogm(toy, prefix, labels, alpha):
    alpha = float(GOLDEN[alpha])
    raw, changed, runner = step(toy, GOLDEN[labels], alpha=alpha, noise=False)
    assert set(raw) == set(GOLDEN['param_names'].tolist())
    factors = {}
    for name in ('audio', 'visual'):
        ratio, factor = (
            float(GOLDEN[f'{prefix}ogm_{kind}_{name[0]}'])
            for kind in ('ratio', 'coeff')
        )
        assert logged(runner, f'ogm_ratio_{name}') == pytest.approx([ratio], rel=1e-4)
        factors[name] = factor
        logs = logged(runner, f'ogm_coefficient_{name}')
        assert logs == pytest.approx([factor], rel=1e-4)
    slowed = 'audio' if prefix else 'visual'
    assert factors[slowed] < 1.0
    close = dict(rtol=1e-3, atol=1e-6)
    for name in raw:
        before, after = (
            torch.from_numpy(GOLDEN[f'{prefix}grad_{kind}__{name}'])
            for kind in ('unmodulated', 'ogm')
        )
        torch.testing.assert_close(raw[name], before, **close)
        if name in OTHER_RANKS:
            after = factors['visual'] * before
        torch.testing.assert_close(changed[name], after, **close)


def test_ogm_ge_changes_what_the_official_code_does_and_other_ranks(toy):
    raw, changed, _ = step(toy, GOLDEN['labels'], alpha=float(GOLDEN['alpha']))
    targets = dict(
        zip(GOLDEN['param_names'], GOLDEN['is_modulation_target'], strict=True)
    )
    for name, grad in raw.items():
        expected = targets[name] or name in OTHER_RANKS
        assert torch.equal(changed[name], grad) == (not expected)


def test_spread_of_the_noise():
    enhance = GeneralizationEnhancement(seed=0)
    names, spreads = GOLDEN['noise_param_names'], GOLDEN['noise_expected_std']
    for name, expected in zip(names, spreads, strict=True):
        grad = torch.from_numpy(GOLDEN[f'grad_unmodulated__{name}'])
        draws = []
        for iteration in range(1000):
            enhance.start_step(iteration)
            draws.append(grad.clone())
            enhance(draws[-1], torch.tensor(0.5))
        noise = torch.stack(draws) - 0.5 * grad
        # At least 36000 numbers.
        assert noise.std().item() == pytest.approx(expected, rel=0.02)
        assert abs(noise.mean().item()) < 0.03 * expected
