import pytest

from mm_laziness.visualization import display_name


@pytest.mark.parametrize(
    'method, name',
    [
        ('rgb', 'rgb'),
        ('joint', 'joint'),
        ('mm_clf', 'MM Clf'),
        ('ogm', 'OGM'),
        ('umt_ogm_ge', 'UMT OGM-GE'),
        ('di_mml_stage2', 'DI-MML stage 2'),
        ('self_distill_labels', 'self-distillation labels'),
        # Unknown ones, of which a part may look like a known one.
        ('my_new_method', 'my new method'),
        ('umtx_resume', 'umtx resume'),
        # Settings of a variant stay as they are typed.
        ('umt loss_weight=10 sgd=1', 'UMT loss_weight=10 sgd=1'),
    ],
)
def test_names(method, name):
    assert display_name(method) == name
