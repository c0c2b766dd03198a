"""Between which bounds the gain lies, whenever one looks."""

from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.wealth import STAKES

__all__ = ["LEVEL", "interval"]

LEVEL: Final = 0.95
HALVINGS: Final = 40
SHARES: Final = np.asarray(STAKES)[:, None]


def interval(tally: Tally) -> tuple[float, float]:
    """The gains in [-1, 1] that nobody has won enough against: a confidence sequence (Waudby-Smith and Ramdas 2024).

    Each bound is the mean at which gamblers as in `Wealth`, who bet that the truth is beyond it, are worth 40: it is
    wrong, ever, with a chance of 2.5 %. At 0 they are the same gamblers, so what they promote has a bound above it.
    """
    values = np.asarray(list(tally.counts), dtype=float)
    counts = np.asarray(list(tally.counts.values()), dtype=float)
    return _lowest(values, counts), -_lowest(-values, counts)


def _lowest(values: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    low, high = -1.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _worth(values, counts, middle) >= log(2 / (1 - LEVEL)) else (low, middle)
    return low


def _worth(values: NDArray[np.float64], counts: NDArray[np.float64], mean: float) -> float:
    """The log of the wealth of who bets that the values have a mean above `mean`; it falls as `mean` rises.

    Stakes are scaled so that the worst value, -1, costs the same share of the wealth wherever `mean` is.
    """
    logs = np.log1p(SHARES * (values - mean) / (1 + mean)) @ counts
    top = float(logs.max())
    return top + log(float(np.exp(logs - top).mean()))
