"""What a call costs."""

from wardian.base.messages import Usage
from wardian.specs.models import PriceSpec

__all__ = ["cost_usd"]

MILLION = 1_000_000


def cost_usd(price: PriceSpec | None, usage: Usage) -> float | None:
    """US dollars for `usage`; None when there is no price, which is not the same as free.

    Cached tokens are part of the input: they cost `price.cached` when that is given, else as much as the others.
    """
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.input_tokens - cached
    return (fresh * price.input + cached * cached_price + usage.output_tokens * price.output) / MILLION
