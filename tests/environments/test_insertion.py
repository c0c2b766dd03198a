"""Rows as SQL, with values and without."""

from datetime import datetime

from wardian.environments.insertion import inserted, insertion
from wardian.environments.state import Row, State
from wardian.environments.template import Template

TEMPLATE = Template(
    "CREATE TABLE jars(id TEXT PRIMARY KEY, label TEXT, grams INTEGER, full REAL);", {}, datetime(2026, 3, 2)
)
ROW: Row = {"id": "j'1", "label": None, "grams": -5, "full": 0.25}


def test_both_put_in_the_same_row() -> None:
    one, other = State(TEMPLATE), State(TEMPLATE)
    statement, values = insertion("jars", ROW)
    one.run(statement, *values)
    other.run(inserted("jars", ROW))
    assert one.all("SELECT * FROM jars") == other.all("SELECT * FROM jars") == [ROW]


def test_a_text_ends_where_it_ends() -> None:
    state = State(TEMPLATE)
    nasty = "x'); DROP TABLE jars; --\n\"'"
    state.run(inserted("jars", {**ROW, "label": nasty}))
    assert state.all("SELECT label FROM jars") == [{"label": nasty}]
