"""Masking: in training only, by seed, and for each clip anew."""

import torch

from mm_laziness.models.data_preprocessors import SpectrogramPreprocessor


def make_batch(num_samples=12000, sizes=(3, 2), seed=0):
    """A list of N float32 waveforms (num_clips, samples)."""
    generator = torch.Generator().manual_seed(seed)
    batch = 0.2 * torch.randn(*sizes, num_samples, generator=generator)
    return list(batch)


def run(preprocessor, batch, training=False):
    return preprocessor.preprocess(batch, None, training)[0]


def test_spec_augment_only_in_training_and_by_seed():
    preprocessor = SpectrogramPreprocessor('mmaction2', freq_mask=30, time_mask=20)
    batch = make_batch()
    plain = run(preprocessor, batch)
    torch.testing.assert_close(run(preprocessor, batch), plain, rtol=0, atol=0)
    preprocessor.train()  # The argument counts, not the module's mode.
    torch.testing.assert_close(run(preprocessor, batch), plain, rtol=0, atol=0)
    torch.manual_seed(3)
    first = run(preprocessor, batch, training=True)
    second = run(preprocessor, batch, training=True)
    torch.manual_seed(3)
    again = run(preprocessor, batch, training=True)
    torch.testing.assert_close(again, first, rtol=0, atol=0)
    assert not torch.equal(first, second)


def test_spec_augment_masks_one_band_and_one_stretch_of_each_clip():
    preprocessor = SpectrogramPreprocessor('mmaction2', freq_mask=30, time_mask=20)
    batch = make_batch(sizes=(8, 4))
    plain = run(preprocessor, batch).flatten(0, 2)
    torch.manual_seed(0)
    masked = run(preprocessor, batch, training=True).flatten(0, 2)
    bands, stretches = [], []
    for before, after in zip(plain, masked, strict=True):
        hidden = after != before
        torch.testing.assert_close(after[hidden], before.mean().expand(hidden.sum()))
        bins, frames = hidden.all(dim=0), hidden.all(dim=1)
        torch.testing.assert_close(hidden, bins[None] | frames[:, None])
        for marks, widest in ((bins, 30), (frames, 20)):
            index = marks.nonzero().flatten()
            assert len(index) < widest
            assert len(index) == 0 or index[-1] - index[0] == len(index) - 1
        bands.append(bins)
        stretches.append(frames)
    for marks in (torch.stack(bands), torch.stack(stretches)):
        assert len(marks.unique(dim=0)) > 16  # Drawn anew for each clip.


def test_spec_augment_wider_than_the_clip():
    preprocessor = SpectrogramPreprocessor(time_mask=10000)
    torch.manual_seed(0)
    outputs = [run(preprocessor, make_batch(1000), training=True) for _ in range(20)]
    plain = run(preprocessor, make_batch(1000))
    hidden = torch.stack([(output != plain).float().mean() for output in outputs])
    assert 0.2 < hidden.mean() < 0.8
