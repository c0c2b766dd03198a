"""Tables as a source has them, before they are given names and types of a pack."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from wardian.environments.template import SqlValue

__all__ = ["SCALARS", "RawColumn", "RawTable", "cell"]

SCALARS: Final = (str, int, float)


@dataclass(frozen=True)
class RawColumn:
    """A column.

    Args:
        name: as the source calls it.
        declared: its type in the source's words, "" when there is none.
        key: whether it belongs to the primary key.
        references: table and column whose values it takes.
    """

    name: str
    declared: str = ""
    key: bool = False
    references: tuple[str, str] | None = None


@dataclass
class RawTable:
    """A table with its rows, each a value for every column."""

    name: str
    columns: list[RawColumn]
    rows: list[list[SqlValue]] = field(default_factory=list)


def cell(value: Any) -> SqlValue:
    """A JSON value as SQLite keeps it: true is 1, what is no scalar is JSON text."""
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, SCALARS):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
