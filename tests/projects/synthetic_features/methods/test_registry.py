import pytest
from tinysynthetic import three_modalities, tiny_cfg, tiny_sets, tiny_task

from mm_laziness.models import LinearFusionHead, MLPFusionHead
from projects.synthetic_features.methods import (
    DEFAULT_METHODS,
    METHODS,
    registry,
    run_method,
)


@pytest.mark.parametrize('name', METHODS)
def test_any_method_any_number_of_modalities(name):
    train, test = three_modalities()
    found = run_method(name, train, test, tiny_cfg(epochs=8), seed=0)
    assert set(found) == {'top1', 'unimodal_top1', 'class_recall', 'seconds'}
    assert list(found['unimodal_top1']) == ['one', 'two', 'three']
    # G-Blending may all but switch off the fused classifier.
    assert max(found['top1'], *found['unimodal_top1'].values()) > 85
    assert found['seconds'] > 0
    assert len(found['class_recall']) == 3


def test_a_shared_task_changes_no_number():
    train, test = tiny_sets('C')
    task = tiny_task(sets=(train, test), seed=3)
    for name in ('ume', 'umt_mlp'):
        own = run_method(name, train, test, tiny_cfg(), 3)
        shared = run_method(name, train, test, tiny_cfg(), 3, task)
        # What a method needs is counted, whoever has trained it.
        assert shared.pop('seconds') > task.teacher_seconds > 0
        own.pop('seconds')
        assert own == shared


def test_unknown_method():
    with pytest.raises(ValueError, match=r"no method 'cca' \(--methods\).*ume, mm_clf"):
        run_method('cca', *tiny_sets('A'), tiny_cfg(), 0)


def test_defaults_are_known():
    assert set(DEFAULT_METHODS) < set(METHODS)


@pytest.mark.parametrize('name', [m for m in METHODS if m not in ('ume', 'di_mml')])
def test_names_tell_the_head(name):
    head = registry._FIT[name](tiny_task('A', epochs=1)).head
    kind = MLPFusionHead if name.endswith('_mlp') else LinearFusionHead
    assert type(head) is kind
