"""Spoilt copies of a reference solution, each with one thing wrong: checks must notice every one of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.episodes.record import Acted, Episode

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

    Each call that changed the world is left out once, and each of its arguments is wrong once; where its answer was
    lost, so are its repetitions. Each text that made the user change something with tools of their own is left out
    once. A reference that changes nothing must have told something: it is played in silence.

    Args:
        reference: the script.
        record: what happened when it was played.
        tools: as the agent sees them.
        known: wrong values are taken from these, where the schema names none.
    """
    schemas = {tool.name: tool for tool in tools}
    effective = _effective(record, schemas)
    places = [call for message in reference for call in message.tool_calls if call.id in effective]
    for call in places:
        spoilt = _repetitions(reference, call) if effective[call.id].observation.error else [call]
        yield Mutant(f"without {call.name}", _replaced(reference, spoilt, None))
        for name, other in _other_arguments(call, schemas.get(call.name), known):
            yield Mutant(f"{call.name} with another {name}", _replaced(reference, spoilt, other), argument=True)
    instructions = _instructions(record)
    for number in instructions:
        yield Mutant(f"without saying: {reference[number].content}", (*reference[:number], *reference[number + 1 :]))
    if not places and not instructions and any(message.content for message in reference):
        quiet = tuple(_quiet(message) for message in reference)
        yield Mutant("without telling anything", quiet)


def _effective(record: Episode, schemas: Mapping[str, ToolSchema]) -> dict[str, Acted]:
    """The calls that changed the world by id, those whose answer was lost too.

    Where calls say what they changed, one that says nothing was only there when something else happened: time passed,
    or a service counted it. Where none does, a state may be another one because time has passed: if tools say whether
    they write, others did nothing.
    """
    changed = [acted for acted in record.acted if acted.changed and _got_through(acted)]
    if any(acted.observation.changes for acted in changed):
        return {acted.call.id: acted for acted in changed if _matters(acted)}
    writing = {name for name, schema in schemas.items() if schema.effect == "write"}
    return {acted.call.id: acted for acted in changed if not writing or acted.call.name in writing}


def _matters(acted: Acted) -> bool:
    """Whether the call changed something that the world is about."""
    tables = {change.table for change in acted.observation.changes}
    return any(table != "clock" and not table.startswith("_") for table in tables)


def _instructions(record: Episode) -> list[int]:
    """The places in the script of texts that made the user do something that changed the world."""
    found, turn = [], 0
    for event in record.events:
        if event.kind == "asked":
            turn = event.turn
        elif event.kind == "said" and event.changes:
            found.append(turn - 1)
    return found


def _got_through(acted: Acted) -> bool:
    return acted.observation.error is None or _matters(acted)


def _repetitions(reference: Sequence[Message], call: ToolCall) -> list[ToolCall]:
    """All calls that are equal to `call`: one of them would do the work of another that is missing."""
    calls = (each for message in reference for each in message.tool_calls)
    return [each for each in calls if (each.name, each.arguments) == (call.name, call.arguments)]


def _replaced(reference: Sequence[Message], spoilt: Sequence[ToolCall], other: ToolCall | None) -> tuple[Message, ...]:
    """The script with the arguments of another call in the calls `spoilt`, or without them."""
    return tuple(filter(None, (_changed(message, spoilt, other) for message in reference)))


def _changed(message: Message, spoilt: Sequence[ToolCall], other: ToolCall | None) -> Message | None:
    calls = []
    for call in message.tool_calls:
        if not any(call is each for each in spoilt):
            calls.append(call)
        elif other is not None:
            calls.append(call.model_copy(update={"arguments": other.arguments}))
    gone = message.tool_calls and not calls and not message.content
    return None if gone else message.model_copy(update={"tool_calls": tuple(calls)})


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
