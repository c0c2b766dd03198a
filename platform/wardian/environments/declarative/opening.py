"""The tables of a declarative world with their first rows."""

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.base.frozen import JsonValue
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.source import inside
from wardian.environments.declarative.tables import ColumnSpec, TableSpec
from wardian.environments.declarative.values import from_cell, opening_value
from wardian.environments.template import SqlValue
from wardian.specs.document import Document
from wardian.specs.names import nearest
from wardian.specs.places import KeyPath, Place, Problem
from wardian.specs.text_file import read_text

__all__ = ["Opening"]

LARGEST = 10 * 1024 * 1024

Record = dict[str, SqlValue]


class Opening:
    """Reads all rows; what is wrong with them is noted in the document.

    Args:
        folder: of the pack.
        document: the `world.yaml`.
        tables: of it.
        moment: when the world begins.
    """

    def __init__(self, folder: Path, document: Document, tables: Mapping[str, TableSpec], moment: Moment) -> None:
        self._folder = folder
        self._document = document
        self._tables = tables
        self._moment = moment
        self.rows = {name: list(self._rows(name, table)) for name, table in tables.items()}
        self._look_for_orphans()

    def _rows(self, name: str, table: TableSpec) -> Iterator[Record]:
        seen: set[tuple[SqlValue, ...]] = set()
        for place, path, given in self._given(name, table):
            record = self._record(table, given, place, path)
            key = tuple(record.get(column) for column in table.keys)
            if key in seen:
                self._complain(place, path, f"there is another row with the key {'|'.join(map(str, key))}")
            seen.add(key)
            yield record

    def _given(self, name: str, table: TableSpec) -> Iterator[tuple[Place, KeyPath, Mapping[str, JsonValue]]]:
        """Rows as they are written, each with where it stands."""
        for number, row in enumerate(table.rows):
            path = ("tables", name, "rows", number)
            yield self._document.place(path), path, row
        if table.file is not None:
            yield from islice(self._from_file(name, table, table.file), table.first)

    def _from_file(
        self, name: str, table: TableSpec, file: str
    ) -> Iterator[tuple[Place, KeyPath, Mapping[str, JsonValue]]]:
        path = ("tables", name, "file")
        try:
            source = inside(self._folder, file)
            reader = csv.DictReader(io.StringIO(read_text(source, LARGEST)), strict=True)
            for cells in reader:
                place = Place(source=str(source), line=reader.line_num)
                if None in cells or None in cells.values():
                    self._complain(
                        place, (), f"has not as many cells as the first line ({len(reader.fieldnames or ())})"
                    )
                    continue
                yield place, (), {key: self._cell(table, key, cell) for key, cell in cells.items()}
        except FileNotFoundError:
            self._document.complain(path, f"there is no file '{file}'")
        except (ConfigError, ValueError, csv.Error) as error:
            self._document.complain(path, str(error))

    @staticmethod
    def _cell(table: TableSpec, key: str, cell: str) -> JsonValue:
        column = table.columns.get(key)
        if column is None:
            return cell
        return None if column.key and not cell else from_cell(column, cell)

    def _record(self, table: TableSpec, given: Mapping[str, JsonValue], place: Place, path: KeyPath) -> Record:
        for key in given:
            if key not in table.columns:
                self._complain(place, (*path, key), f"there is no such column; {nearest(key, table.columns)}")
        return {name: self._value(name, column, given, place, path) for name, column in table.columns.items()}

    def _value(
        self, name: str, column: ColumnSpec, given: Mapping[str, JsonValue], place: Place, path: KeyPath
    ) -> SqlValue:
        value = given.get(name)
        try:
            return opening_value(column, self._moment.default(column) if value is None else value)
        except ValueError as error:
            self._complain(place, (*path, name), str(error))
            return None

    def _complain(self, place: Place, path: KeyPath, text: str) -> None:
        self._document.problems.append(Problem(place=place, path=path, text=text))

    def _look_for_orphans(self) -> None:
        for name, table in self._tables.items():
            for column, spec in table.columns.items():
                parent, _, key = (spec.references or "").partition(".")
                if parent in self.rows and key in self._tables[parent].columns:
                    self._compare(name, column, parent, {row[key] for row in self.rows[parent]})

    def _compare(self, name: str, column: str, parent: str, known: set[SqlValue]) -> None:
        orphan = next((row for row in self.rows[name] if row[column] is not None and row[column] not in known), None)
        if orphan is not None:
            key = "|".join(str(orphan[part]) for part in self._tables[name].keys)
            text = f"the row {key} has {orphan[column]!r}, which is not in {parent}"
            self._document.complain(("tables", name, "columns", column, "references"), text)
