"""What an agent may try with raw SQL, and what must come of it: a typed refusal, and nothing else."""

import time
from typing import NamedTuple

import pytest
from support.sql_world import SECRET, SqlTools, call, recomputed, sql_template

from wardian.environments.state import State

TEMPLATE = sql_template()
REFUSALS = {"sql_error", "not_allowed", "too_expensive", "too_large", "conflict"}


class Attack(NamedTuple):
    name: str
    sql: str
    code: str
    tools: tuple[str, ...] = ("query", "preview", "execute")


def doubled(levels: int) -> str:
    """Tables that each stand for two of the one before."""
    tables = ", ".join(f"a{n} AS (SELECT 1 AS x FROM a{n - 1} p, a{n - 1} q LIMIT 1)" for n in range(1, levels))
    return f"WITH a0 AS (SELECT 1 AS x LIMIT 1), {tables} SELECT count(*) FROM a{levels - 1}"


def shadowed(levels: int) -> str:
    """The same with two names only, each hiding the one outside."""
    sql = f"SELECT count(*) FROM {'ab'[levels % 2]}"
    for n in range(levels, 0, -1):
        new, old = "ab"[n % 2], "ab"[(n - 1) % 2]
        sql = f"SELECT * FROM (WITH {new} AS (SELECT 1 AS x FROM {old} p, {old} q LIMIT 1) {sql})"
    return f"WITH a AS (SELECT 1 AS x LIMIT 1) {sql}"


WRITES = ("preview", "execute")
READS = ("query",)
BOMB = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t)"
LONG = f"replace('{'x' * 60}', 'x', '{'y' * 60}')"
LONG_ROWS = f"WITH RECURSIVE t(x) AS (SELECT {LONG} UNION ALL SELECT x FROM t)"
SPOOF = '"_customers_UPDATE"'

