"""MMEngine's wrappers around the data set: random state, faults, real loaders."""

import json

import pytest
import torch
from avdata import pipeline
from media import tone, write_video
from mmaction.registry import DATASETS
from mmengine.dataset import pseudo_collate
from mmengine.registry import build_from_cfg
from mmengine.runner import Runner
from torch import nn

from mm_laziness.engine import FaultSummaryHook, RandomStateHook

NUMBER = dict(concat=8, both=16)


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp('wrapped')
    for index in range(8):
        sound = None if index == 5 else tone(1.5, frequency=300.0 + 50 * index)
        write_video(root / f'{index}.mp4', sound=sound)
    for name, numbers in (('low', range(4)), ('high', range(4, 8))):
        lines = [f'{number}.mp4 {number}' for number in numbers]
        (root / f'{name}.txt').write_text('\n'.join(lines))
    return root


def part(root, name):
    return dict(
        type='MultiModalDataset',
        ann_file=f'{name}.txt',
        data_root=str(root),
        pipeline=pipeline(),
        on_error=dict(audio='zeros'),
    )


def wrapped(root, kind):
    both = dict(type='ConcatDataset', datasets=[part(root, 'low'), part(root, 'high')])
    if kind == 'concat':
        return both
    inner = both if kind == 'both' else part(root, 'high')
    return dict(type='RepeatDataset', times=2, dataset=inner)


class Recorder(nn.Module):
    """Keeps what each sample looked like, by epoch."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))
        self.seen = []

    def train_step(self, data, optim_wrapper):
        for number, sample in enumerate(data['data_samples']):
            picture = data['inputs']['rgb'][number].float()
            self.seen.append((sample.gt_label.item(), picture.mean().item(), picture))
        optim_wrapper.update_params(self.weight**2)
        return dict(loss=self.weight.detach())


def run(root, work_dir, kind, workers, epochs=2):
    model = Recorder()
    runner = Runner(
        model,
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=4,
            num_workers=workers,
            sampler=dict(type='DefaultSampler', shuffle=True),
            dataset=wrapped(root, kind),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(logger=None, checkpoint=None),
        custom_hooks=[RandomStateHook(), FaultSummaryHook()],
        randomness=dict(seed=3),
        default_scope='mmaction',
        log_level='ERROR',
        experiment_name=f'{work_dir.name}_{kind}',
    )
    runner.train()
    return model.seen


@pytest.mark.parametrize('kind', NUMBER)
def test_training_through_a_wrapper(root, tmp_path, kind):
    seen = run(root, tmp_path / 'a', kind, workers=0)
    again = run(root, tmp_path / 'b', kind, workers=1)
    assert len(seen) == 2 * NUMBER[kind]
    # The same random state, whichever worker loads the sample.
    for mine, other in zip(seen, again, strict=True):
        assert mine[0] == other[0] and torch.equal(mine[2], other[2])
    # Each draw of a sample is augmented anew: in the epochs, and in the repetitions.
    draws = [picture for label, _, picture in seen if label == 4]
    assert len({tuple(d.flatten().tolist()) for d in draws}) > 1
    epoch = len(seen) // 2
    assert {s[0] for s in seen[:epoch]} == {s[0] for s in seen[epoch:]}
    faults = json.loads((tmp_path / 'a/faults.json').read_text())['train']
    count = sum(label == 5 for label, _, _ in seen)
    assert [(f['modality'], f['action'], f['count']) for f in faults] == [
        ('audio', 'zeros', count)
    ]
    assert count == (2 if kind == 'concat' else 4)


def test_wrappers_hand_out_what_the_data_set_loads(root):
    concat = DATASETS.build(wrapped(root, 'concat'))
    assert len(concat) == 8
    for index in (0, 5, 7):
        sample = concat[index]
        assert sample['data_samples'].gt_label.item() == index
        assert sample['inputs']['rgb'].shape == (1, 3, 4, 16, 16)
    assert not concat[5]['inputs']['audio'].any()
    repeat = build_from_cfg(wrapped(root, 'repeat'), DATASETS)
    assert len(repeat) == 8
    assert [repeat[i]['data_samples'].gt_label.item() for i in (1, 5)] == [5, 5]
    batch = pseudo_collate([repeat[1], repeat[2]])
    assert [f.action for f in batch['data_samples'][0].metainfo['faults']] == ['zeros']
