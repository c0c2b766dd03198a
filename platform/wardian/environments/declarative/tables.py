"""What a `world.yaml` says of its tables: columns and rows."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.base.frozen import Frozen, JsonValue
from wardian.specs.names import Identifier

__all__ = ["ColumnSpec", "TableSpec", "ValueSpec", "ValueType"]

ValueType = Literal["text", "integer", "number", "boolean", "date", "datetime", "json"]


class ValueSpec(Frozen):
    """A value with a type: what an argument of a tool is, and a column.

    Args:
        type: `date` and `datetime` are ISO texts; `json` is any JSON value.
        optional: whether it may be missing.
        default: what it is then; "{now}" and "{today}" are the virtual clock's.
        references: "table.column" in which the value must occur.
        one_of: the values that there are, if they are few.
        min: the smallest number.
        max: the largest one.
        description: for the agent.
    """

    type: ValueType
    optional: bool = False
    default: JsonValue = None
    references: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] = None
    one_of: tuple[str | int, ...] = ()
    min: float | None = None
    max: float | None = None
    description: str = ""


class ColumnSpec(ValueSpec):
    """A column of a table.

    Args:
        key: whether it belongs to the primary key.
        generated: how a new row's value is made, such as "T{n}": {n} is the largest number so far plus one.
        moves: by value, the values that an `update` may change it to; without it, all.
        hidden: whether no generated tool shows or takes it.
    """

    key: bool = False
    generated: Annotated[str | None, Field(pattern=r"^[^{}]*\{n\}$")] = None
    moves: dict[str, tuple[str, ...]] | None = None
    hidden: bool = False


class TableSpec(Frozen):
    """A table and the rows that it has in the beginning.

    Args:
        columns: by name, in their order.
        rows: some or all rows.
        file: a CSV file beside the world's with more rows; its first line names the columns.
        first: so many rows of the file; by default all.
    """

    columns: Annotated[dict[Identifier, ColumnSpec], Field(min_length=1)]
    rows: tuple[dict[str, JsonValue], ...] = ()
    file: str | None = None
    first: Annotated[int, Field(ge=0)] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return tuple(name for name, column in self.columns.items() if column.key)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that tools show."""
        return tuple(name for name, column in self.columns.items() if not column.hidden)
