"""What calls use: requests, tokens and money, in whole numbers."""

import math
from dataclasses import dataclass

from wardian.specs.budget import BudgetSpec

__all__ = ["NOTHING", "PICODOLLARS", "Amount", "Cap", "picodollars", "say"]

PICODOLLARS = 10**12
"""In a dollar. A price of $0.000001 for a million tokens is still a whole number of them for each token."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Requests, tokens and 10⁻¹² US dollars; sums are exact. Negative ones are debts."""

    requests: int = 0
    tokens: int = 0
    picodollars: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.requests + other.requests, self.tokens + other.tokens, self.picodollars + other.picodollars)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.requests - other.requests, self.tokens - other.tokens, self.picodollars - other.picodollars)

    def fits(self, into: "Amount") -> bool:
        """Whether `into` has as much of everything."""
        return self.requests <= into.requests and self.tokens <= into.tokens and self.picodollars <= into.picodollars

    def at_least(self, other: "Amount") -> "Amount":
        """The larger of both, each by itself."""
        return Amount(
            max(self.requests, other.requests),
            max(self.tokens, other.tokens),
            max(self.picodollars, other.picodollars),
        )

    def at_most(self, other: "Amount") -> "Amount":
        """The smaller of both, each by itself."""
        return Amount(
            min(self.requests, other.requests),
            min(self.tokens, other.tokens),
            min(self.picodollars, other.picodollars),
        )

    def times(self, factor: int) -> "Amount":
        """So many times as much."""
        return Amount(self.requests * factor, self.tokens * factor, self.picodollars * factor)

    def part(self, parts: int) -> "Amount":
        """One of so many equal parts, rounded down."""
        return Amount(self.requests // parts, self.tokens // parts, self.picodollars // parts)


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class Cap:
    """The most of everything that a budget allows; None where it has no say."""

    requests: int | None
    tokens: int | None
    picodollars: int | None

    @classmethod
    def of(cls, spec: BudgetSpec) -> "Cap":
        """The cap that a config names."""
        return cls(spec.requests, spec.tokens, None if spec.usd is None else int(spec.usd * PICODOLLARS))

    @property
    def amount(self) -> Amount:
        """All of it."""
        return Amount(self.requests or 0, self.tokens or 0, self.picodollars or 0)

    def counted(self, amount: Amount) -> Amount:
        """What of `amount` the budget has a say in: the rest is nothing to it."""
        return Amount(
            0 if self.requests is None else amount.requests,
            0 if self.tokens is None else amount.tokens,
            0 if self.picodollars is None else amount.picodollars,
        )


def picodollars(usd: float) -> int:
    """`usd` in 10⁻¹² dollars, rather too many than too few."""
    return math.ceil(round(usd * PICODOLLARS, 3))


def say(amount: Amount, cap: Cap) -> str:
    """`amount` beside its cap for people: `$4.9871 of $5, 120 of 1,000 requests`."""
    parts = []
    if cap.picodollars is not None:
        parts.append(f"${amount.picodollars / PICODOLLARS:.4f} of ${cap.picodollars / PICODOLLARS:g}")
    if cap.tokens is not None:
        parts.append(f"{amount.tokens:,} of {cap.tokens:,} tokens")
    if cap.requests is not None:
        parts.append(f"{amount.requests:,} of {cap.requests:,} requests")
    return ", ".join(parts)
