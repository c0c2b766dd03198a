"""The state: what changed is known, what is saved comes back, equal worlds have equal digests."""

import sqlite3
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from wardian.base.errors import EnvironmentFault
from wardian.environments.change import Change
from wardian.environments.clock import VirtualClock
from wardian.environments.state import State
from wardian.environments.template import Rows, SqlValue, Template

NOW = datetime(2026, 3, 2, 9, 30)
SCHEMA = """
CREATE TABLE jars(id TEXT PRIMARY KEY, label TEXT, grams INTEGER);
CREATE TABLE shelves(room TEXT, place INTEGER, jar TEXT REFERENCES jars(id), PRIMARY KEY (room, place));
"""
ROWS: Rows = {
    "jars": [{"id": "j1", "label": "salt", "grams": 500}, {"id": "j2", "label": None, "grams": 20}],
    "shelves": [{"room": "cellar", "place": 1, "jar": "j1"}],
}


@pytest.fixture
def template() -> Template:
    return Template(SCHEMA, ROWS, NOW)


@pytest.fixture
def state(template: Template) -> State:
    return State(template)


def test_reads(state: State) -> None:
    assert state.one("SELECT * FROM jars WHERE id = ?", "j1") == {"id": "j1", "label": "salt", "grams": 500}
    assert state.one("SELECT * FROM jars WHERE id = 'x'") is None
    assert [row["id"] for row in state.all("SELECT id FROM jars ORDER BY id")] == ["j1", "j2"]
    assert not state.touched
    assert state.drain() == ()


def test_a_call_s_changes_are_typed(state: State) -> None:
    state.run("UPDATE jars SET grams = grams - 100, label = label WHERE id = 'j1'")
    state.run("INSERT INTO shelves VALUES ('attic', 2, 'j2')")
    assert state.drain() == (
        Change(table="jars", key="j1", column="grams", kind="update", before=500, after=400),
        Change(
            table="shelves",
            key="attic|2",
            column="*",
            kind="insert",
            after={"room": "attic", "place": 2, "jar": "j2"},
        ),
    )
    state.run("DELETE FROM shelves WHERE room = 'attic'")
    (gone,) = state.drain()
    assert (gone.kind, gone.key, gone.after) == ("delete", "attic|2", None)


def test_the_net_diff_forgets_what_was_undone(state: State) -> None:
    opening = state.digest
    state.run("UPDATE jars SET grams = 1 WHERE id = 'j1'")
    assert len(state.drain()) == 1
    assert state.digest != opening
    state.run("UPDATE jars SET grams = 500 WHERE id = 'j1'")
    state.run("INSERT INTO jars VALUES ('j3', 'tea', 1)")
    state.run("DELETE FROM jars WHERE id = 'j3'")
    state.drain()
    assert state.diff() == ()
    assert state.digest == opening


def test_a_changed_key_is_a_row_gone_and_a_row_come(state: State) -> None:
    state.run("UPDATE jars SET id = 'j9' WHERE id = 'j2'")
    assert [(change.kind, change.key) for change in state.drain()] == [("delete", "j2"), ("insert", "j9")]


def test_replace_is_logged_as_an_update(state: State) -> None:
    state.run("INSERT OR REPLACE INTO jars VALUES ('j2', 'rice', 20)")
    assert [(change.column, change.after) for change in state.drain()] == [("label", "rice")]


def test_the_digest_is_the_content_s_whatever_the_order(template: Template) -> None:
    one, other = State(template), State(template)
    writes = ["UPDATE jars SET grams = 7 WHERE id = 'j1'", "INSERT INTO jars VALUES ('j3', 'tea', 1)"]
    for write in writes:
        one.run(write)
    for write in reversed(writes):
        other.run(write)
    one.drain(), other.drain()
    assert one.digest == other.digest != State(template).digest
    jars: list[dict[str, SqlValue]] = [
        {"id": "j1", "label": "salt", "grams": 7},
        {"id": "j2", "label": None, "grams": 20},
        {"id": "j3", "label": "tea", "grams": 1},
    ]
    rows: Rows = {"jars": jars, "shelves": ROWS["shelves"]}
    assert State(Template(SCHEMA, rows, NOW)).digest == one.digest


def test_the_same_values_in_another_table_are_another_state() -> None:
    schema = "CREATE TABLE a(id TEXT PRIMARY KEY); CREATE TABLE b(id TEXT PRIMARY KEY);"
    digests = {State(Template(schema, {table: [{"id": "x"}]}, NOW)).digest for table in ("a", "b")}
    assert len(digests) == 2


def test_a_failed_block_leaves_no_trace(state: State) -> None:
    opening = state.digest

    def half_done() -> None:
        with state.savepoint():
            state.run("DELETE FROM shelves")
            state.run("DELETE FROM jars")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    assert state.drain() == ()
    assert state.digest == opening
    assert len(state.all("SELECT * FROM jars")) == 2
    state.run("UPDATE jars SET grams = 1 WHERE id = 'j1'")
    assert len(state.drain()) == 1


