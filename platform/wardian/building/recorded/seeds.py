"""Tables out of what recorded look-ups have shown."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from wardian.building.identifiers import identifiers, singular
from wardian.building.modelling import Modelled, modelled
from wardian.building.raw import RawColumn, RawTable, cell
from wardian.building.recorded.calls import Recorded, RecordedTool
from wardian.environments.template import SqlValue

__all__ = ["seed_tables", "shown_rows"]

Record = dict[str, Any]


def seed_tables(tools: Sequence[RecordedTool]) -> dict[str, Modelled]:
    """By name: the tables that look-ups have shown, as they were before anything was changed."""
    about = {tool.table: [each for each in tools if each.table == tool.table] for tool in tools if tool.table}
    raw = [table for name, mine in about.items() if (table := _table(name, mine)) is not None]
    return modelled(raw) if raw else {}


def shown_rows(call: Recorded) -> list[Record]:
    """The records in an answer: one, or a list of them; none when it is anything else."""
    rows = call.answer if isinstance(call.answer, list) else [call.answer]
    return list(rows) if rows and all(isinstance(row, dict) and row for row in rows) else []


def _table(name: str, tools: Sequence[RecordedTool]) -> RawTable | None:
    looked = [call for tool in tools if tool.kind in ("get", "find") for call in tool.calls]
    key = _key(name, tools, [row for call in looked for row in shown_rows(call)])
    if key is None:
        return None
    records: dict[bytes, Record] = {}
    for call in sorted(looked, key=lambda call: not call.fresh):
        for row in shown_rows(call):
            if row.get(key) is not None:
                known = records.setdefault(orjson.dumps(row[key]), {})
                known.update({field: value for field, value in row.items() if field not in known})
    fields = list(dict.fromkeys(field for record in records.values() for field in record))
    names = identifiers(fields)
    scalar = [field for field in fields if not any(isinstance(row.get(field), dict | list) for row in records.values())]
    columns = [RawColumn(names[field], key=field == key, declared=_declared(records, field)) for field in scalar]
    rows: list[list[SqlValue]] = [[cell(row.get(field)) for field in scalar] for row in records.values()]
    return RawTable(name, columns, rows)


def _key(name: str, tools: Sequence[RecordedTool], rows: Sequence[Record]) -> str | None:
    """The field that tells the records apart: what a look-up takes and shows, or what is called like an id."""
    one = singular(name)
    taken = [field for tool in tools if tool.kind == "get" for field in _echoed(tool)]
    for field in dict.fromkeys([*taken, "id", f"{one}_id", f"{one}Id", f"{one}_number", "key", "code"]):
        values = [row.get(field) for row in rows]
        if values and all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
            return field
    return None


def _echoed(tool: RecordedTool) -> Iterator[str]:
    """Arguments that every answer repeats, when there is only one of them."""
    names = {name for call in tool.calls for name in call.arguments}
    if len(names) == 1:
        (name,) = names
        if all(isinstance(c.answer, dict) and c.answer.get(name) == c.arguments.get(name) for c in tool.calls):
            yield name


def _declared(records: dict[bytes, Record], field: str) -> str:
    values = [record.get(field) for record in records.values()]
    return "BOOLEAN" if any(isinstance(value, bool) for value in values) else ""
