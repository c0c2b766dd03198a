"""The console beside attacks: answers that are cut, errors that help, guards that leave nothing behind."""

import sqlite3
from hashlib import sha256

import orjson
import pytest
from support.sql_world import LIMITS, RIGHTS, SECRET, SqlTools, call, sql_template

from wardian.environments.sql.console import SqlConsole
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.sql.rights import TableRights
from wardian.environments.state import State
from wardian.environments.tool import ToolError

TEMPLATE = sql_template()


@pytest.fixture
def state() -> State:
    return State(TEMPLATE)


def test_the_description_shows_what_is_there_for_the_agent(state: State) -> None:
    described = SqlConsole(state, RIGHTS).describe()
    assert list(described) == ["customers", "journal", "orders"]
    assert described["customers"]["columns"] == {"id": "TEXT", "name": "TEXT", "town": "TEXT"}
    assert described["orders"]["primary_key"] == ["id"]
    assert described["orders"]["references"] == {"customer_id": "customers.id"}
    assert described["journal"]["allowed"] == ["select", "insert"]


def test_more_rows_than_fit_are_left_off_with_a_notice(state: State) -> None:
    answer = SqlConsole(state, RIGHTS, LIMITS).query("SELECT id FROM orders ORDER BY id")
    assert len(answer["rows"]) == LIMITS.rows == 40
    assert answer["notice"]["code"] == "truncated"
    assert "first 40 rows" in answer["notice"]["message"]
    exactly = SqlConsole(state, RIGHTS, LIMITS).query("SELECT id FROM orders LIMIT 40")
    assert (len(exactly["rows"]), "notice" in exactly) == (40, False)


def test_more_bytes_than_fit_are_left_off_with_a_notice(state: State) -> None:
    console = SqlConsole(state, RIGHTS, SqlLimits(answer_bytes=100))
    answer = console.query("SELECT id, placed_on FROM orders")
    assert 0 < len(answer["rows"]) < 10
    assert len(orjson.dumps(answer["rows"])) <= 110
    assert answer["notice"]["code"] == "truncated"
    with pytest.raises(ToolError, match="one row has more than 100 bytes") as caught:
        console.query(f"SELECT '{'x' * 200}'")
    assert caught.value.code == "too_large"
    state.restore(state.snapshot())  # no statement is left open
    assert console.query("SELECT count(*) FROM orders")["rows"] == [[60]]


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT nmae FROM customers", "did you mean 'name'?"),
        ("SELECT o.costumer_id FROM orders o", "did you mean 'customer_id'?"),
        ("SELECT id FROM custmers", "did you mean 'customers'?"),
        ("SELECT code FROM salaries", "valid: customers, journal, orders"),
        ("SELECT taxid FROM customers", "valid: "),
        ("SELECT id FROM customers, orders", "ambiguous column name"),
        ("SELECT FROM orders", "syntax error"),
        ("SELECT frobnicate(id) FROM orders", "no such function"),
        ("SELECT count(*) FROM orders WHERE date('now') > placed_on", "'now'"),
        ("UPDATE orders SET note = 'x'", "begins with one of SELECT"),
    ],
)
def test_errors_help(state: State, sql: str, hint: str) -> None:
    seen = call(SqlTools(state), "query", sql)
    assert seen.error in ("sql_error", "not_allowed")
    assert hint in seen.text
    assert SECRET not in seen.text
    assert "tax_id" not in seen.text


def test_a_column_that_an_insert_misspells_is_named(state: State) -> None:
    seen = call(SqlTools(state), "execute", "INSERT INTO journal(entri) VALUES ('x')")
    assert (seen.error, "did you mean 'entry'?" in seen.text) == ("sql_error", True)


def test_the_same_query_is_stopped_at_the_same_step_however_often_it_ran(state: State) -> None:
    """SQLite's own count goes on from execution to execution of a prepared statement."""
    count = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < {}) SELECT count(*) FROM t"

    def enough(steps: int, rows: int) -> bool:
        tools = SqlTools(state, SqlLimits(steps=steps))
        return call(tools, "query", count.format(rows)).error != "too_expensive"

    needed = next(steps for steps in range(500, 5_000, 10) if enough(steps, 100))
    for _ in range(5):
        assert enough(needed, 100)
        assert not enough(needed - 20, 100)
    assert not enough(needed, 150)


def test_a_query_of_the_world_itself_is_not_reused_for_an_agent(state: State) -> None:
    own = "SELECT now FROM clock WHERE id = 0"
    assert state.one(own) is not None
    with pytest.raises(ToolError, match="there is no table clock"):
        SqlConsole(state, RIGHTS).query(own)


def test_rights_of_one_console_are_not_those_of_the_next(state: State) -> None:
    sql = "SELECT tax_id FROM customers WHERE id = 'C1'"
    wide = SqlConsole(state, {"customers": TableRights()})
    for _ in range(3):
        assert wide.query(sql)["rows"] == [[f"{SECRET}-1"]]
        with pytest.raises(ToolError, match=r"customers\.tax_id cannot be read"):
            SqlConsole(state, RIGHTS).query(sql)


