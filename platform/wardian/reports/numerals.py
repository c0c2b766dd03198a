"""Numbers as reports write them."""

from typing import Final

from wardian.scoring.metric import Unit
from wardian.scoring.statistics import Estimate

__all__ = ["NONE", "dollars", "interval", "number", "p_value", "percent", "points", "unbounded"]

NONE: Final = "-"
DIGITS: Final[dict[Unit, int]] = {"tokens": 0, "turns": 1, "USD": 4}
"""Decimals of a mean, two for all other units."""
THOUSANDS: Final = 10_000
"""From here on a mean is told in thousands."""
MOST_DIGITS: Final = 4
"""What is smaller counts as zero."""


def interval(estimate: Estimate, digits: int = 1, unit: str = "task") -> str:
    """The bounds in per cent, of an estimate over several of `unit`."""
    if estimate.low is None or estimate.high is None:
        return unbounded(estimate, unit)
    return f"[{100 * estimate.low:z.{digits}f}, {100 * estimate.high:z.{digits}f}]"


def unbounded(estimate: Estimate, unit: str = "task") -> str:
    """Why there are no bounds."""
    return f"[one {unit}]" if estimate.tasks == 1 else "[all alike]"


def percent(estimate: Estimate | None) -> str:
    """A share in per cent, with its bounds."""
    return NONE if estimate is None else f"{100 * estimate.value:.1f} {interval(estimate)}"


def points(difference: Estimate | None) -> str:
    """A difference of shares in percentage points, with its sign and its bounds.

    A bound beside zero has as many digits as show on which side it lies: a verdict hangs on it.
    """
    if difference is None:
        return NONE
    bounds = [100 * bound for bound in (difference.low, difference.high) if bound]
    digits = next((each for each in range(1, MOST_DIGITS) if all(round(bound, each) for bound in bounds)), MOST_DIGITS)
    return f"{100 * difference.value:+z.1f} {interval(difference, digits)}"


def dollars(cost: float) -> str:
    """`$12.30`; less than a dollar with four digits."""
    return f"${cost:,.2f}" if cost >= 1 or not cost else f"${cost:.4f}"


def number(value: float, unit: Unit | None, *, like: float | None = None, sign: bool = False) -> str:
    """`value` with as many digits as its unit wants; in thousands when `like` (by default itself) is that large."""
    thousands = abs(value if like is None else like) >= THOUSANDS
    digits = 1 if thousands else 2 if unit is None else DIGITS.get(unit, 2)
    scale, suffix = (1_000, "k") if thousands else (1, "")
    return f"{value / scale:{'+' if sign else ''}z,.{digits}f}{suffix}"


def p_value(chance: float) -> str:
    """Three digits are enough."""
    return "< 0.001" if chance < 0.001 else f"{chance:.3f}"
