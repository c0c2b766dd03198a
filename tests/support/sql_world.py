"""A small world with a secret in it, and an agent's SQL console on it."""

from datetime import datetime

import orjson

from wardian.base.messages import ToolCall
from wardian.environments.changelog import row_hash, row_json
from wardian.environments.observation import Observation
from wardian.environments.sql.console import SqlConsole
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.sql.rights import TableRights
from wardian.environments.state import Row, State
from wardian.environments.template import Template
from wardian.environments.tool import tool
from wardian.environments.toolbox import Toolbox

SECRET = "S3CRET-777"
SCHEMA = """
CREATE TABLE customers(id TEXT PRIMARY KEY, name TEXT, town TEXT, tax_id TEXT UNIQUE) WITHOUT ROWID;
CREATE TABLE orders(
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers(id), placed_on TEXT, cents INTEGER, note TEXT,
  CHECK (cents >= 0)
);
CREATE INDEX orders_by_customer ON orders(customer_id);
CREATE TABLE journal(id INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE salaries(id INTEGER PRIMARY KEY, who TEXT, code TEXT);
"""
RIGHTS = {
    "customers": TableRights(writes={"update"}, hidden={"tax_id"}, fixed={"id"}),
    "orders": TableRights(writes={"insert", "update", "delete"}),
    "journal": TableRights(writes={"insert"}),
}
LIMITS = SqlLimits(steps=500_000, rows=40, answer_bytes=8_000)


def sql_template(orders: int = 60) -> Template:
    customers = [
        {"id": f"C{n}", "name": f"Name {n}", "town": "Bonn" if n % 2 else "Graz", "tax_id": f"{SECRET}-{n}"}
        for n in range(6)
    ]
    placed = [
        {
            "id": f"O{n:04d}",
            "customer_id": f"C{n % 6}",
            "placed_on": f"2026-0{1 + n % 3}-{1 + n % 28:02d}",
            "cents": 100 * n,
            "note": None if n % 4 else "gift",
        }
        for n in range(orders)
    ]
    return Template(
        SCHEMA,
        {
            "customers": customers,
            "orders": placed,
            "journal": [{"id": 1, "entry": "opened"}],
            "salaries": [{"id": 1, "who": "Ada", "code": SECRET}],
        },
        datetime(2026, 3, 2, 9),
    )


class SqlTools(Toolbox):
    """The three tools that a pack makes of a console."""

    def __init__(self, state: State, limits: SqlLimits = LIMITS) -> None:
        super().__init__(state)
        self._console = SqlConsole(state, RIGHTS, limits)

    @tool(effect="read")
    def query(self, sql: str) -> Row:
        """Read."""
        return self._console.query(sql)

    @tool(effect="read")
    def preview(self, sql: str) -> Row:
        """Try."""
        return self._console.preview(sql)

    @tool(effect="write")
    def execute(self, sql: str) -> Row:
        """Write."""
        return self._console.execute(sql)


def call(tools: Toolbox, name: str, sql: str) -> Observation:
    return tools.call(ToolCall(id="c", name=name, arguments=orjson.dumps({"sql": sql}).decode()))


def recomputed(state: State) -> str:
    """The digest from nothing but the rows."""
    total = sum(
        row_hash(table, row["json"])
        for table, columns in state.template.columns.items()
        for row in state.all(f"SELECT {row_json(columns)} AS json FROM {table}")
    )
    return f"{total % (1 << 128):032x}"
