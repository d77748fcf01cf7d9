import pytest
import torch
from tinysynthetic import tiny_task

from mm_laziness.evaluation.functional import modulation_coefficients
from projects.synthetic_features.methods import ogm_ge as module
from projects.synthetic_features.methods.joint import joint, new_model
from projects.synthetic_features.methods.ogm_ge import ogm_ge

FULL = dict(batch_size=None, epochs=1)


def moves(task, head, fit):
    """What one step changes, by parameter."""
    before = dict(new_model(task, head).named_parameters())
    after = dict(fit(task, head).named_parameters())
    return {name: (after[name] - before[name]).detach() for name in after}


@pytest.mark.parametrize('head', ['linear', 'mlp'])
def test_one_step_scales_the_weights_of_the_encoder_ahead(head):
    task = tiny_task('A', ogm=dict(alpha=0.3, share=1.0), **FULL)
    plain = moves(task, head, joint)
    slowed = moves(task, head, lambda *a: ogm_ge(*a, noise=False))
    model = new_model(task, head)
    splits = model.head.split_scores(model.features(task.train.inputs))
    factors = modulation_coefficients(splits, task.train.labels, 0.3)
    assert sorted(float(k) < 1 for k in factors.values()) == [False, True]
    for name, move in plain.items():
        factor = 1.0
        if name.startswith('encoders.') and name.endswith('weight'):
            factor = factors[name.split('.')[1]]
        torch.testing.assert_close(slowed[name], factor * move, rtol=1e-4, atol=1e-6)


def test_noise_spreads_as_the_gradient():
    task = tiny_task('A', hidden=200, ogm=dict(alpha=0.3, share=1.0), **FULL)
    plain = moves(task, 'linear', joint)
    slowed = moves(task, 'linear', lambda *a: ogm_ge(*a, noise=False))
    noisy = moves(task, 'linear', ogm_ge)
    for name in plain:
        noise = noisy[name] - slowed[name]
        if name.startswith('encoders.') and name.endswith('weight'):
            assert float(noise.std() / plain[name].std()) == pytest.approx(1, abs=0.1)
        else:
            assert not noise.any()


def test_only_in_its_share_of_the_epochs():
    def weight(share, epochs=2):
        task = tiny_task('A', epochs=epochs, ogm=dict(alpha=0.8, share=share))
        return ogm_ge(task, 'mlp', noise=False).encoders['first'][0].weight

    task = tiny_task('A', epochs=2)
    assert torch.equal(weight(0.0), joint(task, 'mlp').encoders['first'][0].weight)
    half, whole = weight(0.5), weight(1.0)
    assert not torch.equal(half, weight(0.0)) and not torch.equal(half, whole)


def test_a_stream_of_noise_per_step_of_the_first_epochs(monkeypatch):
    steps, real = [], module.GeneralizationEnhancement.start_step

    def spy(self, step):
        steps.append(step)
        real(self, step)

    monkeypatch.setattr(module.GeneralizationEnhancement, 'start_step', spy)
    # 240 samples: four batches of 50 and one of 40 in an epoch.
    ogm_ge(tiny_task('A', epochs=2), 'mlp')
    assert steps == [0, 1, 2, 3, 4]
