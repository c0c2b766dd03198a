"""How recorded tools are reached, where their words are none that a pack can use for columns and arguments."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from wardian.building.drafting import Document
from wardian.building.identifiers import identifier
from wardian.building.recorded.calls import RecordedTool
from wardian.building.recorded.stubs import ANSWER
from wardian.environments.services.wire import is_wire

__all__ = ["reached"]


def reached(tools: Iterable[RecordedTool], found: Iterable[str], stubs: Collection[str]) -> Document:
    """The key `service` of `world.yaml`; empty when the tools can be called as they are.

    Args:
        tools: as they were recorded.
        found: what the pack calls them.
        stubs: those of them whose answer is one field.
    """
    names = {name for tool in tools for call in tool.calls for name in (*call.arguments, *_names(call.answer))}
    fields = {identifier(name): name for name in sorted(names) if identifier(name) != name and is_wire(name)}
    if not fields and not stubs:
        return {}
    only = {tool: {"only": ANSWER} if tool in stubs else {} for tool in found}
    operations = {tool: {"method": "POST", "path": f"/{tool}", **more} for tool, more in only.items()}
    return {**({"fields": fields} if fields else {}), "operations": operations}


def _names(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        yield from answer
    elif isinstance(answer, list):
        for each in answer:
            yield from _names(each)
