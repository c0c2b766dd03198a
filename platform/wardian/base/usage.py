"""What a call of a model used, how it ended, and where its time went."""

from collections.abc import Callable, Iterable
from typing import Literal

from wardian.base.frozen import Frozen

__all__ = ["CallTiming", "FinishReason", "Retry", "Usage"]

FinishReason = Literal["stop", "tool_calls", "length", "content_filter", "refusal"]


class Usage(Frozen):
    """Tokens of one call; `estimated` when the provider did not say and we counted ourselves.

    Of the input, `cached_tokens` were read from the provider's cache and `cache_write_tokens` written to it: both have
    prices of their own.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @classmethod
    def sum_of(cls, usages: Iterable["Usage"]) -> "Usage":
        """That of several calls; estimated when one of them is."""
        every = tuple(usages)
        counts = {name: sum(getattr(usage, name) for usage in every) for name in cls.model_fields}
        return cls(**{**counts, "estimated": any(usage.estimated for usage in every)})

    @property
    def total(self) -> int:
        """Tokens in and out; cached ones are part of the input, reasoning ones of the output."""
        return self.input_tokens + self.output_tokens


class Retry(Frozen):
    """An attempt that failed with `kind` after `at_s` of its call (seconds), and the pause before the next one."""

    kind: str
    at_s: float
    pause_s: float


class CallTiming(Frozen):
    """Where the time of a call went, in seconds: waiting for quota, then until the answer was complete.

    `cached` answers came out of the reply cache: they took no time and cost nothing this time; `recorded_s` is what
    they took when they were asked for. `replayed` ones were paid for when the episode was played before and broken off:
    time and cost are those of then. For a `hedged` one a second request was sent because the first was slow; what the
    other one cost nobody knows.
    """

    queue_s: float = 0.0
    total_s: float = 0.0
    retried: tuple[Retry, ...] = ()
    cached: bool = False
    replayed: bool = False
    hedged: bool = False
    recorded_s: float = 0.0

    @classmethod
    def joined(cls, timings: Iterable["CallTiming"], join: Callable[[Iterable[float]], float]) -> "CallTiming":
        """That of several calls: their `sum` when they followed each other, their `max` when they were made at once.

        They are out of the cache when all are.
        """
        every = tuple(timings)
        if not every:
            return cls()
        return cls(
            queue_s=join(timing.queue_s for timing in every),
            total_s=join(timing.total_s for timing in every),
            retried=tuple(retry for timing in every for retry in timing.retried),
            cached=all(timing.cached for timing in every),
            replayed=all(timing.replayed for timing in every),
            hedged=any(timing.hedged for timing in every),
            recorded_s=join(timing.recorded_s for timing in every),
        )

    @property
    def retries(self) -> int:
        """How often the call was sent again."""
        return len(self.retried)
