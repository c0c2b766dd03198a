"""Tools that say again what was recorded: for all that no table explains."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from wardian.building.drafting import MORE, PERSONAS, Document, label
from wardian.building.identifiers import identifier, identifiers
from wardian.building.modelling import Modelled, modelled
from wardian.building.picks import MOST, is_answer, says
from wardian.building.raw import RawColumn, RawTable
from wardian.building.recorded.calls import Recorded, RecordedTool
from wardian.environments.template import SqlValue

__all__ = ["Stub", "stub_of"]

NUMBER: Final = "row_number"
ANSWER: Final = "answer"
GIVEN: Final = "with_"
"""Before the names of arguments, which answers may use as well."""
SCALARS: Final = (str, int, float)


class Stub:
    """A table of answers, the tool that looks them up, and tasks for it (none when no answer tells anything).

    Args:
        table: its name.
        rows: the table.
        tool: as `world.yaml` says it.
        tasks: by template.
    """

    def __init__(self, table: str, rows: Modelled, tool: Document, tasks: dict[str, Document]) -> None:
        self.table = table
        self.rows = rows
        self.tool = tool
        self.tasks = tasks


def stub_of(name: str, tool: RecordedTool) -> Stub:
    """The stub called `name` of a recorded tool. Of the same call with different answers, the first one counts."""
    table = identifier(f"{name}_answers")
    calls = list(
        {orjson.dumps(call.arguments, option=orjson.OPT_SORT_KEYS): call for call in reversed(tool.calls)}.values()
    )[::-1]
    arguments = identifiers(list(dict.fromkeys(key for call in calls for key in call.arguments)))
    fields = identifiers(list(dict.fromkeys(key for call in calls for row in _rows(call) for key in row)))
    raw = RawTable(table, [RawColumn(NUMBER, key=True)], [])
    raw.columns += [RawColumn(f"{GIVEN}{key}") for key in arguments.values()]
    raw.columns += [RawColumn(key) for key in fields.values() if key != NUMBER]
    for call in calls:
        for row in _rows(call):
            given: list[SqlValue] = [_cell(call.arguments.get(key)) for key in arguments]
            raw.rows.append(
                [len(raw.rows) + 1, *given, *(_cell(row.get(field)) for field, key in fields.items() if key != NUMBER)]
            )
    rows = modelled([raw])[table]
    shown = [key for key in fields.values() if key != NUMBER]
    one = all(not isinstance(call.answer, list) for call in calls)
    document = _document(table, rows, list(arguments.values()), shown, one=one)
    tasks = _tasks(name, calls, arguments) if one else {}
    if not tasks:
        document["offered"] = False
    return Stub(table, rows, document, tasks)


def _document(table: str, rows: Modelled, arguments: list[str], shown: list[str], *, one: bool) -> Document:
    """A statement over identifiers that this module has made."""
    where = " AND ".join(f'"{GIVEN}{name}" IS :{name}' for name in arguments) or "1"
    columns = ", ".join(f'"{name}"' for name in shown)
    return {
        "kind": "statement",
        "arguments": {name: _argument(rows, f"{GIVEN}{name}") for name in arguments},
        "result": f'SELECT {columns} FROM "{table}" WHERE {where} ORDER BY "{NUMBER}"',  # noqa: S608  (identifiers)
        "one": one,
    }


def _argument(rows: Modelled, column: str) -> Document:
    spec = rows.columns[column]
    kind = spec.type if spec.type in ("integer", "number") else "text"
    return {"type": kind, "optional": True} if spec.optional else {"type": kind}


def _tasks(name: str, calls: list[Recorded], arguments: Mapping[str, str]) -> dict[str, Document]:
    """A question about one field of an answer that the arguments do not give away."""
    picks = [pick for call in calls if (pick := _pick(call, arguments))][:MOST]
    same = [pick for pick in picks if set(pick) == set(picks[0])]
    if not same:
        return {}
    keys = [key for key in same[0] if key not in ("label", "answer")]
    wording = " and ".join(f"{label(key)} {{pick.{key}}}" for key in keys)
    question = f"What is the {{pick.label}} of {label(name)}{' with ' if wording else ''}{wording}?"
    pattern = r"(?<!\w){pick.answer|re}(?!\w)"
    wish = {"name": "answer", "said": pattern, "ask": f"You have not told me yet. {question}"}
    request = {"opening": question, "detail": question, "kind": "question", "wishes": [wish]}
    steps = [
        {"call": name, "with": {key: f"{{pick.{key}}}" for key in keys}},
        {"say": f"It is {{pick.answer}}. {MORE}"},
    ]
    task = {"for": {"pick": same}, "personas": PERSONAS, "user": {"requests": [request]}, "reference": steps}
    return {f"ask_{name}": {**task, "checks": [{"kind": "communicated", "name": "told", "pattern": pattern}]}}


def _pick(call: Recorded, arguments: Mapping[str, str]) -> Document:
    if not all(isinstance(value, SCALARS) and not isinstance(value, bool) for value in call.arguments.values()):
        return {}
    told = " ".join(str(value) for value in call.arguments.values())
    for field, value in (item for row in _rows(call)[:1] for item in row.items()):
        if is_answer(value) and not says(told, value) and "{" not in told:
            given = {arguments[key]: each for key, each in call.arguments.items()}
            return {**given, "label": label(identifier(field)), "answer": value}
    return {}


def _rows(call: Recorded) -> list[dict[str, Any]]:
    """An answer as rows: records as they are, anything else as one field."""
    if isinstance(call.answer, dict) and call.answer:
        return [call.answer]
    if isinstance(call.answer, list) and call.answer and all(isinstance(each, dict) and each for each in call.answer):
        return call.answer
    return [{ANSWER: call.answer}]


def _cell(value: Any) -> SqlValue:
    if value is None or (isinstance(value, SCALARS) and not isinstance(value, bool)):
        return value
    return int(value) if isinstance(value, bool) else orjson.dumps(value).decode()
