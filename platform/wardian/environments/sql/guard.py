"""One statement of an agent, run on a world's own connection without touching what it must not."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import ClassVar

from wardian.environments.changelog import LOG_TABLE
from wardian.environments.sql.answer import answer_of
from wardian.environments.sql.authorizer import Authorizer
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.sql.refusals import ERRORS, refusal_of
from wardian.environments.sql.rights import Rights
from wardian.environments.sql.wording import Wording
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError

__all__ = ["Guard"]

_ALL_PAGES = 1_073_741_823
_PAGE_BYTES = 1_024
_EVENTS = ("_INSERT", "_UPDATE", "_DELETE")


class Guard:
    """Arms the state's connection for one statement and disarms it again, so that nobody else is held up.

    Args:
        state: the world.
        rights: what the agent may do.
        limits: how much it may cost.
    """

    _numbers: ClassVar[Iterator[int]] = count()

    def __init__(self, state: State, rights: Rights, limits: SqlLimits) -> None:
        self._connection = state.connection
        self._connection.ask()
        self._limits = limits
        self._authorizer = Authorizer(rights, state.template.columns)
        self._pages = (state.template.size + limits.growth_bytes) // _PAGE_BYTES
        self._spent = False
        self.readable = {
            table: [column for column in state.template.columns[table] if column not in allowed.hidden]
            for table, allowed in rights.items()
        }
        self._secret = {
            name.lower()
            for table in (LOG_TABLE, *state.template.columns)
            for name in (rights[table].hidden if table in rights else (table,))
        }

    def run(self, sql: str, *, writing: bool) -> Row:
        """The answer to `sql`.

        Raises:
            ToolError: `sql_error`, `not_allowed`, `too_expensive`, `too_large` or `conflict`. What was written by
                then is the caller's to take back.
        """
        self._check(sql, writing=writing)
        with self._armed(writing=writing):
            try:
                # A text of its own keeps Python from reusing a statement that somebody else was allowed to prepare,
                # and SQLite from counting its steps from where its last execution ended.
                with closing(self._connection.execute(f"/*{next(self._numbers)}*/ {sql}")) as cursor:
                    return answer_of(cursor, self._limits)
            except ERRORS as error:
                raise self._refusal(error) from error

    def _check(self, sql: str, *, writing: bool) -> None:
        if len(sql) > self._limits.sql_characters:
            raise ToolError("too_large", f"a statement has at most {self._limits.sql_characters} characters")
        if "\ufeff" in sql or _names_trigger(sql, self._authorizer.triggers):
            raise ToolError("not_allowed", "the statement holds a name that is not available")
        wording = Wording(sql)
        wording.check_kind(writing=writing)
        wording.check_tables()
        wording.check_joins(self._secret)
        self._authorizer.local = wording.definitions(self._limits.references)

    @contextmanager
    def _armed(self, *, writing: bool) -> Iterator[None]:
        connection = self._connection
        self._authorizer.refusal, self._authorizer.writing, self._spent = None, writing, False
        if writing:
            connection.execute(f"PRAGMA max_page_count = {self._pages}")
        before = {category: connection.setlimit(category, value) for category, value in self._limits.categories.items()}
        connection.judge = self._authorizer
        connection.set_progress_handler(self._stop, self._limits.steps)
        try:
            yield
        finally:
            connection.set_progress_handler(None, 0)
            connection.judge = None
            for category, value in before.items():
                connection.setlimit(category, value)
            if writing:
                connection.execute(f"PRAGMA max_page_count = {_ALL_PAGES}")

    def _stop(self) -> bool:
        self._spent = True
        return True

    def _refusal(self, error: Exception) -> ToolError:
        if self._authorizer.refusal is not None:
            return ToolError("not_allowed", self._authorizer.refusal)
        if self._spent:
            return ToolError("too_expensive", f"stopped after {self._limits.steps} steps: look at fewer rows")
        return refusal_of(error, self.readable)


def _names_trigger(sql: str, triggers: Iterable[str]) -> bool:
    """Whether `sql` holds one of these names; what it calls so, the authorizer would take for the trigger."""
    return any(event in sql for event in _EVENTS) and any(name in sql for name in triggers)
