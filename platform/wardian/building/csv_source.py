"""Tables out of CSV files: one each, named like the file; the first line names the columns."""

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.building.identifiers import singular
from wardian.building.raw import RawColumn, RawTable
from wardian.building.sqlite_source import MOST_ROWS
from wardian.environments.template import SqlValue

__all__ = ["read_csvs"]

INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})")
NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")
SAMPLE: Final = 4_096
WIDEST: Final = 1_000_000


def read_csvs(path: Path) -> list[RawTable]:
    """The table in a file, or the tables in a folder of files, with the keys and references that their values show.

    Raises:
        ConfigError: when there is none, or one cannot be read.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    tables = [_table(file) for file in files]
    if not tables:
        raise ConfigError(f"{path}: no CSV file in it")
    keyed = [_keyed(table) for table in tables]
    return [_linked(table, keyed) for table in keyed]


def _table(file: Path) -> RawTable:
    csv.field_size_limit(WIDEST)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            head, *rest = _lines(stream.read())
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise ConfigError(f"{file}: cannot be read as CSV: {error}") from error
    rows = [[*line, *[""] * (len(head) - len(line))][: len(head)] for line in rest[:MOST_ROWS] if any(line)]
    columns = [_values([row[place] for row in rows]) for place in range(len(head))]
    return RawTable(file.stem, [RawColumn(name) for name in head], [list(row) for row in zip(*columns, strict=True)])


def _lines(text: str) -> list[list[str]]:
    dialect: type[csv.Dialect] | csv.Dialect = csv.excel
    with suppress(csv.Error):  # of one column
        dialect = csv.Sniffer().sniff(text[:SAMPLE], delimiters=",;\t|")
    return list(csv.reader(text.splitlines(keepends=True), dialect))


def _values(texts: Sequence[str]) -> list[SqlValue]:
    """One column's values: numbers when all of them are, else texts; an empty cell is nothing."""
    filled = [text for text in texts if text]
    if filled and all(INTEGER.fullmatch(text) for text in filled):
        return [int(text) if text else None for text in texts]
    if filled and all(INTEGER.fullmatch(text) or NUMBER.fullmatch(text) for text in filled):
        return [float(text) if text else None for text in texts]
    return [text or None for text in texts]


def _keyed(table: RawTable) -> RawTable:
    """With the first column as key whose name and values are those of one."""
    named = [place for place, column in enumerate(table.columns) if _is_key_name(table.name, column.name)]
    found = next((place for place in [*named, 0] if table.columns and _is_unique(table, place)), None)
    columns = [replace(column, key=place == found) for place, column in enumerate(table.columns)]
    return RawTable(table.name, columns, table.rows)


def _is_key_name(table: str, column: str) -> bool:
    one = singular(table.lower())
    return column.lower() in ("id", "key", "uuid", "code", f"{one}_id", f"{one}id", f"id_{one}", f"{one}_code")


def _is_unique(table: RawTable, place: int) -> bool:
    values = [row[place] for row in table.rows]
    return bool(values) and None not in values and len(set(values)) == len(values)


def _linked(table: RawTable, tables: Sequence[RawTable]) -> RawTable:
    columns = [replace(column, references=_target(table, place, tables)) for place, column in enumerate(table.columns)]
    return RawTable(table.name, columns, table.rows)


def _target(table: RawTable, place: int, tables: Sequence[RawTable]) -> tuple[str, str] | None:
    """The other table's key that a column means: by its name, when all its values occur there."""
    name, values = table.columns[place].name.lower(), {row[place] for row in table.rows} - {None}
    for other in tables:
        keys = [number for number, column in enumerate(other.columns) if column.key]
        if other is table or len(keys) != 1 or not values:
            continue
        key, one = other.columns[keys[0]].name, singular(other.name.lower())
        names = (key.lower() if key.lower() != "id" else "", f"{one}_id", f"{one}id", f"{one}_{key.lower()}", one)
        if name in names and values <= {row[keys[0]] for row in other.rows}:
            return other.name, key
    return None
