"""What the draft tasks of a table are about: rows and values that say what is wanted and give nothing away."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any, Final

from wardian.building.identifiers import singular
from wardian.building.modelling import Modelled, Row
from wardian.environments.declarative.tables import ColumnSpec
from wardian.environments.reading import read

__all__ = ["MOST", "Picks", "is_answer", "says"]

MOST: Final = 5
"""Tasks of one template."""
LONGEST: Final = 60
FEW: Final = 4
"""Rows of which all keys can be said in a sentence."""
SAID_ANYWAY: Final = (
    "done goodbye shall go ahead anything else sorry cannot human agent transferring all right i am to a you"
)
SMALL: Final = 10
"""Smaller numbers may be said by chance."""


def says(text: str, value: Any) -> bool:
    """Whether `value` stands in `text` as a word."""
    return re.search(rf"(?<!\w){re.escape(str(value).lower())}(?!\w)", text.lower()) is not None


class Picks:
    """Finds what tasks of one table can be about.

    Args:
        tables: all of them.
        name: of this one.
        scope: the columns that each kind of tool takes (`find`, `create`, `update`); all that make sense, where it is
            not said.
    """

    def __init__(
        self, tables: Mapping[str, Modelled], name: str, scope: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._scope = scope or {}
        self._tables = tables
        self._name = name
        self.table = tables[name]

    @cached_property
    def possible(self) -> frozenset[str]:
        """Kinds of tools that a task can be about: any other would be called by nobody."""
        kinds = {
            "get": self.reads(),
            "find": self.finds() or self.gathers(),
            "create": self.creates(),
            "update": self.updates(),
        }
        return frozenset(kind for kind, found in {**kinds, "delete": self.deletes()}.items() if found)

    def reads(self) -> list[Row]:
        """Rows of which one field is asked for (`column`), with its value (`answer`); the most telling fields first."""
        columns = sorted(self._telling(), key=lambda column: -len({row[column] for row in self.table.rows}))
        found = []
        for place, row in enumerate(self._rows()):
            for column in (*columns[place % max(len(columns), 1) :], *columns):
                if is_answer(row[column]) and not says(self._about(row, column), row[column]):
                    found.append({**self._key(row), "column": column, "answer": row[column]})
                    break
        return found[:MOST]

    def _about(self, row: Row, column: str) -> str:
        """What a question for a field of a row says."""
        return " ".join([column, singular(self._name), *(str(row[key]) for key in self.table.keys)]).replace("_", " ")

    def surveys(self, many: int) -> tuple[str, list[list[Row]]]:
        """A field, and groups of `many` rows each with its value (`answer`): more look-ups than one."""
        for column in self._telling():
            rows = [row for row in self._rows() if is_answer(row[column])]
            told = [{**self._key(row), "answer": row[column]} for row in rows]
            groups = [told[start : start + many] for start in range(0, len(told) - many + 1, many)]
            if groups:
                return column, groups[:MOST]
        return "", []

    def finds(self) -> dict[str, list[Row]]:
        """By column: values (`value`) that exactly one row has, with its key."""
        found = {column: rows for column in self._askable if (rows := list(self._unique(column)))}
        return dict(sorted(found.items(), key=lambda item: -len(item[1]))[:2])

    def gathers(self) -> dict[str, list[Row]]:
        """By column: values that a few rows have, with their keys (`keys`) and a pattern for all of these."""
        found = {column: rows for column in self._askable if (rows := list(self._groups(column)))}
        return dict(list(found.items())[:1])

    @property
    def searchable(self) -> list[str]:
        """Columns by which rows may be looked for."""
        return self._telling_of(self._columns("find"))

    @property
    def _askable(self) -> list[str]:
        """The same, or of a tool that takes nothing all columns: who asks has to look through the list."""
        return self.searchable or ([] if self._scope.get("find") else self._telling_of(self._columns("")))

    def _telling_of(self, names: list[str]) -> list[str]:
        return [name for name in names if self.table.columns[name].type in ("text", "integer", "date")]

    def _columns(self, kind: str) -> list[str]:
        """Columns that are neither keys nor hidden nor out of a tool's scope."""
        columns = self.table.columns.items()
        scope = self._scope.get(kind, self.table.columns)
        return [name for name, column in columns if not column.key and not column.hidden and name in scope]

    def updates(self) -> dict[str, list[Row]]:
        """By column: rows whose value becomes another (`wanted`)."""
        changeable = [name for name in self._columns("update") if self.table.columns[name].type != "json"]
        ranked = sorted(changeable, key=lambda name: not self.table.columns[name].one_of)
        found = {column: rows for column in ranked if (rows := list(self._changes(column)))}
        return dict(list(found.items())[:3])

    def creates(self) -> list[Row]:
        """The columns of new rows."""
        columns = [name for name in self._columns("create") if _is_given(self.table.columns[name])]
        own_key = [key for key in self.table.keys if self.table.columns[key].generated is None]
        donors = [row for row in self._rows() if all(_is_plain(row[column]) for column in columns)]
        keys = list(self._new_keys(own_key)) if own_key else [{} for _ in donors]
        new = [{column: row[column] for column in columns} | key for row, key in zip(donors, keys, strict=False)]
        return [row for row in new if row][:MOST]

    def deletes(self) -> list[Row]:
        """The keys of rows that no other row refers to."""
        used = {key: self._used(key) for key in self.table.keys}
        free = [row for row in self._rows() if not any(row[key] in values for key, values in used.items())]
        return [self._key(row) for row in free[-MOST:]]

    def _key(self, row: Row) -> Row:
        return {key: row[key] for key in self.table.keys}

    def _rows(self) -> Iterator[Row]:
        """Rows that can be named in a sentence."""
        for row in self.table.rows:
            if all(_is_plain(row[key]) for key in self.table.keys):
                yield row

    def _telling(self) -> list[str]:
        kinds = ("text", "integer", "number", "date")
        columns = self.table.columns.items()
        return [name for name, column in columns if not column.key and not column.hidden and column.type in kinds]

    def _unique(self, column: str) -> Iterator[Row]:
        counts = Counter(row[column] for row in self.table.rows)
        rows = [row for row in self._rows() if counts[row[column]] == 1 and _is_plain(row[column])]
        for row in rows[:MOST]:
            if len(self.table.keys) == 1 and not says(f"{self._name} {column} {row[column]}", row[self.table.keys[0]]):
                yield {**self._key(row), "value": row[column]}

    def _groups(self, column: str) -> Iterator[Row]:
        if len(self.table.keys) != 1:
            return
        (key,) = self.table.keys
        for value in dict.fromkeys(row[column] for row in self.table.rows):
            keys = [str(row[key]) for row in self.table.rows if row[column] == value]
            told = any(says(f"{self._name} {column} {value}", each) for each in keys)
            if len(keys) <= FEW and _is_plain(value) and all(map(_is_plain, keys)) and not told:
                pattern = "".join(rf"(?=[\s\S]*(?<!\w){re.escape(each)}(?!\w))" for each in keys)
                yield {"value": value, "keys": ", ".join(keys), "pattern": pattern}

    def _changes(self, column: str) -> Iterator[Row]:
        rows = list(self._rows())
        for place, row in enumerate(rows[:MOST]):
            wanted = self._other(column, row[column], place)
            if wanted is not None and wanted != row[column] and _is_plain(wanted):
                yield {**self._key(row), "wanted": wanted}

    def _other(self, column: str, value: Any, place: int) -> Any:
        """Another value that the column may have."""
        spec = self.table.columns[column]
        others = [each for each in self._values(spec, column) if each != value and each is not None]
        if spec.one_of or spec.references is not None:
            return others[place % len(others)] if others else None
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float):
            return value + 1 if spec.max is None or value + 1 <= spec.max else value - 1
        if spec.type == "date" and value is not None:
            return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        return others[place % len(others)] if others else None

    def _values(self, spec: ColumnSpec, column: str) -> list[Any]:
        if spec.one_of:
            return list(spec.one_of)
        if spec.references is None:
            return list(dict.fromkeys(row[column] for row in self.table.rows))
        other, target = spec.references.split(".")
        return [row[target] for row in self._tables[other].rows]

    def _new_keys(self, keys: list[str]) -> Iterator[Row]:
        """Keys that no row has: of references, values of their targets in new combinations."""
        choices = []
        for key in keys:
            spec, old = self.table.columns[key], [row[key] for row in self.table.rows]
            choices.append(self._values(spec, key)[:20] if spec.references is not None else _fresh(old, spec))
        taken = {tuple(row[key] for key in keys) for row in self.table.rows}
        free = (values for values in product(*choices) if values not in taken and all(map(_is_plain, values)))
        for values in free:
            yield dict(zip(keys, values, strict=True))

    def _used(self, key: str) -> set[Any]:
        """Values of `key` that other rows refer to."""
        target = f"{self._name}.{key}"
        return {
            row[name]
            for table in self._tables.values()
            for name, column in table.columns.items()
            if column.references == target
            for row in table.rows
        }


