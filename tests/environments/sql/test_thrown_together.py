"""Statements that nobody wrote: pieces of honest and of hostile ones, thrown together."""

import re
from random import Random

import pytest
from support.sql_world import SECRET, SqlTools, call, recomputed, sql_template

from wardian.base.identity import random_stream
from wardian.environments.state import State

TEMPLATE = sql_template()
STATEMENTS = (
    "SELECT c.name, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.name ORDER BY 2",
    "SELECT * FROM orders WHERE id IN (SELECT id FROM orders WHERE cents > 100) LIMIT 3",
    "WITH big AS (SELECT id, cents FROM orders), few AS (SELECT id FROM big LIMIT 2) SELECT * FROM few, big",
    "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 5) SELECT x FROM t",
    "SELECT id, rank() OVER (PARTITION BY customer_id ORDER BY cents) FROM orders",
    "SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
    "INSERT INTO journal(entry) SELECT name FROM customers",
    "INSERT INTO orders(id, customer_id, cents) VALUES ('N1', 'C1', 5) ON CONFLICT(id) DO UPDATE SET cents = 7",
    "UPDATE orders SET note = c.name FROM customers c WHERE c.id = orders.customer_id",
    "UPDATE customers SET town = 'Wien' WHERE id = 'C1' RETURNING id, name",
    "DELETE FROM orders WHERE cents > 5000",
)
PIECES = (
    *("tax_id", "salaries", "_changes", "clock", "sqlite_master", '"_customers_UPDATE"', "json_each('[1]')"),
    *("(SELECT tax_id FROM customers)", "UNION SELECT tax_id FROM customers", "NATURAL JOIN", "USING (tax_id)", "*"),
    *("RETURNING *", "OR REPLACE", "OR ROLLBACK", "excluded.tax_id", "random()", "date('now')", "/*", "'", "--", ";"),
    *("WITH x AS (SELECT 1)", "customers", "orders", "journal", "id", "NULL", "x'ff'", "9e999", "rowid", "main."),
)
WORD = re.compile(r"'[^']*'|\w+|[^\w\s]")
TRIES = 1_500


def thrown_together(random: Random) -> str:
    words = WORD.findall(random.choice(STATEMENTS))
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(words))
        match random.randrange(4):
            case 0:
                words[place] = random.choice(PIECES)
            case 1:
                words.insert(place, random.choice(PIECES))
            case 2:
                words[place] = random.choice(WORD.findall(random.choice(STATEMENTS)))
            case _:
                other = WORD.findall(random.choice(STATEMENTS))
                words[place:place] = other[random.randrange(len(other)) :]
    return " ".join(words)


@pytest.mark.parametrize("tool", ["query", "preview", "execute"])
def test_nothing_gets_out_and_nothing_breaks(tool: str) -> None:
    random = random_stream("thrown together", tool)
    opening = State(TEMPLATE).digest
    state = State(TEMPLATE)
    codes = set()
    for _ in range(TRIES):
        sql = thrown_together(random)
        seen = call(SqlTools(state), tool, sql)
        codes.add(seen.error)
        assert SECRET not in seen.text, sql
        assert not state.connection.in_transaction, sql
        if tool != "execute" or seen.error is not None:
            assert (state.digest, seen.changes) == (opening, ()), sql
        else:
            assert state.digest == recomputed(state), sql
            state.close()
            state = State(TEMPLATE)
    assert {None, "sql_error", "not_allowed"} <= codes
    state.close()
