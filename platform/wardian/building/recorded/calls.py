"""Recorded calls, sorted by what their tools seem to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wardian.building.identifiers import identifier, plural
from wardian.traces.error_class import error_class
from wardian.traces.payload import payload
from wardian.traces.trace import Trace

__all__ = ["Recorded", "RecordedTool", "sorted_tools"]

VERBS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("get", "show", "read", "fetch", "lookup", "retrieve", "describe", "view"), "get"),
    **dict.fromkeys(("list", "find", "search", "query"), "find"),
    **dict.fromkeys(("create", "add", "open", "book", "register", "new"), "create"),
    **dict.fromkeys(("update", "change", "edit", "set", "modify", "patch"), "update"),
    **dict.fromkeys(("delete", "remove"), "delete"),
}
CONNECTIVES: Final = ("by", "for", "of", "from", "with", "in")


@dataclass(frozen=True)
class Recorded:
    """A call that succeeded.

    Args:
        arguments: by name.
        answer: the result's payload.
        fresh: whether nothing had been changed in its conversation by then, as far as names tell.
    """

    arguments: dict[str, Any]
    answer: Any
    fresh: bool


@dataclass
class RecordedTool:
    """A tool with its calls.

    Args:
        name: as it was recorded.
        kind: what its verb says (`get`, `find`, `create`, `update`, `delete`), "" when it says nothing.
        table: what it seems to be about, "" when its name is one word.
        calls: those that succeeded.
        schema: its JSON Schema, where it is known.
        description: for the agent, where it is known.
    """

    name: str
    kind: str
    table: str
    calls: list[Recorded] = field(default_factory=list)
    schema: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""


def sorted_tools(traces: Sequence[Trace]) -> list[RecordedTool]:
    """The tools that were called, in the order of their names; failures show nothing of the data and are left out."""
    found: dict[str, RecordedTool] = {}
    for trace in traces:
        fresh = True
        for call in trace.calls:
            tool = found.setdefault(call.tool, _tool(call.tool))
            answer, arguments = payload(call.result), call.given
            if arguments is None or error_class(call.error, answer):
                continue
            tool.calls.append(Recorded(arguments, answer, fresh))
            fresh = fresh and tool.kind in ("get", "find")
    return [found[name] for name in sorted(found) if found[name].calls]


def _tool(name: str) -> RecordedTool:
    verb, _, rest = identifier(name).partition("_")
    words = rest.split("_") if rest else []
    cut = next((place for place, word in enumerate(words) if word in CONNECTIVES), len(words))
    noun = "_".join(words[:cut])
    return RecordedTool(name=name, kind=VERBS.get(verb, ""), table=identifier(plural(identifier(noun))) if noun else "")
