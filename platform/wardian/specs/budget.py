"""Budgets: how much may be spent at most."""

from typing import Self

from pydantic import PositiveFloat, PositiveInt, model_validator

from wardian.base.frozen import Frozen

__all__ = ["BudgetSpec"]


class BudgetSpec(Frozen):
    """The most that may be spent; what is not named is not limited.

    Each attempt's worst case is reserved before it is sent. When that does not fit any more, nothing more is sent.
    """

    usd: PositiveFloat | None = None
    """US dollars. Every model that is asked needs a `price`, or the budget could not be kept."""
    tokens: PositiveInt | None = None
    """Tokens, in and out."""
    requests: PositiveInt | None = None
    """Requests that are sent, repetitions included."""

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.usd is None and self.tokens is None and self.requests is None:
            raise ValueError("a budget needs at least one of usd, tokens and requests")
        return self
