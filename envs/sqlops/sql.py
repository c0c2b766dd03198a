"""SQL as an agent writes it: with values in it."""

import re
from collections.abc import Sequence

__all__ = ["Sql", "sql"]

_NAME = re.compile(r":([a-z_]+)\b")


class Sql(str):
    """SQL, and not a text in it."""

    __slots__ = ()


def sql(text: str, **values: str | int | Sequence[str]) -> Sql:
    """`text` with each `:name` replaced: SQL as it is, all else as a literal; several become a list in brackets."""
    return Sql(_NAME.sub(lambda found: _literal(values[found[1]]), text))


def _literal(value: str | int | Sequence[str]) -> str:
    if isinstance(value, Sql | int):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"({', '.join(map(_literal, value))})"
