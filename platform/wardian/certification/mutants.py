"""Spoilt copies of a reference solution, each with one thing wrong: checks must notice every one of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.episodes.record import Episode

__all__ = ["Known", "Mutant", "known_values", "mutants"]

Known = Mapping[tuple[str, str], Sequence[Any]]
"""By tool and argument: values that make sense there."""

SILENCE = "All right."
"""Instead of what the agent has to tell: commits to nothing and asks nothing."""


@dataclass(frozen=True)
class Mutant:
    """A script, and in one line what is wrong with it.

    `argument`: the mistake is a wrong value. Where the pack ignores it (a note, say), it is none.
    """

    wrong: str
    script: tuple[Message, ...]
    argument: bool = False


def known_values(references: Iterable[Sequence[Message]]) -> Known:
    """All values that solutions give to arguments, each once and in their order."""
    found: dict[tuple[str, str], dict[bytes, Any]] = {}
    for call in (call for reference in references for message in reference for call in message.tool_calls):
        for name, value in orjson.loads(call.arguments).items():
            found.setdefault((call.name, name), {})[orjson.dumps(value)] = value
    return {place: tuple(values.values()) for place, values in found.items()}


def mutants(
    reference: Sequence[Message], record: Episode, tools: Sequence[ToolSchema], known: Known
) -> Iterator[Mutant]:
    """All mutants of a reference, each with one thing wrong.

    Each call that changed the world is left out once, and each of its arguments is wrong once. A reference that
    changes nothing must have told something: it is played in silence.

    Args:
        reference: the script.
        record: what happened when it was played.
        tools: as the agent sees them.
        known: wrong values are taken from these, where the schema names none.
    """
    schemas = {tool.name: tool for tool in tools}
    effective = _effective(record)
    places = [
        (number, call)
        for number, message in enumerate(reference)
        for call in message.tool_calls
        if call.id in effective
    ]
    for number, call in places:
        yield Mutant(f"without {call.name}", _replaced(reference, number, call, None))
        for name, other in _other_arguments(call, schemas.get(call.name), known):
            yield Mutant(f"{call.name} with another {name}", _replaced(reference, number, call, other), argument=True)
    if not places and any(message.content for message in reference):
        quiet = tuple(_quiet(message) for message in reference)
        yield Mutant("without telling anything", quiet)


def _effective(record: Episode) -> set[str]:
    """Ids of the calls that changed the world.

    Where calls say what they changed, one that says nothing was only there when something else happened. That time
    passed, or that a service counted a call, is no change of what the world is about.
    """
    changed = [acted for acted in record.acted if acted.changed and acted.observation.error is None]
    if not any(acted.observation.changes for acted in changed):
        return {acted.call.id for acted in changed}
    return {acted.call.id for acted in changed if any(_matters(each.table) for each in acted.observation.changes)}


def _matters(table: str) -> bool:
    return table != "clock" and not table.startswith("_")


def _replaced(reference: Sequence[Message], number: int, call: ToolCall, other: ToolCall | None) -> tuple[Message, ...]:
    """The script with another call in this place, or with none."""
    message = reference[number]
    calls = tuple(each if each is not call else other for each in message.tool_calls)
    kept = tuple(each for each in calls if each is not None)
    changed = [message.model_copy(update={"tool_calls": kept})] if kept or message.content else []
    return (*reference[:number], *changed, *reference[number + 1 :])


def _other_arguments(call: ToolCall, schema: ToolSchema | None, known: Known) -> Iterator[tuple[str, ToolCall]]:
    """The call once for each argument that decides something, with a wrong but well-formed value for it."""
    arguments = orjson.loads(call.arguments)
    properties: Any = {} if schema is None else schema.parameters.get("properties") or {}
    for name, value in arguments.items():
        other = _other(value, properties.get(name) or {}, known.get((call.name, name), ()))
        if other is not None:
            wrong = orjson.dumps({**arguments, name: other}).decode()
            yield name, call.model_copy(update={"arguments": wrong})


def _other(value: Any, schema: dict[str, Any], known: Sequence[Any]) -> Any:
    """Another value that the tool would take; None when there is no telling one that matters."""
    for candidate in (*schema.get("enum", ()), *known):
        if candidate != value and type(candidate) is type(value):
            return candidate
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case [_, *_] if len(value) > 1:
            return value[1:]
        case _:
            return None  # free text, or an id of which no other is known


def _quiet(message: Message) -> Message:
    return message if message.tool_calls else message.model_copy(update={"content": SILENCE})
