"""What people do with SQL every day, and what must therefore work."""

import orjson
import pytest
from support.sql_world import SqlTools, call, recomputed, sql_template

from wardian.environments.state import State

TEMPLATE = sql_template()

READS = {
    "plain": ("SELECT id, cents FROM orders WHERE id = 'O0002'", [["O0002", 200]]),
    "star": ("SELECT * FROM orders WHERE id = 'O0002'", [["O0002", "C2", "2026-03-03", 200, None]]),
    "comment and semicolon": ("-- how many?\nSELECT count(*) /* all */ FROM orders;", [[60]]),
    "capitals": ("select COUNT(*) from ORDERS where ID = 'O0001'", [[1]]),
    "capitals of a whole table": ("SELECT COUNT(*) FROM Orders", [[60]]),
    "schema name": ("SELECT count(*) FROM main.orders", [[60]]),
    "quoted names": ('SELECT "id" FROM [orders] WHERE `cents` = 300', [["O0003"]]),
    "join": ("SELECT c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = 'O0001'", [["Name 1"]]),
    "join using": ("SELECT count(*) FROM orders JOIN (SELECT id, 1 AS one FROM orders) USING (id)", [[60]]),
    "left join": (
        "SELECT count(*) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.cents > 5500",
        [[6]],
    ),
    "self join": (
        "SELECT count(*) FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id",
        [[270]],
    ),
    "group and having": (
        "SELECT customer_id, count(*), sum(cents) FROM orders GROUP BY 1 HAVING sum(cents) > 31000 ORDER BY 3 DESC",
        [["C5", 10, 32000]],
    ),
    "distinct": ("SELECT count(DISTINCT customer_id) FROM orders", [[6]]),
    "subquery": ("SELECT count(*) FROM orders WHERE cents > (SELECT avg(cents) FROM orders)", [[30]]),
    "exists": (
        "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
        [[6]],
    ),
    "in": ("SELECT id FROM orders WHERE id IN ('O0001', 'O0002') AND customer_id NOT IN ('C1')", [["O0002"]]),
    "in a table expression": (
        "SELECT count(*) FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE town = 'Bonn')",
        [[30]],
    ),
    "with": (
        "WITH big AS (SELECT * FROM orders WHERE cents > 5000), n AS (SELECT count(*) AS n FROM big) SELECT n FROM n",
        [[9]],
    ),
    "with that is only counted": ("WITH big(x) AS (SELECT 1 FROM orders) SELECT count(*) FROM big", [[60]]),
    "with that is used twice": (
        (
            "WITH t AS NOT MATERIALIZED (SELECT customer_id AS c, sum(cents) AS s FROM orders GROUP BY 1) "
            "SELECT t.c FROM t WHERE t.s = (SELECT max(t.s) FROM t)"
        ),
        [["C5"]],
    ),
    "recursion": (
        (
            "WITH RECURSIVE d(day) AS (SELECT '2026-01-01' UNION ALL "
            "SELECT date(day, '+1 day') FROM d WHERE day < '2026-01-31') "
            "SELECT count(*), max(day) FROM d"
        ),
        [[31, "2026-01-31"]],
    ),
    "window": (
        (
            "SELECT id, r FROM "
            "(SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY cents DESC) AS r FROM orders)"
            " WHERE r = 1 ORDER BY id LIMIT 1"
        ),
        [["O0054", 1]],
    ),
    "named window": (
        "SELECT sum(cents) OVER w, lag(cents) OVER w, rank() OVER w FROM orders WINDOW w AS (ORDER BY id) LIMIT 2, 1",
        [[300, 100, 3]],
    ),
    "union": ("SELECT 1 UNION SELECT 2 UNION ALL SELECT 2 ORDER BY 1", [[1], [2], [2]]),
    "except": ("SELECT id FROM customers EXCEPT SELECT customer_id FROM orders", []),
    "values": ("VALUES (1, 'a'), (2, 'b')", [[1, "a"], [2, "b"]]),
    "case": ("SELECT sum(CASE WHEN note IS NULL THEN 1 ELSE 0 END) FROM orders", [[45]]),
    "filter": ("SELECT count(*) FILTER (WHERE note = 'gift') FROM orders", [[15]]),
    "like": ("SELECT count(*) FROM customers WHERE name LIKE 'name%' AND name GLOB 'N*'", [[6]]),
    "text functions": (
        "SELECT upper(trim(' a ')) || substr('hello', 2, 3) || replace('x.y', '.', ''), length('abc')",
        [["Aellxy", 3]],
    ),
    "trim with characters": ("SELECT trim('--a--', '-'), ltrim('007', '0'), instr('abc', 'c')", [["a", "7", 3]]),
    "printf": (
        "SELECT printf('%.2f', 12.345), format('%05d', 42), printf('%d%% of 2026 in %s', 5, 2026)",
        [["12.35", "00042", "5% of 2026 in 2026"]],
    ),
    "dates": (
        (
            "SELECT strftime('%Y-%m', placed_on), date(placed_on, 'start of month', '+1 month'), "
            "cast(julianday('2026-03-01') - julianday('2026-01-30') AS INTEGER) FROM orders WHERE id = 'O0001'"
        ),
        [["2026-02", "2026-03-01", 30]],
    ),
    "a date that is none": (
        "SELECT date('yesterday'), time('12:30'), datetime('2026-01-01')",
        [[None, "12:30:00", "2026-01-01 00:00:00"]],
    ),
    "arithmetic": (
        "SELECT round(sum(cents) / 100.0, 1), abs(-2), 7 % 3, cast('12' AS INTEGER) + 1 FROM orders",
        [[1770.0, 2, 1, 13]],
    ),
    "null": ("SELECT coalesce(NULL, 1), ifnull(NULL, 2), nullif(1, 1), iif(1 > 2, 'a', 'b')", [[1, 2, None, "b"]]),
    "group_concat": (
        "SELECT group_concat(id, ',') FROM (SELECT id FROM customers ORDER BY id)",
        [["C0,C1,C2,C3,C4,C5"]],
    ),
    "json": ("SELECT json_extract('{\"a\": [1, 2]}', '$.a[1]'), '{\"b\": 3}' ->> 'b'", [[2, 3]]),
    "rowid": ("SELECT count(rowid) FROM orders", [[60]]),
    "bytes": ("SELECT x'00ff'", [["x'00ff'"]]),
    "a secret's name as text": ("SELECT 'salaries', '_changes', 'natural'", [["salaries", "_changes", "natural"]]),
}


