"""Train on many drawn training sets, over shares of paired features and boosts."""

from typing import Any

import numpy as np
from tqdm import tqdm

from .drawing import draw_chunks
from .measures import Trials, measure, measure_boost
from .settings import Settings
from .summary import crossing, summarize
from .training import train


def simulate(settings: Settings, progress: bool = True) -> dict[str, Any]:
    """Measure the three kinds of laziness and the effect of a boost.

    Args:
        settings (Settings): What to draw.
        progress (bool): Whether to show a bar. Defaults to True.

    Returns:
        dict: ``settings``; ``sweeps``, a list of ``paired_p`` (lowest and highest),
        ``crossing`` and ``rows`` per share; ``boosts``, the same per boost. A row has
        the summary of ``all`` trials and of the ``separable`` ones, where each
        training came to zero error (see :func:`~.summary.summarize`).

    Raises:
        ValueError: If that is so in no trial at any share.
    """
    strengths = [
        (settings.p_low, settings.p_high),
        (settings.paired_low, settings.paired_high),
    ]
    total = len(strengths) * len(settings.shares) + 1
    sweeps: list[dict[str, Any]] = []
    with tqdm(total=total, desc='shares', disable=not progress) as bar:
        for strength in strengths:
            rows: list[dict[str, Any]] = []
            for index, share in enumerate(settings.shares):
                rng = np.random.default_rng([settings.seed, index])
                trials = _collect(settings, share, strength, rng)
                rows.append({'share': share, **summarize(trials)})
                bar.update()
            sweeps.append(
                {'paired_p': strength, 'crossing': crossing(rows), 'rows': rows}
            )
        rates = [r['all']['separable']['mean'] for s in sweeps for r in s['rows']]
        if not any(rates):
            raise ValueError(
                'no trial reached zero error; more --features or fewer --samples'
            )
        boosts = _boosts(settings, strengths[1])
        bar.update()
    return {
        'settings': {**vars(settings)},
        'sweeps': sweeps,
        'boosts': {
            'paired_p': strengths[1],
            'share': settings.boost_share,
            'rows': boosts,
        },
    }


def _boosts(settings: Settings, strength: tuple[float, float]) -> list[dict[str, Any]]:
    collected: list[list[Trials]] = [[] for _ in settings.boosts]
    # The same training sets for all boosts, whatever the shares are.
    rng = np.random.default_rng([settings.seed, 0, 1])
    for features, values in draw_chunks(settings, settings.boost_share, strength, rng):
        trained = train(features, values)
        for parts, boost in zip(collected, settings.boosts, strict=True):
            parts.append(measure_boost(features, values, trained, boost))
    return [
        {'boost': boost, **summarize(_join(parts))}
        for boost, parts in zip(settings.boosts, collected, strict=True)
    ]


def _collect(
    settings: Settings,
    share: float,
    strength: tuple[float, float],
    rng: np.random.Generator,
) -> Trials:
    chunks = draw_chunks(settings, share, strength, rng)
    return _join([measure(*drawn, settings.deltas) for drawn in chunks])


def _join(parts: list[Trials]) -> Trials:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
