"""The authors' whole training loop, step by step, in float64 through our Runner."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.hooks import Hook
from officialmmtm import OfficialMMTM, PendingMMTM, PendingRecognizer
from tinyrebalancing import Branch, build, train

from projects.balanced_mmtm.engine import RebalancingHook, conditional_speeds
from projects.balanced_mmtm.models import MMTM, MMTMRecognizer

GOLDEN = Path(__file__).parents[3] / 'golden' / 'mmtm_guided_training_loop.npz'
# Their order of modalities, and the channels that each branch sees.
CHANNELS = dict(visual=slice(0, 1), skeleton=slice(1, 3))


@pytest.fixture(scope='module')
def golden():
    return dict(np.load(GOLDEN))


def ours(name):
    """Our parameter by its name in the vectors."""
    for index, modality in enumerate(CHANNELS):
        name = name.replace(
            f'net_view_{index}.fc', f'cls_head.unimodal_classifiers.{modality}'
        )
        name = name.replace(f'net_view_{index}', f'encoders.{modality}')
        name = name.replace(f'mmtm2.fc_{modality}', f'units.0.gates.{modality}')
    return name.replace('mmtm2.fc_squeeze', 'units.0.squeeze')


class Samples(list):
    """A data set of images (N, 3, H, W)."""

    def __init__(self, images, labels):
        images = torch.from_numpy(images).unsqueeze(1)
        for image, label in zip(images, labels, strict=True):
            inputs = {m: image[:, channels] for m, channels in CHANNELS.items()}
            sample = ActionDataSample().set_gt_label(int(label))
            self.append(dict(inputs=inputs, data_samples=sample))


class Given(Hook):
    """Starts with the given weights; keeps what the table says, and evaluates."""

    priority = 'VERY_LOW'

    def __init__(self, golden):
        self.golden, self.rows, self.own, self.pending = golden, [], [], []

    def before_train(self, runner):
        start = {
            ours(key.removeprefix('init__')): torch.from_numpy(value)
            for key, value in self.golden.items()
            if key.startswith('init__')
        }
        found = runner.model.load_state_dict(start, strict=False)
        assert not found.unexpected_keys
        assert {k.rpartition('.')[0] for k in found.missing_keys} == {
            *('rebalancing', 'units.0')
        }

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.mode = runner.model.rebalancing.mode.item()

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        state = runner.model.rebalancing
        speeds = conditional_speeds(state.fusion_speed, state.branch_speed)
        self.rows.append(
            [
                *(runner.epoch + 1, batch_idx + 1, outputs['loss'].item()),
                *(self.mode, (speeds[0] - speeds[1]).item(), state.mode.item()),
            ]
        )
        for index, name in enumerate(CHANNELS):
            assert outputs[f'rebalanced_{name}'] == (self.mode == index)

    def after_train_epoch(self, runner):
        model = runner.model.eval()
        (unit,) = model.units
        if isinstance(unit, OfficialMMTM):
            self.pending.append([self.evaluate(model), self.evaluate(model)])
            return
        self.own.append(self.evaluate(model))
        model.__class__, unit.__class__ = PendingRecognizer, PendingMMTM
        # Their validation and their test.
        self.pending.append([self.evaluate(model), self.evaluate(model)])
        model.__class__, unit.__class__ = MMTMRecognizer, MMTM

    @torch.no_grad()
    def evaluate(self, model):
        """Loss of the held-out batch."""
        batch = Samples(self.golden['val_input'], self.golden['val_labels'])
        stacked = {
            m: torch.stack([sample['inputs'][m] for sample in batch]) for m in CHANNELS
        }
        losses = model.loss(stacked, [sample['data_samples'] for sample in batch])
        return sum(losses[f'loss_{m}'].item() for m in CHANNELS)


@pytest.mark.parametrize('tag', ['fixed', 'official'])
def test_whole_loop(golden, tag, tmp_path, monkeypatch):
    # Heads score in float32; these numbers are of float64.
    monkeypatch.setattr(torch.Tensor, 'float', torch.Tensor.double)
    doubles = dict(type='ActionDataPreprocessor', to_float32=False)
    model = build(
        encoders={
            m: dict(type=Branch, channels=len(range(3)[part]))
            for m, part in CHANNELS.items()
        },
        cls_head=dict(
            type='BranchHead', num_classes=3, in_channels=dict.fromkeys(CHANNELS, 4)
        ),
        data_preprocessor=dict(
            type='MultiModalDataPreprocessor',
            preprocessors=dict.fromkeys(CHANNELS, doubles),
        ),
    ).double()
    if tag == 'official':
        model.__class__ = PendingRecognizer
        model.units[0].__class__ = OfficialMMTM
    images, labels = golden['train_inputs'], golden['train_labels']
    given = Given(golden)
    state, _ = train(
        tmp_path,
        RebalancingHook(
            'guided',
            epsilon=float(golden['epsilon']),
            window=int(golden['window']),
            begin=int(golden['starting_epoch']) - 1,
        ),
        given,
        model=model,
        train_dataloader=dict(
            dataset=Samples(images.reshape(-1, *images.shape[2:]), labels.ravel()),
            sampler=dict(type='DefaultSampler', shuffle=False),
            batch_size=images.shape[1],
            num_workers=0,
        ),
        train_cfg=dict(by_epoch=True, max_epochs=4),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=float(golden['lr']))),
    )

    epoch, batch, loss, used, used_which, d, following, which = golden[
        f'{tag}__table'
    ].T
    # They keep the last modality while nothing is re-balanced.
    used = np.where(used == 1, used_which, -1)
    following = np.where(following == 1, which, -1)
    expected = np.stack([epoch, batch, loss, used, d, following], axis=1)
    np.testing.assert_allclose(given.rows, expected, rtol=1e-9)
    assert {*used} == {-1, 0, 1}

    evaluated = golden[f'{tag}__val_and_test_loss_per_epoch']
    np.testing.assert_allclose(given.pending, evaluated, rtol=1e-9)
    if tag == 'fixed':
        # In ours a window that is running at an epoch's end makes no difference; the
        # first epoch has none.
        assert given.own[0] == given.pending[0][0]
        assert (np.abs(np.subtract(given.own, evaluated[:, 0]))[1:] > 1e-5).all()
    averages = model.units[0].mean_gates
    for name in CHANNELS:
        np.testing.assert_allclose(
            averages[name], golden[f'{tag}__running_avg_{name}'], rtol=1e-9
        )
    assert model.units[0].forwards == golden[f'{tag}__mmtm_steps']
    finals = {k: v for k, v in golden.items() if k.startswith(f'{tag}__final__')}
    assert len(finals) == len([*itertools.chain(model.parameters())])
    for key, value in finals.items():
        final = state[ours(key.removeprefix(f'{tag}__final__'))]
        np.testing.assert_allclose(final, value, rtol=1e-9, atol=1e-14)