def _is_given(column: ColumnSpec) -> bool:
    """Whether a new row must be given a value for it; keys are looked after elsewhere."""
    return not (column.optional or column.default is not None or column.type == "json")


def _fresh(old: list[Any], spec: ColumnSpec) -> list[Any]:
    if spec.type == "integer":
        return [max([0, *old]) + step for step in range(1, MOST + 1)]
    return [f"{old[0] if old else 'new'}-{step}" for step in range(91, 91 + MOST)] if spec.type == "text" else []


def is_answer(value: Any) -> bool:
    """Whether a value is telling enough to be asked for: nobody says it by chance."""
    if isinstance(value, int | float):
        return not isinstance(value, bool) and abs(value) >= SMALL
    return _is_plain(value) and len(str(value)) > 2 and not says(SAID_ANYWAY, value)


def _is_plain(value: Any) -> bool:
    """Whether a value can stand in a sentence and changes nothing of what the sentence does."""
    if value is None:
        return False
    text = str(value)
    if not 0 < len(text) <= LONGEST or text != text.strip() or set(text) & set("{}?!\n\r\t"):
        return False
    reading = read(f"It is {text}.")
    return not any(
        (
            reading.questions,
            reading.proposes,
            reading.closes,
            reading.done,
            reading.denies,
            reading.stalls,
            reading.hands_over,
        )
    )
