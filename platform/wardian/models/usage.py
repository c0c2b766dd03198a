"""Tokens as providers report them, or as we count them when they do not."""

import math

from wardian.base.frozen import JsonValue
from wardian.base.messages import Message
from wardian.base.usage import Usage
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
    """US dollars that the call cost, as the provider says (OpenRouter's `usage.cost`).

    With a key of one's own behind OpenRouter (`is_byok`) that is only its fee; what the model's provider charges that
    key comes on top.
    """
    usage = as_object(value)
    cost = _dollars(usage.get("cost"))
    if cost is None or usage.get("is_byok") is not True:
        return cost
    upstream = _dollars(as_object(usage.get("cost_details")).get("upstream_inference_cost"))
    return None if upstream is None else cost + upstream


def _dollars(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < math.inf else None  # NaN fails the comparison


def _count(value: JsonValue) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= MOST_TOKENS or value != int(value):  # NaN fails the first comparison
        return None
    return int(value)


def _estimate(message: Message) -> int:
    reasoning = len((message.reasoning or "").encode())
    return (len(message.wire) + reasoning) // BYTES_PER_TOKEN
