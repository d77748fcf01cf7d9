"""From sums to numbers, by hand."""

import pytest
import torch

from mm_laziness.engine.hooks.laziness_numbers import (
    training_numbers,
    validation_numbers,
)


def sums(**changed):
    given = dict(
        rows=[10],
        hard_rows=[10],
        fused_rows=[10],
        fused_hits=[9],
        hits=[8, 2],
        confidence=[6, 2],
        feature_norm=[50, 20],
        grad_norm=[6, 2],
        steps=[2, 2],
    )
    return {k: torch.tensor(v).double() for k, v in {**given, **changed}.items()}


def test_a_training_epoch():
    found = training_numbers(sums(), ['sun', 'moon'])
    assert found == dict(
        train_top1=90.0,
        modalities=dict(
            sun=dict(
                train_top1=80.0,
                grad_norm=3.0,
                grad_share=75.0,
                feature_norm=5.0,
                ogm_ratio=3.0,
            ),
            moon=dict(
                train_top1=20.0,
                grad_norm=1.0,
                grad_share=25.0,
                feature_norm=2.0,
                ogm_ratio=pytest.approx(1 / 3),
            ),
        ),
    )


def test_what_was_not_measured_is_left_out():
    found = training_numbers(sums(steps=[0, 2], grad_norm=[0, 2]), ['sun', 'moon'])
    assert not {'grad_norm', 'grad_share'} & {*found['modalities']['sun']}
    assert found['modalities']['moon']['grad_share'] == 100
    overflow = sums(grad_norm=[float('inf'), 2], confidence=[6, 0])
    found = training_numbers(overflow, ['sun', 'moon'])
    assert 'grad_norm' not in found['modalities']['sun']
    assert 'ogm_ratio' not in found['modalities']['sun']
    found = training_numbers(sums(hard_rows=[9]), ['sun', 'moon'])
    assert 'train_top1' not in {**found, **found['modalities']['sun']}
    none = {key: torch.zeros_like(value) for key, value in sums().items()}
    assert training_numbers(none, ['sun', 'moon']) == dict(
        modalities=dict(sun={}, moon={})
    )


def test_a_validation():
    metrics = {'acc/top1': 0.75, 'acc/sun_top1': 0.5, 'acc/mean1': 0.1}
    found = validation_numbers(
        metrics, dict(sun=dict(train_top1=80.0), moon={}), dict(sun=60.0, moon=40.0)
    )
    assert found == dict(
        top1=75.0,
        modalities=dict(
            sun=dict(
                val_top1=50.0,
                train_val_gap=30.0,
                reference_top1=60.0,
                reference_gap=-10.0,
            ),
            moon=dict(reference_top1=40.0),
        ),
    )


def test_fused_scores_of_one_modality_are_its_own():
    stock = {'acc/top1': 0.75}
    found = validation_numbers(stock, dict(sun={}), {})
    assert found == dict(top1=75.0, modalities=dict(sun=dict(val_top1=75.0)))
    found = validation_numbers(stock, dict(sun={}, moon={}), {})
    assert found['modalities'] == dict(sun={}, moon={})
