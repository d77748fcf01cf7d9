import pytest
import torch
from tinysynthetic import tiny_task

from projects.synthetic_features.methods.measures import measure
from projects.synthetic_features.methods.unimodal import guidance, mm_clf, ume


def test_ume_averages_logits():
    task = tiny_task('A')
    model, inputs = ume(task), task.test.inputs
    one, two = (task.teachers[m](inputs) for m in ('first', 'second'))
    torch.testing.assert_close(model(inputs), (one + two) / 2)
    alone = model.unimodal_scores(inputs)
    assert torch.equal(alone['first'], one) and torch.equal(alone['second'], two)


def test_mm_clf_keeps_the_encoders_and_guidance_compares_it_with_ume():
    task = tiny_task('A', epochs=8)
    # The first to need the teachers.
    found = guidance(task)
    before = task.teacher_features(task.test.inputs)
    model = mm_clf(task)
    after = model.features(task.test.inputs)
    assert all(torch.equal(before[m], after[m]) for m in before)
    top1 = {fit: measure(fit(task), task.test)['top1'] for fit in (mm_clf, ume)}
    assert min(top1.values()) > 90 and not found['clear']
    assert 100 * found['mm_clf'] == pytest.approx(top1[mm_clf])
    assert 100 * found['average_score'] == pytest.approx(top1[ume])
