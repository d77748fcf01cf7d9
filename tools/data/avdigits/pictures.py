"""A handwritten digit that drifts over clutter, as 16 small RGB frames."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

FRAMES = 16
FPS = 8
SIDE = 64  # pixels
TRAIN_DIGITS = 1300  # the first ones of scikit-learn's 1797

ZOOM = 4
MAX_SPEED = 2.0  # pixels per frame


@dataclass(frozen=True)
class Digits:
    """Handwritten digits: ``images`` (N, 8, 8) in [0, 1], ``labels`` (N,)."""

    images: np.ndarray
    labels: np.ndarray

    def of_split(self, split: str) -> np.ndarray:
        """Return the indices that may appear in a split."""
        indices = np.arange(len(self.labels))
        return indices[:TRAIN_DIGITS] if split == 'train' else indices[TRAIN_DIGITS:]


@dataclass(frozen=True)
class PictureChoice:
    """Which samples of ``Digits`` a clip shows: the digit and the clutter."""

    digit: int
    fragments: tuple[int, ...]


def load_digits() -> Digits:
    """Load scikit-learn's digits, which come with its package."""
    # Imported here because it takes a second: workers are sent the arrays.
    from sklearn import datasets

    data = datasets.load_digits()
    return Digits((data.images / 16).astype(np.float32), data.target.astype(int))


def draw_frames(
    digits: Digits, split: str, digit: int, rng: np.random.Generator
) -> tuple[np.ndarray, PictureChoice]:
    """Draw one clip.

    Args:
        digits: The handwritten digits.
        split: ``'train'`` or ``'test'``; picks the writers.
        digit: The digit to show.
        rng: The clip's random stream.

    Returns:
        tuple: uint8 frames (16, 64, 64, 3) in RGB, and what was drawn.
    """
    allowed = digits.of_split(split)
    of_digit = digits.labels[allowed] == digit
    chosen = int(rng.choice(allowed[of_digit]))
    others = rng.choice(allowed[~of_digit], size=rng.integers(2, 5))

    # Channels first: broadcasting over a last axis of 3 is several times slower.
    frames = np.empty((3, FRAMES, SIDE, SIDE), np.float32)
    frames[:] = rng.uniform(0, 0.35, 3)[:, None, None, None]
    _draw_digit(frames, _enlarge(digits.images[chosen]), rng)
    for other in others:
        _draw_fragment(frames, _enlarge(digits.images[other]), rng)
    noise = rng.standard_normal(frames.shape, np.float32)
    frames += np.float32(rng.uniform(0.02, 0.1)) * noise
    frames = np.rint(np.clip(frames, 0, 1) * 255).astype(np.uint8)
    frames = np.ascontiguousarray(frames.transpose(1, 2, 3, 0))
    return frames, PictureChoice(chosen, tuple(int(other) for other in others))


def _enlarge(image: np.ndarray) -> np.ndarray:
    """Zoom (8, 8) to (32, 32) with cubic splines."""
    large = ndimage.zoom(image, ZOOM, order=3, mode='grid-constant', grid_mode=True)
    return np.clip(large, 0, 1)


def _draw_digit(
    frames: np.ndarray, glyph: np.ndarray, rng: np.random.Generator
) -> None:
    size = rng.uniform(36, 46)
    angle = np.deg2rad(rng.uniform(-18, 18))
    shear = rng.uniform(-0.15, 0.15)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, shear], [0, 1]]) * size / len(glyph)
    # Fainter than its clutter: at 0.6 to 1 the slim encoders read the picture better
    # (85 % top-1 on `uni`) than the sound (72 %), which is to be the easy modality.
    _draw_moving(frames, glyph, matrix, size, rng.uniform(0.6, 1), rng)


def _draw_fragment(
    frames: np.ndarray, glyph: np.ndarray, rng: np.random.Generator
) -> None:
    size = int(rng.integers(9, 15))
    # Glyphs leave their left and right margins blank: cut between them.
    left, top = rng.integers(4, len(glyph) - 4 - size, 2, endpoint=True)
    piece = glyph[top : top + size, left : left + size]
    _draw_moving(frames, piece, np.eye(2), size, rng.uniform(0.4, 0.9), rng)


def _draw_moving(
    frames: np.ndarray,
    glyph: np.ndarray,
    matrix: np.ndarray,
    size: float,
    alpha: float,
    rng: np.random.Generator,
) -> None:
    """Paint a glyph over all frames, in a random colour and on a random way."""
    colour = rng.uniform(0.5, 1, 3)
    colour = (colour / colour.max()).astype(np.float32)
    low, high = size / 2, SIDE - 1 - size / 2
    speed, direction = rng.uniform(0, MAX_SPEED), rng.uniform(0, 2 * np.pi)
    velocity = speed * np.array([np.cos(direction), np.sin(direction)])
    centers = bounce(rng.uniform(low, high, 2), velocity, low, high)

    middle = matrix @ np.full(2, (len(glyph) - 1) / 2)
    cover = np.empty(frames.shape[1:], np.float32)
    for mask, center in zip(cover, centers, strict=True):
        move = np.column_stack([matrix, center - middle])
        cv2.warpAffine(glyph, move, (SIDE, SIDE), dst=mask, flags=cv2.INTER_LINEAR)
    cover *= np.float32(alpha)
    for channel, level in zip(frames, colour, strict=True):
        channel += cover * (level - channel)


def bounce(
    start: np.ndarray, velocity: np.ndarray, low: float, high: float
) -> np.ndarray:
    """Return positions (16, 2) on a straight way reflected at the borders."""
    span = high - low
    way = start - low + np.arange(FRAMES)[:, None] * velocity
    phase = way % (2 * span)
    return low + np.minimum(phase, 2 * span - phase)
