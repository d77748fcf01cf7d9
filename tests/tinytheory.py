"""Settings of a small study of the theory project."""

from projects.theory.settings import Settings


def settings(**changed):
    given = dict(
        modalities=3,
        features=24,
        samples=3,
        trials=60,
        shares=[0.0, 0.5, 1.0],
        p_low=0.4,
        p_high=0.8,
        paired_low=0.5,
        paired_high=0.9,
        epsilon=0.05,
        deltas=[0.5],
        boosts=[0.0, 0.6, 0.9],
        boost_share=0.25,
    )
    return Settings(**{**given, **changed})
