"""What is promised, and what was measured."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from scipy.special import betaincinv

from wardian.base.frozen import Frozen

__all__ = ["Finding"]

SURE = 0.95
"""Of each of the two bounds."""
MANY = 100
"""With so many cases a share is taken as it is."""
Unit = Literal["share", "points", "episodes", "times", "hours"]


class Finding(Frozen):
    """One promise. `low` and `high` are one-sided 95 % bounds of a share.

    Args:
        promise: in words.
        measured: a share, a number of points in [0, 1], or a count.
        target: what it should be, at most or at least; None: for comparison.
        unit: of both.
        bound: on which side of the target it should be.
        pace: a goal of speed and thrift, not a promise that a verdict can be believed.
        n: of how many.
        low: of the share.
        high: of the share.
    """

    promise: str
    measured: float
    target: float | None = None
    unit: Unit = "share"
    bound: Literal["at most", "at least"] = "at most"
    pace: bool = False
    n: int = 0
    low: float | None = None
    high: float | None = None

    @classmethod
    def share(cls, promise: str, cases: Iterable[bool], target: float | None, *, least: bool = False) -> Self:
        """How many of the cases are so."""
        seen = list(cases)
        n, hits = len(seen), sum(seen)
        return cls(
            promise=promise,
            measured=hits / n if n else 0.0,
            target=target,
            bound="at least" if least else "at most",
            n=n,
            low=_bound(hits, n, 1 - SURE),
            high=_bound(hits, n, SURE),
        )

    @classmethod
    def count(cls, promise: str, cases: Sequence[bool], target: float = 0) -> Self:
        """How often it was so."""
        return cls(promise=promise, measured=sum(cases), target=target, unit="times", n=len(cases))

    @property
    def kept(self) -> bool | None:
        """Whether what was measured is on the right side of what is promised; None where nothing is.

        A share of few cases is on the wrong side when its bound is: one or two of them may be chance.
        """
        if self.target is None:
            return None
        if self.bound == "at most":
            return (self.low if self._few and self.low is not None else self.measured) <= self.target
        return (self.high if self._few and self.high is not None else self.measured) >= self.target

    @property
    def undecided(self) -> bool:
        """Whether there are too few cases to show that it is kept or that it is not: then it counts as kept."""
        if self.target is None or not self._few or self.low is None or self.high is None:
            return False
        return self.low <= self.target < self.high if self.bound == "at most" else self.low < self.target <= self.high

    @property
    def _few(self) -> bool:
        return self.low is not None and self.n < MANY


def _bound(hits: int, n: int, level: float) -> float:
    """Clopper's and Pearson's bound of a share."""
    upper = level > 0.5
    if n == 0 or (hits == n and upper) or (hits == 0 and not upper):
        return 1.0 if upper else 0.0
    a, b = (hits + 1, n - hits) if upper else (hits, n - hits + 1)
    return float(betaincinv(a, b, level))
