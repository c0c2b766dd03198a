"""A number and how sure it is."""

from typing import Final

from scipy import special

from wardian.base.frozen import Frozen

__all__ = ["LEVEL", "NORMAL", "Estimate", "students_quantile"]

LEVEL: Final = 0.95
NORMAL: Final = float(special.ndtri((1 + LEVEL) / 2))
"""How many standard errors a normal variable is off, at most, in 95 % of the cases."""


class Estimate(Frozen):
    """A number with its 95 % interval over `tasks` tasks.

    The bounds are None when one task is all there is, or when all are alike and nothing says how far others may be.
    """

    value: float
    low: float | None
    high: float | None
    tasks: int


def students_quantile(freedom: float) -> float:
    """The same for Student's t with `freedom` degrees of freedom."""
    return float(special.stdtrit(freedom, (1 + LEVEL) / 2))
