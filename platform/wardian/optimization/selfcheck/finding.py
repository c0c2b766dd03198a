"""What is promised, and what was measured."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from scipy.special import betaincinv

from wardian.base.frozen import Frozen

__all__ = ["Finding"]

SURE = 0.95
"""Of each of the two bounds."""
Unit = Literal["share", "points", "episodes", "times", "hours"]


class Finding(Frozen):
    """One promise. `low` and `high` are one-sided 95 % bounds of a share.

    Args:
        promise: in words.
        measured: a share, a number of points in [0, 1], or a count.
        target: what it should be, at most or at least; None: for comparison.
        unit: of both.
        bound: on which side of the target it should be.
        n: of how many.
        low: of the share.
        high: of the share.
    """

    promise: str
    measured: float
    target: float | None = None
    unit: Unit = "share"
    bound: Literal["at most", "at least"] = "at most"
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
        """Whether the promise is kept: for a share, unless the figures speak against it at 95 %; None without one."""
        if self.target is None:
            return None
        if self.bound == "at most":
            return (self.measured if self.low is None else self.low) <= self.target
        return (self.measured if self.high is None else self.high) >= self.target


def _bound(hits: int, n: int, level: float) -> float:
    """Clopper's and Pearson's bound of a share."""
    upper = level > 0.5
    if n == 0 or (hits == n and upper) or (hits == 0 and not upper):
        return 1.0 if upper else 0.0
    a, b = (hits + 1, n - hits) if upper else (hits, n - hits + 1)
    return float(betaincinv(a, b, level))
