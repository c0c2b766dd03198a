"""What an agent should have said and done, in words."""

from collections.abc import Iterator, Sequence

from wardian.base.messages import Message
from wardian.episodes.hindsight.mending import Mending

__all__ = ["spelt_mending", "spelt_way"]


def spelt_mending(mending: Mending) -> str:
    """A line for each change; the same one once."""
    return "\n".join(dict.fromkeys(_lines(mending)))


def spelt_way(way: Sequence[Message]) -> str:
    """How a way to go on begins."""
    return f"in its place, and on from there: {_said(way[:2])}"


def _lines(mending: Mending) -> Iterator[str]:
    for messages in mending.before.values():
        yield f"before it: {_said(messages)}"
    for messages in mending.instead.values():
        yield f"in its place: {_said(messages) or 'nothing'}"


def _said(messages: Sequence[Message]) -> str:
    return "; ".join(map(_words, messages))


def _words(message: Message) -> str:
    calls = [f"call {call.name} {call.arguments}" for call in message.tool_calls]
    return ", ".join(calls) or f"say “{message.content}”"