def test_snapshot_restore_and_fork(state: State) -> None:
    state.run("UPDATE jars SET grams = 1 WHERE id = 'j1'")
    saved = state.snapshot()
    digest, diff = state.digest, state.diff()
    fork = state.fork()
    fork.run("DELETE FROM shelves")
    fork.drain()
    assert state.all("SELECT * FROM shelves")
    state.run("INSERT INTO jars VALUES ('j3', 'tea', 1)")
    state.drain()
    state.restore(saved)
    assert (state.digest, state.diff()) == (digest, diff)
    state.run("INSERT INTO jars VALUES ('j4', 'tea', 1)")
    assert [change.key for change in state.drain()] == ["j4"]
    assert len(state.diff()) == 2
    assert fork.digest not in (state.digest, digest)


def test_a_reused_connection_shows_nothing_of_the_last_episode(template: Template) -> None:
    first = State(template)
    opening = first.digest
    first.run("DELETE FROM shelves")
    first.drain()
    first.close()
    second = State(template)
    assert second.digest == opening
    assert second.diff() == ()
    assert len(second.all("SELECT * FROM shelves")) == 1
    second.run("DELETE FROM shelves")
    assert len(second.drain()) == 1


def test_a_broken_snapshot_is_the_environment_s_fault(state: State) -> None:
    with pytest.raises(EnvironmentFault):
        state.restore(b"short")


def test_a_table_without_key_is_refused() -> None:
    with pytest.raises(ValueError, match="heap has no primary key"):
        Template("CREATE TABLE heap(x)", {}, NOW)


def test_a_row_that_refers_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of shelves refers to a row of jars"):
        Template(SCHEMA, {"shelves": [{"room": "cellar", "place": 1, "jar": "j7"}]}, NOW)


def test_the_clock_is_part_of_the_state(state: State) -> None:
    clock = VirtualClock(state)
    assert clock.now() == NOW
    opening, saved = state.digest, state.snapshot()
    assert clock.advance(timedelta(hours=2)) == datetime(2026, 3, 2, 11, 30)
    state.drain()
    assert state.digest != opening
    state.restore(saved)
    assert clock.now() == NOW
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))


def test_digests_are_equal_across_processes(state: State) -> None:
    state.run("UPDATE jars SET grams = 7, label = 'sält' WHERE id = 'j1'")
    state.drain()
    program = f"""
from datetime import datetime
from wardian.environments.state import State
from wardian.environments.template import Rows, SqlValue, Template
state = State(Template({SCHEMA!r}, {ROWS!r}, datetime.fromisoformat({NOW.isoformat()!r})))
state.run("UPDATE jars SET grams = 7, label = 'sält' WHERE id = 'j1'")
state.drain()
print(state.digest)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == state.digest


def write_and_fail(state: State, *sqls: str) -> None:
    with state.savepoint():
        for sql in sqls:
            state.run(sql)
        raise ValueError("no")


def test_what_was_taken_back_was_never_written(state: State) -> None:
    with pytest.raises(ValueError, match="no"):
        write_and_fail(state, "UPDATE clock SET now = '2030-01-01'")
    assert not state.touched


def test_what_was_written_before_stays_written(state: State) -> None:
    state.run("UPDATE clock SET now = '2031-01-01'")
    with pytest.raises(ValueError, match="no"):
        write_and_fail(state)
    assert state.touched
    assert [change.after for change in state.drain()] == ["2031-01-01"]


def test_a_write_that_sqlite_stops_halfway_is_taken_back(state: State) -> None:
    state.connection.set_progress_handler(lambda: True, 1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"), state.savepoint():
        state.run("UPDATE clock SET now = '2030-01-01'")
    state.connection.set_progress_handler(None, 0)
    assert (state.touched, state.drain(), state.diff()) == (False, (), ())


def refused(state: State, sql: str) -> None:
    """Write, and take it back."""
    with suppress(ValueError), state.savepoint():
        state.run(sql)
        raise ValueError("no")


def test_a_refused_first_write_leaves_the_world_whole(template: Template) -> None:
    """SQLite takes back with it that it has read the schema of the data which a used connection was given."""
    for _ in range(2):
        state = State(template)
        refused(state, "UPDATE jars SET grams = 1 WHERE id = 'j1'")
        assert state.one("SELECT room FROM shelves") == {"room": "cellar"}
        state.restore(state.snapshot())
        refused(state, "DELETE FROM shelves")
        assert state.one("SELECT grams FROM jars WHERE id = 'j1'") == {"grams": 500}
        state.close()


def test_what_others_do_between_two_writes_is_not_in_the_diff(state: State) -> None:
    state.run("UPDATE jars SET label = 'sea salt' WHERE id = 'j1'")
    with state.unattributed():
        state.run("UPDATE jars SET grams = 3 WHERE id = 'j1'")
    state.run("UPDATE jars SET label = 'salt' WHERE id = 'j1'")
    assert state.diff() == ()
    state.run("UPDATE jars SET grams = 2 WHERE id = 'j1'")
    assert [(change.column, change.before, change.after) for change in state.diff()] == [("grams", 3, 2)]
