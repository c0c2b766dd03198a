"""What somebody takes of a model, as low, expected and max: calls, tokens, money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.base.usage import Usage
from wardian.models.encoding import ANTHROPIC_ANSWER_TOKENS
from wardian.models.pricing import cost_usd
from wardian.specs.endpoints import EndpointSpec

__all__ = [
    "DETOURS",
    "FEWEST_BYTES_PER_TOKEN",
    "WORDINESS",
    "ArmForecast",
    "Load",
    "Range",
    "longest",
    "taken",
]

DETOURS: Final = 1.5
WORDINESS: Final = 2.0
"""So many times as many calls as references have, and so many times as long texts; for what is expected."""
FEWEST_BYTES_PER_TOKEN: Final = 2
"""Of texts in the languages that packs are written in; for the max."""


class Range(Frozen):
    """A figure as it may turn out; `most` None when nothing limits it."""

    low: float
    expected: float
    most: float | None

    def __add__(self, other: "Range") -> "Range":
        most = None if self.most is None or other.most is None else self.most + other.most
        return Range(low=self.low + other.low, expected=self.expected + other.expected, most=most)


NOTHING: Final = Range(low=0.0, expected=0.0, most=0.0)


class ArmForecast(Frozen):
    """One arm that asks models, or the users of one environment; `usd` None when a price is unknown."""

    arm: str
    calls: Range = NOTHING
    input_tokens: Range = NOTHING
    output_tokens: Range = NOTHING
    usd: Range | None = NOTHING

    def __add__(self, other: "ArmForecast") -> "ArmForecast":
        return ArmForecast(
            arm=self.arm,
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            usd=None if self.usd is None or other.usd is None else self.usd + other.usd,
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Calls and their tokens; `repeated` of those that are read were read before in the same episode."""

    calls: float
    read: float
    written: float
    repeated: float = 0.0

    def times(self, factor: float, heard: float = 0.0) -> "Load":
        """So many times as many calls, which read `heard` tokens more together."""
        calls, written = self.calls * factor, self.written * factor
        return Load(calls, self.read * factor + heard, written, self.repeated * factor)


def taken(
    places: Sequence[EndpointSpec], low: Load, expected: Load, most: Load | None, most_calls: float
) -> ArmForecast:
    """What one model takes that may answer at `places`; `most` None when nothing limits its answers."""
    return ArmForecast(
        arm="",
        calls=_range(low.calls, expected.calls, most_calls),
        input_tokens=_range(low.read, expected.read, most.read if most else None),
        output_tokens=_range(low.written, expected.written, most.written if most else None),
        usd=_cheapest_to_dearest([_cost(place, low, expected, most) for place in places]),
    )


def longest(sampling: Sampling, places: Iterable[EndpointSpec]) -> int | None:
    """Tokens of the longest answer that can be had at any of `places`; None when nothing limits it."""
    if sampling.max_tokens:
        return sampling.max_tokens
    most = [ANTHROPIC_ANSWER_TOKENS if place.dialect == "anthropic" else place.max_output_tokens for place in places]
    return max((each for each in most if each is not None), default=None) if all(most) else None


def _range(low: float, expected: float, most: float | None) -> Range:
    """Limits may be tighter than references are long: then the max holds."""
    expected = expected if most is None else min(expected, most)
    return Range(low=min(low, expected), expected=expected, most=most)


def _cheapest_to_dearest(costs: Sequence[Range | None]) -> Range | None:
    """Of all places where a model may answer; the first of them is expected to. None when a price is missing."""
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return None
    most = [cost.most for cost in known if cost.most is not None]
    return Range(
        low=min(cost.low for cost in known),
        expected=known[0].expected,
        most=max(most) if len(most) == len(known) else None,
    )


def _cost(place: EndpointSpec, low: Load, expected: Load, most: Load | None) -> Range | None:
    """US dollars; None without a price."""
    price = place.price
    if place.own:
        return NOTHING
    if price is None:
        return None

    def usd(load: Load, *, cached: float = 0.0, stored: float = 0.0) -> float:
        usage = Usage(
            input_tokens=round(load.read),
            output_tokens=round(load.written),
            cached_tokens=round(cached),
            cache_write_tokens=round(stored),
        )
        return cost_usd(price, usage) or 0.0

    stored = 0.0 if most is None or place.dialect != "anthropic" else most.read
    cheapest = usd(low, cached=low.repeated if price.cached is not None else 0.0)
    return _range(cheapest, usd(expected), None if most is None else usd(most, stored=stored))
