"""What an agent's SQL may do, table by table."""

from collections.abc import Mapping
from typing import Literal

from wardian.base.frozen import Frozen

__all__ = ["Rights", "TableRights", "Verb"]

Verb = Literal["insert", "update", "delete"]


class TableRights(Frozen):
    """What is possible with one table. Reading is, but for `hidden` columns.

    Args:
        writes: what may be done to its rows.
        hidden: columns that can neither be read, compared with, nor updated. An insert may fill them, so a `UNIQUE`
            one would betray by an error that a value is there: do not allow inserts into such a table.
        fixed: columns that can be read and not updated.
    """

    writes: frozenset[Verb] = frozenset()
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


Rights = Mapping[str, TableRights]
"""By table, spelled as in the schema. Whatever is not named is not there for the agent."""