@pytest.mark.parametrize("name", READS)
def test_a_question_is_answered(name: str) -> None:
    sql, rows = READS[name]
    state = State(TEMPLATE)
    seen = call(SqlTools(state), "query", sql)
    assert seen.error is None, seen.text
    assert orjson.loads(seen.text)["rows"] == rows
    assert seen.changes == ()
    assert state.digest == State(TEMPLATE).digest
    state.close()


WRITES = {
    "update": ("UPDATE orders SET note = 'x' WHERE cents > 5500", {"orders": {"updated": 4}}),
    "update with a subquery": (
        "UPDATE orders SET note = (SELECT name FROM customers c WHERE c.id = orders.customer_id) WHERE id < 'O0003'",
        {"orders": {"updated": 3}},
    ),
    "update from": (
        "UPDATE orders SET note = c.town FROM customers AS c WHERE c.id = orders.customer_id AND c.town = 'Bonn'",
        {"orders": {"updated": 30}},
    ),
    "update with a table of its own": (
        (
            "WITH late AS (SELECT id FROM orders WHERE placed_on > '2026-03-20') UPDATE orders SET cents = cents + 1 "
            "WHERE id IN (SELECT id FROM late)"
        ),
        {"orders": {"updated": 5}},
    ),
    "update of nothing": ("UPDATE orders SET note = 'x' WHERE id = 'none'", {}),
    "insert": ("INSERT INTO journal(entry) VALUES ('a'), ('b')", {"journal": {"inserted": 2}}),
    "insert from select": (
        "INSERT INTO journal(entry) SELECT id || ' ' || date(placed_on) FROM orders LIMIT 3",
        {"journal": {"inserted": 3}},
    ),
    "insert or ignore": (
        "INSERT OR IGNORE INTO orders(id, customer_id, cents) VALUES ('O0001', 'C1', 1), ('N1', 'C1', 1)",
        {"orders": {"inserted": 1}},
    ),
    "upsert": (
        (
            "INSERT INTO orders(id, customer_id, cents) VALUES ('O1', 'C1', 7), ('O0001', 'C1', 7) "
            "ON CONFLICT(id) DO UPDATE SET cents = excluded.cents"
        ),
        {"orders": {"inserted": 1, "updated": 1}},
    ),
    "upsert that does nothing": (
        "INSERT INTO orders(id, customer_id) VALUES ('O0001', 'C1') ON CONFLICT DO NOTHING",
        {},
    ),
    "replace": (
        "REPLACE INTO orders(id, customer_id, cents) VALUES ('O0001', 'C2', 5)",
        {"orders": {"deleted": 1, "inserted": 1}},
    ),
    "delete": ("DELETE FROM orders WHERE note = 'gift'", {"orders": {"deleted": 15}}),
    "delete all": ("DELETE FROM orders", {"orders": {"deleted": 60}}),
    "delete with a subquery": (
        "DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE town = 'Graz') AND cents < 500",
        {"orders": {"deleted": 3}},
    ),
    "a table with a hidden column": (
        "UPDATE customers SET town = 'Wien' WHERE id = 'C1'",
        {"customers": {"updated": 1}},
    ),
    "unicode": ("UPDATE orders SET note = 'naïve - 東京 🚀' WHERE id = 'O0001'", {"orders": {"updated": 1}}),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_change_is_made_and_a_preview_says_the_same(name: str) -> None:
    sql, done = WRITES[name]
    state = State(TEMPLATE)
    tools = SqlTools(state)
    before = state.digest
    tried = call(tools, "preview", sql)
    assert (tried.error, tried.changes, state.digest) == (None, (), before), tried.text
    seen = call(tools, "execute", sql)
    assert seen.error is None, seen.text
    assert orjson.loads(seen.text)["rows_changed"] == done
    assert seen.text == tried.text
    assert bool(seen.changes) is bool(done)
    assert state.digest == recomputed(state)
    state.close()


def test_returning_gives_rows() -> None:
    state = State(TEMPLATE)
    seen = call(SqlTools(state), "execute", "DELETE FROM orders WHERE id = 'O0001' RETURNING id, cents")
    assert orjson.loads(seen.text)["returned"] == {"columns": ["id", "cents"], "rows": [["O0001", 100]]}
    state.close()
