"""What a toolbox gives its agent: read, try, write, and see what there is."""

import sqlite3
from collections import Counter
from collections.abc import Sequence

import orjson

from wardian.environments.change import Change
from wardian.environments.changelog import LOG_TABLE, LogEntry, fold
from wardian.environments.sql.guard import Guard
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.sql.rights import Rights
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError

__all__ = ["SqlConsole"]

_SHOWN_CHANGES = 10
_SHOWN_ENTRIES = 20
_LAST = f"SELECT coalesce(max(seq), 0) AS seq FROM {LOG_TABLE}"  # noqa: S608  (a constant)
_SINCE = f"SELECT name, before, after FROM {LOG_TABLE} WHERE seq > ? ORDER BY seq"  # noqa: S608  (a constant)


class SqlConsole:
    """SQL on a world, for tools: `query` in one that reads, `execute` in one that writes.

    Args:
        state: the world.
        rights: what the agent may do.
        limits: how much one statement may cost.
    """

    def __init__(self, state: State, rights: Rights, limits: SqlLimits | None = None) -> None:
        self._state = state
        self._rights = rights
        self._guard = Guard(state, rights, limits or SqlLimits())

    def describe(self) -> Row:
        """By table: its columns with their types, keys and references, and what may be done with it."""
        return {table: self._table(table) for table in sorted(self._rights)}

    def query(self, sql: str) -> Row:
        """The answer to a statement that reads: `columns`, `rows`, and a `notice` when rows were left off.

        Raises:
            ToolError: as `Guard.run` does.
        """
        return self._guard.run(sql, writing=False)

    def execute(self, sql: str) -> Row:
        """Change rows: `rows_changed` by table and verb, `changes` column by column, and what `RETURNING` gives.

        Raises:
            ToolError: as `Guard.run` does; nothing was written then.
        """
        with self._state.savepoint():
            return self._write(sql)

    def preview(self, sql: str) -> Row:
        """What `execute` would say, without doing it: for tools that only read.

        Raises:
            ToolError: as `execute` does.
        """
        try:
            with self._state.savepoint():
                raise Undone(self._write(sql))
        except Undone as undone:
            return undone.result

    def _write(self, sql: str) -> Row:
        last = self._state.all(_LAST)[0]["seq"]
        answer = self._guard.run(sql, writing=True)
        try:
            entries = [(row["name"], row["before"], row["after"]) for row in self._state.all(_SINCE, last)]
            for _, _, after in entries:
                orjson.loads(after or "null")
            changes = fold(entries[:_SHOWN_ENTRIES], self._state.template.keys)
        except (sqlite3.Error, ValueError) as error:
            raise ToolError("sql_error", "a value cannot be kept: it is no number or no Unicode text") from error
        result = {"rows_changed": _counted(entries), "changes": self._shown(changes)}
        return {**result, "returned": answer} if answer["columns"] else result

    def _shown(self, changes: Sequence[Change]) -> list[Row]:
        shown: list[Row] = []
        for change in changes[:_SHOWN_CHANGES]:
            hidden = self._rights[change.table].hidden
            where = {"table": change.table, "key": change.key, "kind": change.kind}
            if change.column == "*":
                row = change.after if change.kind == "insert" else change.before
                values = (
                    {name: value for name, value in row.items() if name not in hidden} if isinstance(row, dict) else {}
                )
                shown.append({**where, "row": values})
            else:
                shown.append({**where, "column": change.column, "before": change.before, "after": change.after})
        return shown

    def _table(self, table: str) -> Row:
        rights = self._rights[table]
        columns = [row for row in self._state.all(f'PRAGMA table_info("{table}")') if row["name"] not in rights.hidden]
        keys = self._state.all(f'PRAGMA foreign_key_list("{table}")')
        return {
            "columns": {row["name"]: row["type"] for row in columns},
            "primary_key": [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]],
            "references": {row["from"]: f"{row['table']}.{row['to']}" for row in keys},
            "allowed": ["select", *sorted(rights.writes)],
        }


class Undone(Exception):
    """Carries the result out of a savepoint that it rolls back."""

    def __init__(self, result: Row) -> None:
        super().__init__("undone")
        self.result = result


def _counted(entries: Sequence[LogEntry]) -> Row:
    """Rows by table and what was done to them."""
    done: dict[str, Counter[str]] = {}
    for table, before, after in entries:
        verb = "inserted" if before is None else "deleted" if after is None else "updated"
        done.setdefault(table, Counter())[verb] += 1
    return {table: dict(counts) for table, counts in done.items()}
