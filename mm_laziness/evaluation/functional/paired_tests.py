"""Tests of two models on the same samples."""

from torch import Tensor

from .bootstrap import paired_bootstrap


def mcnemar(only_first: int, only_second: int) -> float:
    """P-value of McNemar's exact test, two-sided.

    Args:
        only_first (int): Samples that only the first model gets right.
        only_second (int): Samples that only the second model gets right.

    Returns:
        float: 1 where there are none of either.
    """
    # SciPy's statistics take most of a second to import, and only this needs them.
    from scipy.stats import binomtest

    discordant = only_first + only_second
    # Where both always agree nothing speaks for a difference.
    return float(binomtest(only_first, discordant).pvalue) if discordant else 1.0


def compare(first: Tensor, second: Tensor, alpha: float) -> dict:
    """Compare two models by McNemar's test and by the paired bootstrap.

    Args:
        first (Tensor): Which samples the first model gets right, bool (N,).
        second (Tensor): The same of the second.
        alpha (float): Level of McNemar's test.

    Returns:
        dict: ``only_first``, ``only_second``, ``p_value`` and ``clear`` (p-value below
        alpha) of McNemar; ``difference``, ``interval`` (list, 95 %) and
        ``p_value_bootstrap`` of :func:`paired_bootstrap`.
    """
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    p_value = mcnemar(only_first, only_second)
    drawn = paired_bootstrap(first, second)
    return dict(
        only_first=only_first,
        only_second=only_second,
        p_value=p_value,
        clear=p_value < alpha,
        difference=drawn['difference'],
        interval=[drawn['low'], drawn['high']],
        p_value_bootstrap=drawn['p_value'],
    )
