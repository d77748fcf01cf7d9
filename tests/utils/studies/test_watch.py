"""What a study adds to a run's config."""

from pathlib import Path

import pytest
from mmengine.config import Config

from mm_laziness.utils.studies.watch import watched


@pytest.fixture
def cfg():
    return Config(
        dict(
            work_dir='cell',
            model=dict(encoders=dict(a={}, b={})),
            val_evaluator=dict(type='ModalityAccuracy'),
            default_hooks=dict(checkpoint=dict(save_best='acc/top1', interval=1)),
            custom_hooks=[dict(type='OGMGEHook')],
            train_cfg=dict(max_epochs=8, val_begin=1, val_interval=8),
        )
    )


def test_predictions_are_kept_and_no_checkpoint_is_chosen(cfg):
    before = cfg.to_dict()
    own = watched(cfg)
    assert [e.type for e in own.val_evaluator] == ['ModalityAccuracy', 'DumpResults']
    assert own.val_evaluator[1].out_file_path == str(Path('cell', 'predictions.pkl'))
    assert own.default_hooks.checkpoint == dict(save_best=None, interval=1)
    # Nothing else, and nothing in the config that the cell is known by.
    assert own.custom_hooks == cfg.custom_hooks and own.train_cfg == cfg.train_cfg
    assert cfg.to_dict() == before


def test_the_monitor_comes_last_and_sees_every_epoch(cfg):
    own = watched(cfg, monitor=True, references=dict(a=Path('x')), probe_interval=3)
    assert [hook.type for hook in own.custom_hooks] == [
        *('OGMGEHook', 'LazinessMonitorHook')
    ]
    assert own.custom_hooks[1].references == dict(a='x')
    assert own.custom_hooks[1].probe_interval == 3
    assert own.train_cfg == dict(max_epochs=8, val_begin=1, val_interval=1)


def test_a_monitor_of_the_users_stays_the_only_one(cfg):
    cfg.custom_hooks = [dict(type='LazinessMonitorHook', probe_interval=5)]
    assert watched(cfg, monitor=True).custom_hooks == cfg.custom_hooks


def test_an_ensemble_trains_nothing_to_watch(cfg):
    cfg.model = dict(members=dict(a={}, b={}))
    own = watched(cfg, monitor=True)
    assert own.custom_hooks == cfg.custom_hooks
    assert own.train_cfg.val_interval == 8


def test_configs_without_hooks_and_with_several_evaluators(cfg):
    cfg.pop('default_hooks')
    cfg.pop('custom_hooks')
    cfg.val_evaluator = [dict(type='AccMetric'), dict(type='ModalityAccuracy')]
    own = watched(cfg, monitor=True)
    assert len(own.val_evaluator) == 3 and len(own.custom_hooks) == 1
