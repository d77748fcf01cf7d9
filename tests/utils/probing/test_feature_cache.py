import copy

import pytest
import torch
from mmengine.config import Config
from tinymodels import CLASSES, ENCODERS, WIDTHS

from mm_laziness.utils.probing.encoder_access import build_encoders
from mm_laziness.utils.probing.evaluation_data import evaluation_config
from mm_laziness.utils.probing.feature_cache import features_key


@pytest.fixture
def cfg(tmp_path):
    (tmp_path / 'test.txt').write_text('a.mp4 0\n')
    (tmp_path / 'train.txt').write_text('b.mp4 0\n')

    def loader(split):
        dataset = dict(
            type='MultiModalDataset',
            ann_file=f'{split}.txt',
            data_root=str(tmp_path),
            pipeline=[dict(type='DecordInit'), dict(type='PackModalities')],
        )
        return dict(batch_size=4, num_workers=0, dataset=dataset)

    head = dict(type='LinearFusionHead', num_classes=CLASSES, in_channels=WIDTHS)
    model = dict(type='UMTRecognizer', encoders=ENCODERS, cls_head=head)
    return Config(
        dict(
            model=model,
            train_dataloader=loader('train'),
            val_dataloader=loader('test'),
            work_dir='a',
        )
    )


def key(cfg, split='val', amp=False, change=None):
    torch.manual_seed(0)
    encoders = build_encoders(cfg)
    if change:
        change(encoders.model)
    return features_key(encoders, evaluation_config(cfg, split), amp)


def changed(cfg, **settings):
    cfg = copy.deepcopy(cfg)
    cfg.merge_from_dict(settings)
    return cfg


def test_what_does_not_change_features_does_not_change_the_key(cfg):
    same = changed(
        cfg,
        work_dir='b',
        model=dict(type='LateFusionRecognizer', cls_head=dict(num_classes=7)),
        val_dataloader=dict(batch_size=9, num_workers=3, dataset=dict(cache='c')),
    )
    assert key(same) == key(cfg)


def test_whatever_changes_features_changes_the_key(cfg, tmp_path):
    def weights(model):
        with torch.no_grad():
            next(model.encoders['audio'].parameters())[0] += 1e-3

    def statistics(model):
        next(iter(model.encoders['rgb'].buffers()))[0] += 1

    pipeline = [dict(type='DecordInit'), dict(type='Resize')]
    mean = dict(type='MultiModalDataPreprocessor', preprocessors={})
    for name in ENCODERS:
        mean['preprocessors'][name] = dict(
            type='ActionDataPreprocessor', mean=[1.0], std=[1.0]
        )
    keys = [
        key(cfg),
        key(cfg, 'train'),
        key(cfg, amp=True),
        key(cfg, change=weights),
        key(cfg, change=statistics),
        key(changed(cfg, val_dataloader=dict(dataset=dict(pipeline=pipeline)))),
        key(changed(cfg, data_preprocessor=mean)),
        key(changed(cfg, model=dict(test_cfg=dict(max_testing_views=1)))),
    ]
    # A wrapper may change which samples there are, and their order.
    wrapped = copy.deepcopy(cfg)
    wrapped.val_dataloader.dataset = dict(
        type='ClassBalancedDataset', dataset=wrapped.val_dataloader.dataset
    )
    keys.append(key(wrapped))
    (tmp_path / 'test.txt').write_text('a.mp4 1\n')
    keys.append(key(cfg))
    assert len(set(keys)) == len(keys)
