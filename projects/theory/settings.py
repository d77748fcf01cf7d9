"""Settings of the Monte-Carlo study, read from a config and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any

from mmengine.config import Config


@dataclass(frozen=True)
class Settings:
    """What :func:`~projects.theory.monte_carlo.simulate` needs.

    Args:
        modalities (int): M, at least 2.
        features (int): Of all modalities together, paired ones among them.
        samples (int): Of a training set.
        trials (int): Training sets per share, at least 10.
        shares (Sequence[float]): Shares of paired features among all, in [0, 1].
        p_low (float): Lowest predicting probability.
        p_high (float): Highest; probabilities are uniform between the two.
        paired_low (float): Lowest of paired features, in the second sweep.
        paired_high (float): Highest of them.
        epsilon (float): Probability of the wrong sign, of all features.
        deltas (Sequence[float]): For which Theorem 3.4 (c) is tried, in (0, 1).
        boosts (Sequence[float]): How far uni-modal features are pushed, in [0, 1].
        boost_share (float): Share of paired features where they are.
        seed (int): At least 0.

    Raises:
        ValueError: If one cannot be; the message names it.
    """

    modalities: int
    features: int
    samples: int
    trials: int
    shares: Sequence[float]
    p_low: float
    p_high: float
    paired_low: float
    paired_high: float
    epsilon: float
    deltas: Sequence[float]
    boosts: Sequence[float]
    boost_share: float
    seed: int = 0

    def __post_init__(self) -> None:
        least: dict[str, int] = dict(
            modalities=2, features=1, samples=1, trials=10, seed=0
        )
        for name, lowest in least.items():
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < lowest:
                raise ValueError(
                    f'{name} must be a whole number of at least {lowest}, but is '
                    f'{value!r}; set {_option(name)}'
                )
        for name in ('shares', 'deltas', 'boosts'):
            values = getattr(self, name)
            if not isinstance(values, list | tuple) or not values:
                raise ValueError(
                    f'{name} must be a list of at least one number, but is {values!r}; '
                    f'set {_option(name)}'
                )
            _check_range(name, values)
            object.__setattr__(self, name, tuple(sorted(values)))
        chances = ('p_low', 'p_high', 'paired_low', 'paired_high', 'epsilon')
        for name in (*chances, 'boost_share'):
            _check_range(name, [getattr(self, name)])
        for low, high in (('p_low', 'p_high'), ('paired_low', 'paired_high')):
            self._check_probabilities(low, high)
        if wrong := [delta for delta in self.deltas if not 0 < delta < 1]:
            raise ValueError(
                f'deltas must lie between 0 and 1, without both, but {wrong[0]:g} is '
                'among them; set --deltas'
            )

    def _check_probabilities(self, low: str, high: str) -> None:
        lowest, highest = getattr(self, low), getattr(self, high)
        if not self.epsilon <= lowest <= highest:
            raise ValueError(
                f'expected epsilon <= {low} <= {high}, but they are {self.epsilon:g}, '
                f'{lowest:g} and {highest:g}: a feature must be right at least as '
                f'often as wrong; set --epsilon, {_option(low)} or {_option(high)}'
            )
        if highest + self.epsilon > 1:
            raise ValueError(
                f'{high} + epsilon can be at most 1, the chance that a feature is '
                f'present, but is {highest + self.epsilon:g}; lower {_option(high)} '
                'or --epsilon'
            )


def read_settings(path: str, options: Mapping[str, Any]) -> Settings:
    """Read a config; options of the command line, where given, replace its settings.

    Args:
        path (str): A config like ``configs/monte_carlo.py``.
        options (Mapping[str, Any]): Settings by name; None is not given.

    Raises:
        FileNotFoundError: If there is no such config.
        ValueError: If a setting is missing, unknown or impossible.
    """
    given = {k: v for k, v in options.items() if v is not None}
    found = {**Config.fromfile(path).to_dict(), **given}
    names = {field.name for field in fields(Settings)}
    missing, unknown = sorted(names - {'seed'} - {*found}), sorted({*found} - names)
    if missing or unknown:
        raise ValueError(
            f'{path} must set what configs/monte_carlo.py sets; missing: {missing}, '
            f'unknown: {unknown}'
        )
    return Settings(**found)


def _option(name: str) -> str:
    return f'--{name.replace("_", "-")}'


def _check_range(name: str, values: Sequence[float]) -> None:
    for value in values:
        if not isinstance(value, Real) or not 0 <= value <= 1:
            raise ValueError(
                f'{name} must lie between 0 and 1, but {value!r} is given; set '
                f'{_option(name)}'
            )
