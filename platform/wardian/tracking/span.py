"""A span as a value, before anybody knows of OpenTelemetry's SDK."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Attributes", "Span", "SpanEvent"]

Attributes = Mapping[str, str | bool | int | float | Sequence[str]]


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened within a span; `at_s` in seconds since the epoch."""

    name: str
    at_s: float
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Span:
    """One operation.

    Args:
        name: as the conventions build it.
        client: whether it was a call to somebody else, rather than work in this process.
        trace: 32 hex digits, the same for all spans of an episode.
        id: 16 hex digits.
        parent: the id of the span that it is part of.
        start_s: when it began, in seconds since the epoch.
        end_s: when it ended.
        attributes: what is known of it.
        events: what happened meanwhile.
        error: what went wrong, "" when nobody may read it; None when nothing did.
    """

    name: str
    client: bool
    trace: str
    id: str
    parent: str | None
    start_s: float
    end_s: float
    attributes: Attributes
    events: tuple[SpanEvent, ...] = ()
    error: str | None = None
