"""Rows as SQL."""

from datetime import datetime

from wardian.environments.insertion import insertion
from wardian.environments.state import Row, State
from wardian.environments.template import Template

TEMPLATE = Template(
    "CREATE TABLE jars(id TEXT PRIMARY KEY, label TEXT, grams INTEGER, full REAL);", {}, datetime(2026, 3, 2)
)
ROW: Row = {"id": "j'1", "label": None, "grams": -5, "full": 0.25}


def test_a_row_is_put_in_as_it_is() -> None:
    state = State(TEMPLATE)
    statement, values = insertion("jars", ROW)
    state.run(statement, *values)
    assert state.all("SELECT * FROM jars") == [ROW]
