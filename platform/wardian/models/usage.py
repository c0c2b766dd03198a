"""Tokens as providers report them, or as we count them when they do not."""

import math

from wardian.base.frozen import JsonValue
from wardian.base.messages import Message, Usage
from wardian.models.encoding import BYTES_PER_TOKEN
from wardian.models.lenient import as_object

__all__ = ["read_cost", "read_usage"]

MOST_TOKENS = 100_000_000
"""More than any call can use: a bigger figure is a fault."""


def read_usage(value: JsonValue, message: Message, prompt_tokens: int) -> Usage:
    """The reported usage; where it is missing or no sensible number, an estimate that says so."""
    usage = as_object(value)
    details = as_object(usage.get("prompt_tokens_details"))
    read, written = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    return Usage(
        input_tokens=prompt_tokens if read is None else read,
        output_tokens=_estimate(message) if written is None else written,
        cached_tokens=_count(details.get("cached_tokens")) or 0,
        cache_write_tokens=_count(details.get("cache_write_tokens")) or 0,
        reasoning_tokens=_count(as_object(usage.get("completion_tokens_details")).get("reasoning_tokens")) or 0,
        estimated=read is None or written is None,
    )


def read_cost(value: JsonValue) -> float | None:
    """US dollars that the provider says it charged (OpenRouter's `usage.cost`)."""
    cost = as_object(value).get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float):
        return None
    return float(cost) if math.isfinite(cost) and cost >= 0 else None


def _count(value: JsonValue) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= MOST_TOKENS or value != int(value):  # NaN fails the first comparison
        return None
    return int(value)


def _estimate(message: Message) -> int:
    return len(message.wire) // BYTES_PER_TOKEN
