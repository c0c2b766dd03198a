"""Tables as a source has them, before they are given names and types of a pack."""

from dataclasses import dataclass, field

from wardian.environments.template import SqlValue

__all__ = ["RawColumn", "RawTable"]


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