def test_nothing_of_a_guard_is_left_on_the_connection() -> None:
    state = State(TEMPLATE)
    connection = state.connection
    limits = {category: connection.getlimit(category) for category in range(12)}
    tools = SqlTools(state)
    for sql in (
        "SELECT 1",
        "SELECT code FROM salaries",
        "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT count(*) FROM t",
    ):
        call(tools, "query", sql)
    call(tools, "execute", "INSERT INTO journal(entry) VALUES ('x')")
    call(tools, "execute", "DROP TABLE orders")
    state.close()
    reused = State(TEMPLATE)
    assert reused.connection is connection
    assert {category: connection.getlimit(category) for category in range(12)} == limits
    assert connection.execute("PRAGMA max_page_count").fetchone()[0] > 1_000_000
    assert reused.all("SELECT code FROM salaries") == [{"code": SECRET}]
    endless = (
        "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 200000) SELECT max(x) AS n FROM t"
    )
    assert reused.all(endless) == [{"n": 200_000}]
    reused.run("CREATE TABLE IF NOT EXISTS mine(x TEXT PRIMARY KEY)")
    reused.close()


def test_a_failed_write_does_not_accuse_the_next_read(state: State) -> None:
    tools = SqlTools(state)
    assert call(tools, "execute", "UPDATE orders SET cents = 9e999").error == "sql_error"
    assert call(tools, "query", "SELECT count(*) FROM orders").error is None
    assert call(tools, "preview", "DELETE FROM orders").error is None
    assert call(tools, "query", "SELECT count(*) FROM orders").text.endswith('"rows":[[60]]}')


def test_a_write_that_sqlite_stopped_halfway_is_taken_back_whole(state: State) -> None:
    tools = SqlTools(state, SqlLimits(steps=300))
    before = state.digest
    assert call(tools, "execute", "UPDATE orders SET note = 'x'").error == "too_expensive"
    assert not state.connection.in_transaction
    assert (state.digest, state.diff()) == (before, ())
    assert call(SqlTools(state), "execute", "UPDATE orders SET note = 'x' WHERE id = 'O0001'").changes


def test_a_database_that_grows_too_much_is_stopped(state: State) -> None:
    tools = SqlTools(state, SqlLimits(growth_bytes=20_000))
    many = "INSERT INTO journal(entry) SELECT a.id || b.id || c.id FROM orders a, orders b, customers c LIMIT 2000"
    before = state.digest
    seen = call(tools, "execute", many)
    assert (seen.error, state.digest, state.diff()) == ("too_large", before, ())


def test_a_preview_leaves_the_very_same_snapshot_behind(state: State) -> None:
    tools = SqlTools(state)
    call(tools, "execute", "INSERT INTO journal(entry) VALUES ('x')")
    digest, rows = state.digest, state.all("SELECT * FROM _changes")
    call(tools, "preview", "DELETE FROM orders")
    assert (state.digest, state.all("SELECT * FROM _changes")) == (digest, rows)
    fork = state.fork()
    assert call(SqlTools(fork), "query", "SELECT count(*) FROM orders").text.endswith('"rows":[[60]]}')
    fork.close()


def test_a_connection_serves_many_statements_and_many_episodes() -> None:
    """SQLite crashes over tables that it makes up itself once the database was replaced: no statement may name one."""
    for _ in range(30):
        state = State(TEMPLATE)
        console = SqlConsole(state, RIGHTS)
        for number in range(20):
            assert len(console.describe()) == 3
            assert console.query(f"SELECT count(*) + {number} FROM orders")["rows"] == [[60 + number]]
            for table in ("json_each('[1]')", '"pragma_table_info"', "[DBSTAT]", "'sqlite_stmt'", "fts3tokenize"):
                with pytest.raises(ToolError, match="there is no table"):
                    console.query(f"SELECT * FROM {table}")
        state.restore(state.snapshot())
        assert state.one("SELECT now FROM clock WHERE id = 0") is not None
        state.close()


def test_date_functions_are_sqlites_own_but_for_the_clock() -> None:
    state, plain = State(TEMPLATE), sqlite3.connect(":memory:")
    queries = [
        "SELECT date('2026-02-28', '+1 day'), time('10:00', '+90 minutes'), strftime('%W %j', '2026-05-01')",
        "SELECT julianday(2460000.5), unixepoch('2026-01-01'), datetime(1700000000, 'unixepoch'), date(NULL)",
        "SELECT date('2026-13-01'), strftime(NULL, '2026-01-01')",
        "SELECT printf('%s-%04d|%-5s|%+.3e', 'a', 7, 'b', 1.5), format('%%'), trim('xxaxx', 'x')",
    ]
    for query in queries:
        assert [tuple(row) for row in state.connection.execute(query)] == plain.execute(query).fetchall()
    with pytest.raises(sqlite3.OperationalError):
        state.all("SELECT date('now')")
    plain.close()
    state.close()


def test_snapshots_of_guarded_worlds_are_plain_snapshots(state: State) -> None:
    call(SqlTools(state), "execute", "UPDATE orders SET note = 'x' WHERE id = 'O0001'")
    again = State(TEMPLATE)
    call(SqlTools(again), "execute", "UPDATE orders SET note = 'x' WHERE id = 'O0001'")
    assert sha256(state.snapshot()).digest() == sha256(again.snapshot()).digest()
    again.close()
