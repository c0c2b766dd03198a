"""What can be told from a statement's words alone, where SQLite does not ask its authorizer."""

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from math import prod

from wardian.environments.tool import ToolError

__all__ = ["Wording"]

_TOKEN = re.compile(
    r"""
    --[^\n]*+ | /\*.*?(?:\*/|\Z)
    | (?P<quoted>'(?:[^']|'')*+' | "(?:[^"]|"")*+" | `(?:[^`]|``)*+` | \[[^\]]*+\])
    | (?P<bare>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*+)
    | [0-9][\w.]*+
    | (?P<mark>\S)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_READS = frozenset({"select", "values", "with"})
_WRITES = frozenset({"delete", "insert", "replace", "update", "with"})
_QUOTED = "'"
_COMMON = frozenset({"dbstat", "fts3tokenize", "json_each", "json_tree", "sqlite_stmt"})
"""Refused also where SQLite was built without them, so that an answer is the same everywhere."""


class Wording:
    """The words of a statement in small letters; numbers and comments are none. Quoted ones begin with a quote."""

    def __init__(self, sql: str) -> None:
        self._words = list(_words(sql))
        self._distinct = frozenset(self._words)

    def check_kind(self, *, writing: bool) -> None:
        """Raises a `ToolError` unless the statement begins like one that reads (or writes) rows.

        `OR ROLLBACK` would end the transaction that the call itself is.
        """
        possible = _WRITES if writing else _READS
        begin = self._words[0] if self._words else ";"
        if begin == ";":
            raise ToolError("sql_error", "there is no statement")
        if begin not in possible:
            kinds = ", ".join(sorted(word.upper() for word in possible))
            raise ToolError("not_allowed", f"a statement of this tool begins with one of {kinds}")
        if "rollback" in self._distinct:
            text = "ROLLBACK is not possible here: a statement that fails changes nothing anyway"
            raise ToolError("not_allowed", text)

    def check_tables(self) -> None:
        """Raises a `ToolError` when a table is mentioned that is there without having been created.

        SQLite makes such tables (`json_each`, `pragma_table_info`) up before it asks its authorizer, and crashes over
        them once the database was replaced, as happens at the begin of every episode.
        """
        for name in map(_name, self._distinct):
            if name in _virtual_tables() or name.startswith("pragma_"):
                raise ToolError("not_allowed", f"there is no table {name} for you")

    def check_joins(self, secret: Collection[str]) -> None:
        """Raises a `ToolError` when a join by equal names could touch a name in `secret` (small letters).

        SQLite does not ask its authorizer for the columns of `NATURAL` and `USING`.
        """
        if "using" not in self._distinct and "natural" not in self._distinct:
            return
        for name in map(_name, self._words):
            if name in secret or name.startswith("sqlite_"):
                raise ToolError("not_allowed", f"{name} cannot be used here")
        if "natural" in self._distinct:
            raise ToolError("not_allowed", "NATURAL JOIN is not available; say ON a.x = b.x, or USING (x)")

    def definitions(self, limit: int) -> Collection[str]:
        """The tables that the statement defines in `WITH` clauses, in small letters.

        Raises:
            ToolError: when SQLite would copy them, as they stand for each other, more than `limit` times.
        """
        if "with" not in self._distinct:
            return ()
        defined = Counter(self._defined())
        if twice := [name for name, count in defined.items() if count > 1]:
            raise ToolError("not_allowed", f"{twice[0]} is defined twice; give each table of WITH its own name")
        qualified = [*self._words[1:], ""]
        mentioned = Counter(_name(word) for word, after in zip(self._words, qualified, strict=True) if after != ".")
        if prod(max(1, mentioned[name] - 1) for name in defined) > limit:
            raise ToolError("too_expensive", "the tables of WITH are mentioned too often in each other")
        return defined

    def _defined(self) -> Iterator[str]:
        """The names in `name AS (…`, `name(columns) AS (…`, `name AS NOT MATERIALIZED (…`."""
        spoken = self._words
        for place, word in enumerate(spoken):
            if word == "as" and place and self._opens(place + 1):
                before = place - 1
                if spoken[before] == ")":
                    before = max((n for n in range(before) if spoken[n] == "("), default=1) - 1
                yield _name(spoken[before])

    def _opens(self, place: int) -> bool:
        following = self._words[place : place + 3]
        return [word for word in following if word not in ("not", "materialized")][:1] == ["("]


def _words(sql: str) -> Iterator[str]:
    for token in _TOKEN.finditer(sql):
        kind, text = token.lastgroup, token[0]
        if kind == "quoted":
            yield _QUOTED + text[1:-1].replace(text[0] * 2, text[0]).lower()
        elif kind is not None:
            yield text.lower()


@cache
def _virtual_tables() -> frozenset[str]:
    connection = sqlite3.connect(":memory:")
    names = frozenset(row[0].lower() for row in connection.execute("PRAGMA module_list"))
    connection.close()
    return names | _COMMON


def _name(word: str) -> str:
    return word[1:] if word[0] == _QUOTED else word
