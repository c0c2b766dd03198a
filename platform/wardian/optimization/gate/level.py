"""How much of alpha each gate may spend, however many there will be, and how it divides it."""

from math import pi
from typing import Final

from wardian.base.frozen import Frozen

__all__ = ["Level", "is_plain"]

PLAIN: Final = frozenset({"success"})

SEQUENTIAL = 0.4
"""The share of a gate's alpha for stopping early; the rest is for the exact test when all pairs are played."""


class Level(Frozen):
    """What one gate may spend.

    Args:
        alpha: in all.
        early: of it, for a promotion before all pairs are played.
        final: of it, for the exact test at the end; 0 where there is none.
    """

    alpha: float
    early: float
    final: float

    @classmethod
    def of(cls, alpha: float, gate: int, *, plain: bool) -> "Level":
        """The level of a lineage's `gate`-th one, from 1: 6 / (pi * gate)^2 of `alpha`, which add up to it.

        `plain`: whether the metric is 0 or 1, as the exact test asks for; a graded one spends all on stopping early.
        """
        own = alpha * 6 / (pi * gate) ** 2
        early = own * SEQUENTIAL if plain else own
        return cls(alpha=own, early=early, final=own - early)

    @property
    def threshold(self) -> float:
        """The wealth that promotes."""
        return 1 / self.early


def is_plain(metric: str) -> bool:
    """Whether a metric is known to be 0 or 1 before the first pair: alpha is divided before anybody has seen one."""
    return metric in PLAIN
