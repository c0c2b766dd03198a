"""How recorded tools are reached, where their words are none that a pack can use for columns and arguments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wardian.building.drafting import Document
from wardian.building.identifiers import identifier
from wardian.building.recorded.calls import RecordedTool
from wardian.building.recorded.stubs import ANSWER

__all__ = ["Reached"]


class Reached:
    """Collects what the service of a recorded pack has to say.

    Args:
        tools: as they were recorded.
    """

    def __init__(self, tools: Iterable[RecordedTool]) -> None:
        self.stubs: set[str] = set()
        self._names = {
            name for tool in tools for call in tool.calls for name in (*call.arguments, *_names(call.answer))
        }

    def document(self, tools: Mapping[str, Document]) -> Document:
        """The key `service` of `world.yaml`, or nothing when the tools can be called as they are."""
        fields = {identifier(name): name for name in sorted(self._names) if identifier(name) != name and _is_wire(name)}
        if not fields and not self.stubs:
            return {}
        operations = {
            tool: {"method": "POST", "path": f"/{tool}", **({"only": ANSWER} if tool in self.stubs else {})}
            for tool in tools
        }
        return {"service": {**({"fields": fields} if fields else {}), "operations": operations}}


def _names(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        yield from answer
    elif isinstance(answer, list):
        for each in answer:
            yield from _names(each)


def _is_wire(name: str) -> bool:
    return name[:1].isalpha() and name.isascii() and name.replace("_", "").replace("-", "").isalnum()
