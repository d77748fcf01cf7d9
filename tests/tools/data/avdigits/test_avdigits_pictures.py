"""Which handwriting is drawn, and how it moves."""

import numpy as np
import pytest
from pictures import bounce, draw_frames


def test_splits_share_no_handwriting(digits):
    train, test = digits.of_split('train'), digits.of_split('test')
    np.testing.assert_array_equal(train, np.arange(1300))
    np.testing.assert_array_equal(test, np.arange(1300, 1797))


@pytest.mark.parametrize('split', ['train', 'test'])
def test_draws_the_asked_digit_from_the_split(digits, split):
    for seed in range(20):
        digit = seed % 10
        frames, choice = draw_frames(digits, split, digit, np.random.default_rng(seed))
        assert digits.labels[choice.digit] == digit
        assert 2 <= len(choice.fragments) <= 4
        shown = np.array([choice.digit, *choice.fragments])
        assert ((shown < 1300) == (split == 'train')).all()
        assert (digits.labels[list(choice.fragments)] != digit).all()
    assert frames.shape == (16, 64, 64, 3) and frames.dtype == np.uint8


def test_frames_follow_from_the_random_stream(digits):
    first, again, other = (
        draw_frames(digits, 'train', 5, np.random.default_rng(seed))[0]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.5


def test_the_drawn_digit_is_the_chosen_one(digits):
    """The sharpest part of a clip correlates with the sample it was drawn from."""
    import cv2

    scores = []
    for seed in range(10):
        frames, choice = draw_frames(digits, 'train', 3, np.random.default_rng(seed))
        image = frames[0].astype(np.float32).mean(2)
        glyph = cv2.resize(digits.images[choice.digit], (40, 40))
        scores.append(cv2.matchTemplate(image, glyph, cv2.TM_CCOEFF_NORMED).max())
    assert np.median(scores) > 0.6


def test_bounce_by_hand():
    # From 8 at 1.5 a frame between 0 and 10: 8, 9.5, then 11 mirrors to 9, ...
    x = bounce(np.array([8.0, 2.0]), np.array([1.5, 0.0]), 0, 10)
    np.testing.assert_allclose(x[:5, 0], [8, 9.5, 9, 7.5, 6])
    np.testing.assert_allclose(x[:, 1], 2)
    y = bounce(np.array([1.0]), np.array([-2.0]), 0, 10)
    np.testing.assert_allclose(y[:4, 0], [1, 1, 3, 5])
