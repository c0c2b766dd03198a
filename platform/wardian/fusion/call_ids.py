"""Ids of tool calls that say nothing of who made them."""

import re
from collections.abc import Mapping
from itertools import count, islice
from typing import Final

from wardian.base.messages import Message, Request, Thoughts

__all__ = ["reissued"]

NAMED: Final = re.compile(r'"(id|call_id)":"([^"\\]*)"')


def reissued(message: Message, request: Request) -> Message:
    """`message` with ids that follow from its place in the conversation of `request`, and from nothing else.

    Members count their calls by themselves: two of them would use one id for different calls, and the form of an id
    tells the provider. The new ones have nine letters and digits, which is what the strictest providers take.
    """
    if not message.tool_calls:
        return message
    taken = {call.id for each in request.messages for call in each.tool_calls}
    before = sum(len(each.tool_calls) for each in request.messages)
    free = (new for number in count(before + 1) if (new := f"call{number:05d}") not in taken)  # turns may be left out
    ids = list(islice(free, len(message.tool_calls)))
    calls = tuple(call.model_copy(update={"id": new}) for call, new in zip(message.tool_calls, ids, strict=True))
    renamed = dict(zip((call.id for call in message.tool_calls), ids, strict=True))
    return message.model_copy(update={"tool_calls": calls, "thoughts": _renamed(message.thoughts, renamed)})


def _renamed(thoughts: Thoughts | None, ids: Mapping[str, str]) -> Thoughts | None:
    """What goes back to the provider speaks of the calls by their ids; all other bytes stay, for they may be signed."""
    if thoughts is None:
        return None

    def new(found: re.Match[str]) -> str:
        return f'"{found[1]}":"{ids.get(found[2], found[2])}"'

    return thoughts.model_copy(update={"body": NAMED.sub(new, thoughts.body)})
