"""What the theorems speak of, measured in each trial."""

from collections.abc import Sequence

import numpy as np

from .bounds import margin
from .error import exact_error
from .features import Features
from .training import Training, train, train_pushed, train_umt

Trials = dict[str, np.ndarray]


def measure(features: Features, values: np.ndarray, deltas: Sequence[float]) -> Trials:
    """Compare UME and joint training in each trial (Theorem 3.4 and B.3).

    Args:
        features (Features): ``p`` (T, F).
        values (np.ndarray): Training sets, (T, N, F).
        deltas (Sequence[float]): For which Theorem 3.4 (c) is tried.

    Returns:
        dict[str, np.ndarray]: (T,) each. Numbers of learned features, exact errors,
        and, as bool, whether what the theorem claims holds.
    """
    trained = train(features, values)
    ume, joint = trained.ume, trained.joint
    alone = {m: learned.mask for m, learned in trained.unimodal.items()}
    lazy = {m: joint.mask & features.of(m) for m in alone}
    found: Trials = {
        'separable': trained.separable,
        'learned_ume': ume.count,
        'learned_joint': joint.count,
        'learned_joint_paired': (joint.mask & features.paired).sum(axis=-1),
        'error_ume': exact_error(features, ume.mask),
        'error_joint': exact_error(features, joint.mask),
    }
    for m in alone:
        found[f'learned_{m}_alone'] = alone[m].sum(axis=-1)
        found[f'learned_{m}_joint'] = lazy[m].sum(axis=-1)
        found[f'error_{m}_alone'] = exact_error(features, alone[m])
        found[f'error_{m}_joint'] = exact_error(features, lazy[m])
    fewest = np.min([found[f'learned_{m}_alone'] for m in alone], axis=0)
    found['a_holds'] = joint.count < ume.count
    found['a_holds_or_equal'] = joint.count <= ume.count
    found['a_strong_or_equal'] = joint.count <= fewest
    gaps = [found[f'error_{m}_joint'] - found[f'error_{m}_alone'] for m in alone]
    # Equal masks have equal errors, bit by bit.
    found['b_holds'] = np.all(np.array(gaps) > 0, axis=0)
    found['b_holds_or_equal'] = np.all(np.array(gaps) >= 0, axis=0)
    found['ume_wins'] = found['error_ume'] < found['error_joint']
    return found | _margins(features, trained, deltas)


def _margins(features: Features, trained: Training, deltas: Sequence[float]) -> Trials:
    compared = margin(features, trained.ume.mask, trained.joint.mask)
    found: Trials = {
        'margin': compared.mean,
        'failure': compared.failure,
        'bound': compared.bound,
    }
    for delta in deltas:
        applies = compared.applies(delta)
        found[f'c_applies_{delta:g}'] = applies
        found[f'c_fails_{delta:g}'] = applies & (compared.failure > delta)
        # The exact chance where the theorem speaks; NaN, left out, elsewhere.
        found[f'c_failure_{delta:g}'] = np.where(applies, compared.failure, np.nan)
    return found


def measure_boost(
    features: Features, values: np.ndarray, trained: Training, boost: float
) -> Trials:
    """Compare a push of the uni-modal features, and UMT, with both (Theorem 3.5).

    Args:
        features (Features): ``p`` (T, F).
        values (np.ndarray): Training sets, (T, N, F).
        trained (Training): What :func:`~.training.train` learned from them.
        boost (float): At least 0.

    Returns:
        dict[str, np.ndarray]: (T,) each, as of :func:`measure`.
    """
    ways = {
        'ume': trained.ume,
        'joint': trained.joint,
        'pushed': train_pushed(features, values, boost),
        'umt': train_umt(features, values, trained.ume, boost),
    }
    found: Trials = {'separable': trained.separable}
    for name, learned in ways.items():
        found[f'learned_{name}'] = learned.count
        paired = (learned.mask & features.paired).sum(axis=-1)
        found[f'learned_{name}_paired'] = paired
        found[f'error_{name}'] = exact_error(features, learned.mask)
        found[f'zero_error_{name}'] = learned.zero_error
    found['umt_beats_ume'] = found['error_umt'] < found['error_ume']
    return found
