r"""When an ensemble beats joint training: Theorem 3.4 (c) and B.3 (c).

Let :math:`D` be UME's sum of :math:`f y` minus that of joint training on a new sample.
Features that both learned cancel. There remain :math:`k` independent terms in
:math:`[-1, 1]`: those that only UME learned, with mean :math:`p - \epsilon`, and those
that only joint training learned (the paired ones, as a rule), with minus that. By
Hoeffding's inequality, if :math:`E[D] > 0`,

.. math::
    Pr(D \le 0) \le \exp\Bigl(-\frac{2 E[D]^2}{4 k}\Bigr)
                 =  \exp\Bigl(-\frac{E[D]^2}{2 k}\Bigr),

so that :math:`E[D] \ge \Delta(\delta) = \sqrt{2 k \log(1 / \delta)}` suffices for
:math:`D > 0` with probability at least :math:`1 - \delta`, for every :math:`\delta` in
:math:`(0, 1)`. Then UME's margin is larger and its loss on the sample not higher.
[reconstructed] The paper's formulas were not available; its text confirms Hoeffding's
inequality, a new testing point, "for every" and "with probability at least". The number
of modalities plays no part.
"""

from dataclasses import dataclass

import numpy as np

from .error import sum_distribution
from .features import Features


@dataclass(frozen=True, eq=False)
class Margin:
    """How far UME's sum lies above that of joint training on a new sample.

    Args:
        terms (np.ndarray): k, the features that only one of them learned, (...,).
        mean (np.ndarray): E[D], (...,).
        failure (np.ndarray): Exact Pr(D <= 0), (...,).
    """

    terms: np.ndarray
    mean: np.ndarray
    failure: np.ndarray

    @property
    def bound(self) -> np.ndarray:
        """The smallest delta that Hoeffding's inequality proves, (...,).

        It is 1, and nothing is proved, where the mean is not positive.
        """
        positive = self.mean > 0
        exponent = np.where(positive, self.mean, 0) ** 2 / (
            2 * np.maximum(self.terms, 1)
        )
        return np.exp(-exponent)

    def applies(self, delta: float) -> np.ndarray:
        """Whether the theorem's condition holds for ``delta``, (...,) bool.

        Without a differing feature (D = 0) it does not.
        """
        return (self.terms > 0) & (self.mean >= hoeffding_delta(self.terms, delta))


def hoeffding_delta(terms: np.ndarray | int, delta: float) -> np.ndarray:
    r""":math:`\Delta(\delta) = \sqrt{2 k \log(1 / \delta)}` for k terms.

    Args:
        terms (np.ndarray | int): k, how many features differ.
        delta (float): Probability that may be left, in (0, 1).

    Raises:
        ValueError: If ``delta`` is out of range.
    """
    if not 0 < delta < 1:
        raise ValueError(f'delta must lie between 0 and 1, but is {delta:g}')
    return np.sqrt(2 * np.asarray(terms) * np.log(1 / delta))


def margin(features: Features, ume: np.ndarray, joint: np.ndarray) -> Margin:
    """Compare UME's and joint training's sums on a new sample.

    Args:
        features (Features): ``p`` (..., F).
        ume (np.ndarray): What UME learned, (..., F) bool.
        joint (np.ndarray): What joint training learned, (..., F) bool.
    """
    weights = np.asarray(ume, dtype=int) - np.asarray(joint, dtype=int)
    chances = sum_distribution(features, weights)
    return Margin(
        np.abs(weights).sum(axis=-1),
        (weights * (features.p - features.epsilon)).sum(axis=-1),
        chances[..., : features.p.shape[-1] + 1].sum(axis=-1),
    )
