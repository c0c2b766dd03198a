"""Tools that say again what was recorded: for all that no table explains."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from wardian.building.drafting import MORE, Document, label, question_for, task_of
from wardian.building.identifiers import identifier, identifiers
from wardian.building.modelling import Modelled, modelled
from wardian.building.picks import MOST, is_answer, says
from wardian.building.raw import SCALARS, RawColumn, RawTable, cell
from wardian.building.recorded.calls import Recorded, RecordedTool
from wardian.environments.declarative.tables import ColumnSpec
from wardian.traces.trace import as_text

__all__ = ["Stub", "stub_of"]

NUMBER: Final = "row_number"
ANSWER: Final = "answer"
GIVEN: Final = "with_"
"""Before the names of arguments, which answers may use as well."""


@dataclass(frozen=True)
class Stub:
    """A table of answers, the tool that looks them up, and tasks for it (none when no answer tells anything).

    Args:
        name: the tool's name.
        table: the table's name.
        rows: the table.
        tool: as `world.yaml` says it.
        tasks: by template.
    """

    name: str
    table: str
    rows: Modelled
    tool: Document
    tasks: dict[str, Document]


def stub_of(name: str, tool: RecordedTool) -> Stub:
    """The stub called `name` of a recorded tool. Of the same call with different answers, the first one counts."""
    unique: dict[bytes, Recorded] = {}
    for call in tool.calls:
        unique.setdefault(orjson.dumps(call.arguments, option=orjson.OPT_SORT_KEYS), call)
    calls = list(unique.values())
    arguments = identifiers(list(dict.fromkeys(key for call in calls for key in call.arguments)))
    columns = [RawColumn(NUMBER, key=True), *(RawColumn(f"{GIVEN}{argument}") for argument in arguments.values())]
    rows = [
        [number, *(cell(call.arguments.get(key)) for key in arguments), as_text(call.answer)]
        for number, call in enumerate(calls, 1)
    ]
    ((table, model),) = modelled([RawTable(f"{name}_answers", [*columns, RawColumn(ANSWER)], rows)]).items()
    given = dict(zip(arguments, [each for each in model.columns if each not in (NUMBER, ANSWER)], strict=True))
    model.columns[ANSWER] = ColumnSpec(type="text")
    model.rows = [{**row, ANSWER: as_text(call.answer)} for row, call in zip(model.rows, calls, strict=True)]
    tasks = _tasks(name, calls, arguments)
    taken = {arguments[key]: _argument(calls, key, model.columns[column]) for key, column in given.items()}
    document = _document(table, {arguments[key]: column for key, column in given.items()}, taken)
    return Stub(name, table, model, document if tasks else {**document, "offered": False}, tasks)


def _document(table: str, columns: Mapping[str, str], arguments: Document) -> Document:
    """A statement over identifiers that this module has made; `columns` by the arguments that they were given as."""
    where = " AND ".join(f'"{column}" IS :{name}' for name, column in columns.items()) or "1"
    select = f'SELECT "{ANSWER}" FROM "{table}" WHERE {where} ORDER BY "{NUMBER}"'  # noqa: S608  (identifiers)
    return {"kind": "statement", "arguments": arguments, "result": select, "one": True}


def _argument(calls: Sequence[Recorded], key: str, column: ColumnSpec) -> Document:
    values = [call.arguments[key] for call in calls if call.arguments.get(key) is not None]
    kind = "json" if any(isinstance(value, dict | list) for value in values) else "text"
    if values and all(isinstance(value, bool) for value in values):
        kind = "boolean"
    elif kind == "text" and column.type in ("integer", "number"):
        kind = column.type
    missing = len(values) < len(calls)
    return {"type": kind, "optional": True} if missing else {"type": kind}


def _tasks(name: str, calls: Sequence[Recorded], arguments: Mapping[str, str]) -> dict[str, Document]:
    """A question about one field of an answer that the arguments do not give away."""
    picks = [pick for call in calls if (pick := _pick(call, arguments))][:MOST]
    same = [pick for pick in picks if set(pick) == set(picks[0])]
    if not same:
        return {}
    keys = [key for key in same[0] if key not in ("label", "answer")]
    wording = " and ".join(f"{label(key)} {{pick.{key}}}" for key in keys)
    question = f"What is the {{pick.label}} of {label(name)}{' with ' if wording else ''}{wording}?"
    steps: list[Document] = [
        {"call": name, "with": {key: f"{{pick.{key}}}" for key in keys}},
        {"say": f"It is {{pick.answer}}. {MORE}"},
    ]
    return task_of(f"ask_{name}", same, question_for(question, "{pick.answer|re}"), steps)


def _pick(call: Recorded, arguments: Mapping[str, str]) -> Document:
    if not all(isinstance(value, SCALARS) and not isinstance(value, bool) for value in call.arguments.values()):
        return {}
    if {"label", "answer"} & set(arguments.values()):
        return {}
    told = " ".join(str(value) for value in call.arguments.values())
    for field, value in _fields(ANSWER, call.answer):
        if isinstance(value, SCALARS) and is_answer(value) and not says(told, value) and not set("{}") & set(told):
            given = {arguments[key]: each for key, each in call.arguments.items()}
            return {**given, "label": label(identifier(field)), "answer": value}
    return {}


def _fields(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an answer, and those of the objects in it; a list of several things has none of its own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(key, inner)
    elif isinstance(value, list):
        if len(value) == 1:
            yield from _fields(name, value[0])
    else:
        yield name, value
