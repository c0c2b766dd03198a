"""What a call costs."""

from wardian.base.usage import Usage
from wardian.specs.endpoints import PriceSpec

__all__ = ["cost_usd"]

MILLION = 1_000_000
CACHE_WRITE = 1.25
"""What Anthropic charges for an entry of five minutes, in terms of other input; nobody charges extra and less."""


def cost_usd(price: PriceSpec | None, usage: Usage) -> float | None:
    """US dollars for `usage`; None when there is no price, which is not the same as free.

    Tokens that were read from a cache or written to one are part of the input, at prices of their own (`PriceSpec`).
    """
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    fresh = usage.input_tokens - cached - written
    cached_price = price.input if price.cached is None else price.cached
    write_price = price.input * CACHE_WRITE if price.cache_write is None else price.cache_write
    read = fresh * price.input + cached * cached_price + written * write_price
    return (read + usage.output_tokens * price.output) / MILLION
