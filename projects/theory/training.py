"""What each way of training learns from one training set."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .features import Features
from .learning import Learned, has_zero_error, learn


@dataclass(frozen=True, eq=False)
class Training:
    """Uni-modal trainings, their ensemble and joint training, on the same samples.

    Args:
        unimodal (Mapping[str, Learned]): Each modality alone: it sees no other
            modality's features and no paired ones.
        ume (Learned): The union of these; its sums are those of its members, added.
        joint (Learned): All features at once.
    """

    unimodal: Mapping[str, Learned]
    ume: Learned
    joint: Learned

    @property
    def separable(self) -> np.ndarray:
        """Whether every training came to zero error, (...,) bool.

        "We always assume that the training error can be minimized to zero" (Sec. 3.4,
        footnote); a drawn training set may refuse.
        """
        alone = [learned.zero_error for learned in self.unimodal.values()]
        return np.logical_and.reduce([*alone, self.joint.zero_error])


def train(features: Features, values: np.ndarray) -> Training:
    """Train each modality alone, and all jointly.

    Args:
        features (Features): M modalities, ``p`` (..., F).
        values (np.ndarray): ``f * y`` of the training samples, (..., N, F).
    """
    unimodal = {
        name: learn(values, features.p, features.of(name))
        for name in features.modalities
    }
    union = np.logical_or.reduce([learned.mask for learned in unimodal.values()])
    ume = Learned(union, has_zero_error(values, union))
    return Training(unimodal, ume, learn(values, features.p))


def train_pushed(features: Features, values: np.ndarray, boost: float) -> Learned:
    """Joint training whose uni-modal features have a higher priority (Example B.5).

    It stops at zero training error, as joint training does.

    Args:
        features (Features): As for :func:`train`.
        values (np.ndarray): As for :func:`train`.
        boost (float): Added to the priority of uni-modal features, at least 0.
    """
    return learn(values, features.p, boost=np.where(features.paired, 0.0, boost))


def train_umt(
    features: Features, values: np.ndarray, ume: Learned, boost: float
) -> Learned:
    """UMT as in Theorem 3.5: all of UME's features and the strong paired ones.

    Its distillation loss goes on after the training error is zero, until the teachers'
    features are learned; paired features that come before the boosted empty ones,
    ``p > boost``, are learned on the way. [reconstructed] from the theorem's words: by
    its proof the bound may be ``boost + epsilon``, the boosted priority of an empty
    feature.

    Args:
        features (Features): As for :func:`train`.
        values (np.ndarray): As for :func:`train`.
        ume (Learned): What the teachers have learned.
        boost (float): At least 0.

    Raises:
        ValueError: If the boost is negative.
    """
    if not boost >= 0:
        raise ValueError(f'boost must not be negative, but is {boost:g}')
    mask = ume.mask | (features.paired & (features.p > boost))
    return Learned(mask, has_zero_error(values, mask))
