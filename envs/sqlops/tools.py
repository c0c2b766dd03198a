"""What the data desk can do: read the schema, ask, try, and write, all by SQL."""

from wardian.environments.sql.console import SqlConsole
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.sql.rights import Rights, TableRights
from wardian.environments.state import Row, State
from wardian.environments.tool import tool
from wardian.environments.toolbox import Toolbox

__all__ = ["LEFTOVERS", "RIGHTS", "DeskTools"]

LEFTOVERS = ("orders_backup", "customers_old", "revenue_2025", "tmp_import", "payments_test", "fx_rates")
"""Tables that `leftovers.sql` makes, in its order."""

_READ = TableRights()
_ANY = TableRights(writes=frozenset({"insert", "update", "delete"}))
RIGHTS: Rights = {
    "countries": _READ,
    "employees": TableRights(hidden=frozenset({"salary_cents"})),
    "customers": TableRights(
        writes=frozenset({"update", "delete"}), hidden=frozenset({"tax_number"}), fixed=frozenset({"id"})
    ),
    "products": TableRights(writes=frozenset({"update"})),
    "orders": _ANY,
    "order_lines": _ANY,
    "payments": _ANY,
    "unmatched_payments": _ANY,
    "events": TableRights(writes=frozenset({"update", "delete"})),
    "events_archive": TableRights(writes=frozenset({"insert"})),
    "tickets": _READ,
    "repair_log": TableRights(writes=frozenset({"insert"})),
    **dict.fromkeys(LEFTOVERS, _ANY),
}
"""The tools guard what is private and what is a record; the policy guards the rest."""


class DeskTools(Toolbox):
    """SQL, and nothing else."""

    def __init__(self, state: State, limits: SqlLimits) -> None:
        super().__init__(state)
        there = state.template.columns
        rights = {table: allowed for table, allowed in RIGHTS.items() if table in there}
        self._console = SqlConsole(state, rights, limits)

    @tool(effect="read")
    def schema(self) -> Row:
        """List the tables with their columns, types, keys and references, and what may be done with them."""
        return self._console.describe()

    @tool(effect="read")
    def query(self, sql: str) -> Row:
        """Read with one SELECT statement (SQLite). At most 100 rows are shown.

        Args:
            sql: Such as "SELECT count(*) FROM orders WHERE status = 'new'".
        """
        return self._console.query(sql)

    @tool(effect="read")
    def preview(self, sql: str) -> Row:
        """Try an INSERT, UPDATE or DELETE statement: see what it would change, without changing anything.

        Args:
            sql: One statement.
        """
        return self._console.preview(sql)

    @tool(effect="write")
    def execute(self, sql: str) -> Row:
        """Change rows with one INSERT, UPDATE or DELETE statement. It happens as a whole or not at all.

        Args:
            sql: One statement.
        """
        return self._console.execute(sql)
