"""The loops of a task: which values it is made for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from wardian.base.frozen import JsonValue
from wardian.environments.declarative.definition import scratch
from wardian.environments.declarative.filling import Filler
from wardian.environments.declarative.placeholders import PLACEHOLDER, PlaceholderError, Values, filled
from wardian.environments.declarative.statement import Inspector, Statement
from wardian.environments.declarative.tables import TableSpec
from wardian.environments.state import State
from wardian.environments.template import SqlValue, Template
from wardian.specs.document import Document
from wardian.specs.places import KeyPath

__all__ = ["Loops"]

Source = str | tuple[JsonValue, ...]

MOST: Final = 100_000
"""Rounds of all loops of one template together."""

QUOTED: Final = re.compile(r"'[^']*" + PLACEHOLDER.pattern + r"[^']*'")


class Loops:
    """Goes through loops in the world as it is in the beginning; what is wrong with them is noted in the document."""

    def __init__(self, document: Document, tables: Mapping[str, TableSpec], template: Template) -> None:
        self._document = document
        self._inspector = Inspector(scratch(tables), tables)
        self._state = State(template)
        self._left = 0

    def passes(self, path: KeyPath, loops: Mapping[str, Source]) -> Iterator[Values]:
        """The values of every pass, by the names of the loops; one pass without values, if there are no loops."""
        sound = [self._is_sound((*path, name), source) for name, source in loops.items()]
        self._left = MOST
        if all(sound):
            yield from self._within(path, list(loops.items()), {})
        if self._left < 0:
            self._document.complain(path, f"these loops go round more than {MOST} times")

    def close(self) -> None:
        """Give the world back."""
        self._state.close()

    def _is_sound(self, path: KeyPath, source: Source) -> bool:
        if not isinstance(source, str):
            return True
        if QUOTED.search(source):
            objection = "a placeholder stands for a value and needs no quotes"
        else:
            objection = self._inspector.objection(_query(source), _query(source).names)
        if objection:
            self._document.complain(path, objection)
        return not objection

    def _within(self, path: KeyPath, loops: Sequence[tuple[str, Source]], values: Values) -> Iterator[Values]:
        if not loops:
            yield values
            return
        (name, source), *inner = loops
        for item in self._items((*path, name), source, values):
            self._left -= 1
            if self._left < 0:
                return
            yield from self._within(path, inner, {**values, name: item})

    def _items(self, path: KeyPath, source: Source, values: Values) -> Sequence[JsonValue]:
        if not isinstance(source, str):
            filler = Filler(self._document, values)
            return [filler.value((*path, number), item) for number, item in enumerate(source)]
        query = _query(source)
        try:
            bound = [_bindable(name, values) for name in query.names]
        except PlaceholderError as error:
            self._document.complain(path, str(error))
            return ()
        return list(self._state.all(query.sql, *bound))


def _query(text: str) -> Statement:
    """The SQL, with the placeholders as names of its values."""
    return Statement(PLACEHOLDER.sub("?", text), tuple(found[0] for found in PLACEHOLDER.finditer(text)))


def _bindable(placeholder: str, values: Values) -> SqlValue:
    value = filled(placeholder, values)
    if isinstance(value, dict | list):
        raise PlaceholderError(f"{placeholder} is a row: say which of its columns")
    return value
