"""An episode, read once for all metrics."""

from dataclasses import dataclass
from typing import Self

import orjson

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.base.messages import ToolCall
from wardian.episodes.record import Acted, Asked, Episode

__all__ = ["Signature", "Step", "Walk"]

Signature = tuple[str, bytes | str]
"""A call's name and arguments; two spellings of the same JSON object are one signature."""


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call at its `position` in the events; `arguments` is None when they are no JSON."""

    position: int
    acted: Acted
    arguments: JsonValue
    signature: Signature

    @classmethod
    def of(cls, position: int, acted: Acted) -> Self:
        """Read the call of `acted`."""
        return cls(position, acted, *_read(acted.call))

    @property
    def failed(self) -> bool:
        """Whether the tool answered with an error."""
        return self.acted.observation.error is not None


@dataclass(frozen=True, slots=True)
class Walk:
    """An episode with its model calls and its tool calls taken apart."""

    episode: Episode
    asked: tuple[Asked, ...]
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, episode: Episode) -> Self:
        """Read `episode`; everything after this looks at no JSON text again."""
        events = enumerate(episode.events)
        steps = tuple(Step.of(position, event) for position, event in events if event.kind == "acted")
        return cls(episode, episode.asked, steps)


def _read(call: ToolCall) -> tuple[JsonValue, Signature]:
    """The arguments and the signature; what JSON cannot read or write again is compared as text."""
    try:
        arguments: JsonValue = orjson.loads(call.arguments)
        return arguments, (call.name, canonical_json(arguments))
    except (ValueError, TypeError):
        return None, (call.name, call.arguments)
