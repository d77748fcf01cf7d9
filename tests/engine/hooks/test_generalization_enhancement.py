import pytest
import torch

from mm_laziness.engine.hooks.generalization_enhancement import (
    GeneralizationEnhancement,
)


def changed(grad, factor=1.0, seed=3, iteration=0):
    enhance = GeneralizationEnhancement(seed)
    enhance.start_step(iteration)
    result = grad.clone(memory_format=torch.preserve_format)
    enhance(result, torch.tensor(factor))
    return result


@pytest.mark.parametrize('factor', [1.0, 0.3])
def test_statistics(factor):
    torch.manual_seed(0)
    # A mean far from 0 and another spread than 1.
    grad = 0.5 + 1e-3 * torch.randn(200, 50, 3, 3)
    noise = (changed(grad, factor).double() - factor * grad.double()) / grad.std()
    number = noise.numel() ** 0.5
    assert noise.mean().abs() < 5 / number
    # The raw gradient's spread, not the scaled one's.
    assert (noise.std() - 1).abs() < 5 / number
    standard = (noise - noise.mean()) / noise.std()
    assert (standard.pow(4).mean() - 3).abs() < 5 * 24**0.5 / number
    neighbours = (standard[:-1] * standard[1:]).mean()
    own = (standard * (grad - grad.mean()) / grad.std()).mean()
    assert max(neighbours.abs(), own.abs()) < 6 / number


def test_small_spread_by_hand():
    # Unbiased: the squares 1 and 1 over 2 - 1 element.
    draws = [changed(torch.tensor([1.0, 3.0]), 0.0, seed=s) for s in range(4000)]
    assert torch.stack(draws).std().item() == pytest.approx(2**0.5, rel=0.05)


def test_constant_gradient_gets_next_to_no_noise():
    grad = torch.full((4, 4, 3), 0.25)
    noise = changed(grad, 0.5) - 0.125
    assert noise.abs().max() < 1e-6


def test_single_element_is_only_scaled():
    assert changed(torch.tensor([[[3.0]]]), 0.5).tolist() == [[[1.5]]]


def test_one_stream_per_seed_and_iteration():
    torch.manual_seed(0)
    grad = torch.randn(6, 5)
    assert torch.equal(changed(grad), changed(grad))
    assert not torch.equal(changed(grad), changed(grad, iteration=1))
    assert not torch.equal(changed(grad), changed(grad, seed=4))


def test_streams_follow_the_iteration_not_what_was_drawn_before():
    torch.manual_seed(0)
    grad, other = torch.randn(6, 5), torch.randn(40)
    enhance = GeneralizationEnhancement(3)
    for iteration in range(2):
        enhance.start_step(iteration)
        first, second = grad.clone(), grad.clone()
        enhance(first, torch.tensor(1.0))
        assert torch.equal(first, changed(grad, iteration=iteration))
        enhance(other, torch.tensor(1.0))  # larger than the memory so far
        enhance(second, torch.tensor(1.0))
        assert not torch.equal(first, second)


def test_leaves_the_global_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(())
    torch.manual_seed(0)
    changed(torch.tensor([1.0, 2.0]))
    assert torch.rand(()) == expected


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16, torch.float64])
def test_other_types(dtype):
    torch.manual_seed(0)
    grad = torch.randn(64, 64).to(dtype)
    result = changed(grad, 0.5)
    assert result.dtype == dtype
    noise = result.double() - 0.5 * grad.double()
    assert noise.std().item() == pytest.approx(grad.double().std().item(), rel=0.1)


def test_memory_format_does_not_matter():
    torch.manual_seed(0)
    grad = torch.randn(4, 3, 5, 5)
    strided = grad.to(memory_format=torch.channels_last)
    result = changed(strided, 0.5)
    assert result.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(result, changed(grad, 0.5))