ATTACKS = [
    # Tables and columns that are not for the agent.
    Attack("change log", "SELECT * FROM _changes", "not_allowed", READS),
    Attack("clock", "SELECT now FROM clock WHERE id = 0", "not_allowed", READS),
    Attack("moving the clock", "UPDATE clock SET now = '2030-01-01'", "not_allowed", WRITES),
    Attack("forging the log", "INSERT INTO _changes(name) VALUES ('orders')", "not_allowed", WRITES),
    Attack("cleaning the log", "DELETE FROM _changes", "not_allowed", WRITES),
    Attack("another table", "SELECT code FROM salaries", "not_allowed", READS),
    Attack(
        "another table through union",
        "SELECT name FROM customers UNION SELECT code FROM salaries",
        "not_allowed",
        READS,
    ),
    Attack("another table in a subquery", "SELECT (SELECT code FROM salaries)", "not_allowed", READS),
    Attack("another table by IN", f"SELECT (1, 'Ada', '{SECRET}') IN salaries", "not_allowed", READS),
    Attack("counting another table", "SELECT count(*) FROM salaries", "not_allowed", READS),
    Attack("hidden column", "SELECT tax_id FROM customers", "not_allowed", READS),
    Attack("hidden column by star", "SELECT * FROM customers", "not_allowed", READS),
    Attack("hidden column by order", "SELECT id FROM customers ORDER BY tax_id", "not_allowed", READS),
    Attack("hidden column by comparison", f"SELECT id FROM customers WHERE tax_id > '{SECRET}'", "not_allowed", READS),
    Attack("hidden column returned", "UPDATE customers SET town = 'X' RETURNING tax_id", "not_allowed", WRITES),
    Attack("hidden column returned by star", "UPDATE customers SET town = 'X' RETURNING *", "not_allowed", WRITES),
    Attack("hidden column copied", "UPDATE customers SET town = tax_id", "not_allowed", WRITES),
    Attack("hidden column exported", "INSERT INTO journal(entry) SELECT tax_id FROM customers", "not_allowed", WRITES),
    Attack("hidden column overwritten", "UPDATE customers SET tax_id = 'x'", "not_allowed", WRITES),
    Attack("fixed column", "UPDATE customers SET id = 'C99' WHERE id = 'C5'", "not_allowed", WRITES),
    Attack(
        "natural join",
        f"SELECT count(*) FROM customers NATURAL JOIN (SELECT '{SECRET}-1' AS tax_id)",
        "not_allowed",
        READS,
    ),
    Attack(
        "join using",
        f"SELECT count(*) FROM customers JOIN (SELECT '{SECRET}-1' AS tax_id) USING (tax_id)",
        "not_allowed",
        READS,
    ),
    Attack(
        "join using a quoted name",
        f"SELECT count(*) FROM customers JOIN (SELECT '{SECRET}-1' AS [Tax_ID]) USING (\"TAX_id\")",
        "not_allowed",
        READS,
    ),
    Attack("log by natural join", "SELECT count(*) FROM _changes NATURAL JOIN (SELECT 1 AS seq)", "not_allowed", READS),
    Attack(
        "secret table by using",
        f"SELECT count(*) FROM 'salaries' JOIN (SELECT '{SECRET}' AS code) USING (code)",
        "not_allowed",
        READS,
    ),
    Attack(
        "trigger's name", f"WITH {SPOOF} AS (SELECT tax_id FROM customers) SELECT * FROM {SPOOF}", "not_allowed", READS
    ),
    Attack(
        "trigger's name in a write",
        f"WITH {SPOOF} AS (SELECT tax_id FROM customers) UPDATE customers SET town = (SELECT tax_id FROM {SPOOF})",
        "not_allowed",
        WRITES,
    ),
    Attack("another table without a column of it", "SELECT 1 FROM main.salaries", "not_allowed", READS),
    Attack("log without a column of it", "SELECT 1 FROM MAIN._Changes", "not_allowed", READS),
    Attack(
        "a table of one's own that is called like another",
        "SELECT (WITH salaries AS (SELECT 1) SELECT 1), (SELECT count(*) FROM salaries)",
        "not_allowed",
        READS,
    ),
    Attack(
        "hidden column as conflict",
        "INSERT INTO customers(id) VALUES ('C1') ON CONFLICT(tax_id) DO NOTHING",
        "not_allowed",
        WRITES,
    ),
    Attack(
        "hidden column in an update from", "UPDATE orders SET note = c.tax_id FROM customers c", "not_allowed", WRITES
    ),
    Attack(
        "hidden column by full join",
        "SELECT * FROM customers FULL JOIN customers b USING (tax_id)",
        "not_allowed",
        READS,
    ),
    Attack(
        "hidden column in a returned subquery",
        "UPDATE orders SET note = 'x' RETURNING (SELECT tax_id FROM customers)",
        "not_allowed",
        WRITES,
    ),
    # Verbs that are not for the agent.
    Attack("write in a read", "DELETE FROM orders", "not_allowed", READS),
    Attack("write in a read behind WITH", "WITH x AS (SELECT 1) DELETE FROM orders", "not_allowed", READS),
    Attack("delete without the right", "DELETE FROM customers", "not_allowed", WRITES),
    Attack("delete by replace", "REPLACE INTO customers(id, name) VALUES ('C1', 'x')", "not_allowed", WRITES),
    Attack("insert or replace", "INSERT OR REPLACE INTO journal(id, entry) VALUES (1, 'x')", "not_allowed", WRITES),
    Attack(
        "update by upsert",
        "INSERT INTO journal(id, entry) VALUES (1, 'x') ON CONFLICT(id) DO UPDATE SET entry = 'forged'",
        "not_allowed",
        WRITES,
    ),
    # The schema, the connection, the file system.
    Attack("reading the schema", "SELECT sql FROM sqlite_master", "not_allowed", READS),
    Attack("reading the schema by its other name", "SELECT sql FROM sqlite_schema", "not_allowed", READS),
    Attack("writing the schema", "UPDATE sqlite_master SET sql = '' WHERE name = 'orders'", "not_allowed", WRITES),
    Attack("pragma", "PRAGMA table_info(customers)", "not_allowed"),
    Attack("writable schema", "PRAGMA writable_schema = ON", "not_allowed"),
    Attack("pragma as a table", "SELECT name FROM pragma_table_info('customers')", "not_allowed", READS),
    Attack("attach", "ATTACH DATABASE '/tmp/stolen.db' AS stolen", "not_allowed"),
    Attack("vacuum into", "VACUUM INTO '/tmp/stolen.db'", "not_allowed"),
    Attack("vacuum", "VACUUM", "not_allowed"),
    Attack("load extension", "SELECT load_extension('/tmp/evil.so')", "not_allowed", READS),
    Attack("readfile", "SELECT readfile('/etc/passwd')", "sql_error", READS),
    Attack("create table", "CREATE TABLE mine(x)", "not_allowed"),
    Attack("create temp table", "CREATE TEMP TABLE mine AS SELECT * FROM orders", "not_allowed"),
    Attack("create view", "CREATE VIEW v AS SELECT tax_id FROM customers", "not_allowed"),
    Attack("create temp view", "CREATE TEMP VIEW v AS SELECT tax_id FROM customers", "not_allowed"),
    Attack("create trigger", "CREATE TRIGGER x AFTER INSERT ON orders BEGIN DELETE FROM customers; END", "not_allowed"),
    Attack("drop the log's trigger", "DROP TRIGGER _orders_DELETE", "not_allowed"),
    Attack("drop table", "DROP TABLE orders", "not_allowed"),
    Attack("alter table", "ALTER TABLE orders RENAME TO orders2", "not_allowed"),
    Attack("full text table", "CREATE VIRTUAL TABLE f USING fts5(x)", "not_allowed"),
    Attack("spatial table", "CREATE VIRTUAL TABLE r USING rtree(id, a, b)", "not_allowed"),
    Attack("table out of JSON", "SELECT value FROM json_each('[1]')", "not_allowed", READS),
    Attack("reindex", "REINDEX", "not_allowed"),
    Attack("analyze", "ANALYZE", "not_allowed"),
    Attack("bytecode", "EXPLAIN SELECT 1", "not_allowed"),
    Attack("statements of the connection", "SELECT sql FROM sqlite_stmt", "not_allowed", READS),
    Attack("pages", "SELECT * FROM dbstat", "not_allowed", READS),
    # Transactions: the call is one itself.
    Attack("begin", "BEGIN", "not_allowed"),
    Attack("commit", "COMMIT", "not_allowed"),
    Attack("rollback", "ROLLBACK", "not_allowed"),
    Attack("release", "RELEASE call", "not_allowed"),
    Attack("savepoint", "SAVEPOINT call", "not_allowed"),
    Attack(
        "or rollback", "INSERT OR ROLLBACK INTO orders(id, customer_id) VALUES ('O0001', 'C1')", "not_allowed", WRITES
    ),
    Attack("hidden rollback", "UPDATE OR/**/\ufeffROLLBACK orders SET id = 'O0001'", "not_allowed", WRITES),
    Attack("or fail halfway", "UPDATE OR FAIL orders SET id = 'O9999'", "conflict", WRITES),
    Attack("two statements", "SELECT 1; DELETE FROM orders", "not_allowed", READS),
    Attack("two writes", "UPDATE orders SET note = 'x'; COMMIT", "not_allowed", WRITES),
    # What is not the same on every machine, at any time, after anything that was done before.
    Attack("random", "SELECT random()", "not_allowed", READS),
    Attack("order by random", "SELECT id FROM orders ORDER BY random()", "not_allowed", READS),
    Attack("randomblob", "UPDATE orders SET note = hex(randomblob(4))", "not_allowed", WRITES),
    Attack("current timestamp", "SELECT CURRENT_TIMESTAMP", "not_allowed", READS),
    Attack("now", "SELECT datetime('now')", "not_allowed", READS),
    Attack("now without saying so", "SELECT date()", "not_allowed", READS),
    Attack("now out of pieces", "SELECT strftime('%s', 'N' || 'ow')", "not_allowed", READS),
    Attack("now before a NUL", "SELECT date('now' || char(0))", "not_allowed", READS),
    Attack("now as bytes", "SELECT julianday(x'6e6f77')", "not_allowed", READS),
    Attack("time zone", "SELECT datetime('2026-01-01', 'localtime')", "not_allowed", READS),
    Attack("version", "SELECT sqlite_version()", "not_allowed", READS),
    Attack("rows written by others", "SELECT total_changes() + last_insert_rowid()", "not_allowed", READS),
    # Too much.
    Attack("endless recursion", f"{BOMB} SELECT count(*) FROM t", "too_expensive", READS),
    Attack("endless recursion with long rows", f"{LONG_ROWS} SELECT count(*) FROM t", "too_expensive", READS),
    Attack("sorting long rows", f"{LONG_ROWS} SELECT x FROM t ORDER BY 1", "too_expensive", READS),
    Attack("cross join", "SELECT count(*) FROM orders a, orders b, orders c, orders d", "too_expensive", READS),
    Attack("endless insert", f"INSERT INTO journal(entry) {BOMB} SELECT x FROM t", "too_expensive", WRITES),
    Attack(
        "insert of long rows", f"INSERT INTO journal(entry) {LONG_ROWS} SELECT x FROM t LIMIT 4000", "too_large", WRITES
    ),
    Attack("tables in each other", doubled(60), "too_expensive", READS),
    Attack("tables that hide each other", shadowed(40), "not_allowed", READS),
    Attack("zeroblob", "SELECT hex(zeroblob(1000000000))", "not_allowed", READS),
    Attack("printf", "SELECT printf('%.*c', 1000000000, 'x')", "not_allowed", READS),
    Attack("printf with a width", "SELECT format('%1000000000d', 1)", "not_allowed", READS),
    Attack("replace", f"SELECT replace({LONG}, 'y', {LONG})", "too_large", READS),
    Attack("doubling", f"SELECT {LONG} || {LONG}", "too_large", READS),
    Attack("trim", f"SELECT trim({LONG}, replace(hex(1), '3', {LONG}))", "not_allowed", READS),
    Attack("concatenation", f"{BOMB} SELECT group_concat(x) FROM (SELECT x FROM t LIMIT 9999)", "too_large", READS),
    Attack("json", f"{BOMB} SELECT json_group_array(x) FROM (SELECT x FROM t LIMIT 9999)", "too_large", READS),
    Attack("pattern", f"SELECT '{'a' * 3000}' LIKE '{'%a' * 150}b'", "too_large", READS),
    Attack("depth", "SELECT " + "abs(" * 500 + "1" + ")" * 500, "too_large", READS),
    Attack("long expression", "SELECT " + "+".join("1" * 300), "too_large", READS),
    Attack("compound", "SELECT 1 " + "UNION ALL SELECT 1 " * 200, "too_large", READS),
    Attack("length", "SELECT '" + "x" * 20_000 + "'", "too_large"),
    Attack("too many tables", "SELECT 1 FROM " + ", ".join(f"orders o{n}" for n in range(70)), "too_large", READS),
    Attack("columns", "SELECT " + ", ".join("1" * 250), "too_large", READS),
    # What cannot be kept.
    Attack("no Unicode", "UPDATE orders SET note = CAST(x'ff' AS TEXT)", "sql_error", WRITES),
    Attack("half a character", "UPDATE orders SET note = char(55296)", "sql_error", WRITES),
    Attack("bytes", "UPDATE orders SET note = x'00ff'", "sql_error", WRITES),
    Attack("infinity", "UPDATE orders SET cents = 9e999", "sql_error", WRITES),
    Attack("json that is an object in the log", "UPDATE orders SET note = json('{\"a\": 1}')", "not_allowed", WRITES),
    Attack("no statement", "  -- nothing\n", "sql_error"),
    Attack("only a semicolon", ";", "sql_error"),
    Attack("NUL", "SELECT 1\0; DROP TABLE orders", "sql_error", READS),
    Attack("parameter", "SELECT id FROM orders WHERE id = ?", "too_large", READS),
    Attack("open text", "SELECT 'abc", "sql_error", READS),
    Attack("open comment", "SELECT id /* FROM orders", "sql_error", READS),
    Attack("orphan", "UPDATE orders SET customer_id = 'C99'", "conflict", WRITES),
]


@pytest.mark.parametrize(("attack", "tool"), [pytest.param(a, t, id=f"{a.name}-{t}") for a in ATTACKS for t in a.tools])
def test_an_attack_is_contained(attack: Attack, tool: str) -> None:
    state = State(TEMPLATE)
    tools = SqlTools(state)
    begun = time.perf_counter()
    seen = call(tools, tool, attack.sql)
    spent = time.perf_counter() - begun
    assert seen.error == attack.code, seen.text
    assert SECRET not in seen.text.replace(attack.sql, "")
    assert "2026-03-02T09" not in seen.text
    assert seen.changes == ()
    assert spent < 5
    assert state.digest == recomputed(state) == State(TEMPLATE).digest
    assert state.diff() == ()
    still = call(tools, "execute", "UPDATE orders SET note = 'works' WHERE id = 'O0003'")
    assert still.error is None, still.text
    assert [change.key for change in still.changes] == ["O0003"]
    assert call(tools, "query", "SELECT count(*) FROM orders WHERE note = 'works'").text.count("[1]") == 1
    assert state.digest == recomputed(state)
    state.close()


def test_there_are_more_than_a_few() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 22
    assert {attack.code for attack in ATTACKS} == REFUSALS
