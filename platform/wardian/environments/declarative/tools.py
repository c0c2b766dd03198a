"""What a `world.yaml` says of its tools."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.environments.declarative.tables import ValueSpec
from wardian.specs.names import Identifier

__all__ = [
    "CreateSpec",
    "DeleteSpec",
    "FindSpec",
    "GetSpec",
    "Guard",
    "StatementSpec",
    "TableToolSpec",
    "ToolSpec",
    "UpdateSpec",
]


class Guard(Frozen):
    """A condition in SQL without which a tool says no.

    Args:
        that: over the row as it is, for tools that take one; arguments are `:name`, time is `:now` and `:today`.
        message: for the agent.
        code: for the record.
    """

    that: str
    message: str
    code: Identifier = "not_allowed"


class BaseToolSpec(Frozen):
    """What all tools have.

    Args:
        description: for the agent.
        require: conditions, tried in their order.
        offered: whether the tool is there; for knobs.
    """

    description: str = ""
    require: tuple[Guard, ...] = ()
    offered: bool = True


class TableToolSpec(BaseToolSpec):
    """A tool that is generated for a table."""

    table: str


class GetSpec(TableToolSpec):
    """Shows one row. Its arguments are the columns of the primary key.

    Args:
        columns: what is shown; by default all that is not hidden.
    """

    kind: Literal["get"]
    columns: tuple[str, ...] = ()


class FindSpec(TableToolSpec):
    """Shows the rows that fit.

    Args:
        by: columns that may be given, and then are equal.
        contains: columns of which a part may be given, in capitals or not.
        needs: those of both that must be given.
        columns: what is shown; by default all that is not hidden.
        order: columns by which the rows are sorted, before the primary key.
        limit: the most rows that are shown.
    """

    kind: Literal["find"]
    by: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limit: Annotated[int, Field(ge=1, le=1000)] = 50


class CreateSpec(TableToolSpec):
    """Adds a row, and shows it.

    Args:
        columns: what may be given; by default all that is neither generated nor hidden.
    """

    kind: Literal["create"]
    columns: tuple[str, ...] = ()


class UpdateSpec(TableToolSpec):
    """Changes a row, and shows it.

    Args:
        columns: what may be changed; by default all that is neither hidden nor of the primary key.
    """

    kind: Literal["update"]
    columns: tuple[str, ...] = ()


class DeleteSpec(TableToolSpec):
    """Removes a row, and shows what it was."""

    kind: Literal["delete"]


class StatementSpec(BaseToolSpec):
    """A tool in SQL of its own.

    Args:
        arguments: by name.
        run: what it writes, in this order; all of it or nothing.
        result: a SELECT: the rows that the agent sees.
        one: whether it is one row; then none is the error `not_found`.
    """

    kind: Literal["statement"]
    arguments: dict[Identifier, ValueSpec] = {}
    run: tuple[str, ...] = ()
    result: str = ""
    one: bool = False


ToolSpec = Annotated[
    GetSpec | FindSpec | CreateSpec | UpdateSpec | DeleteSpec | StatementSpec, Field(discriminator="kind")
]
"""One of them, by its `kind`."""
