"""A colleague's edit happens after the first reading, silently and the same each time."""

from datetime import datetime

import orjson
import pytest

from wardian.base.messages import ToolCall
from wardian.environments.files.schema import tree_rows
from wardian.environments.files.shared import SHARED_SCHEMA, PendingEdit, SharedFileTools, pending_rows
from wardian.environments.files.tree import version_of
from wardian.environments.observation import Observation
from wardian.environments.state import State
from wardian.environments.template import Template

EDITS = [
    PendingEdit(path="stock.csv", old="pens,4", new="pens,9"),
    PendingEdit(path="stock.csv", old="ink,1", new="ink,2"),
    PendingEdit(path="gone.md", old="nowhere to be found", new="x"),
]
ROWS = {"files": tree_rows({"stock.csv": "pens,4\nink,1\n", "gone.md": "g\n"}), "pending_edits": pending_rows(EDITS)}
TEMPLATE = Template(SHARED_SCHEMA, ROWS, datetime(2026, 3, 2))
STALE = version_of("pens,4\nink,1\n")


@pytest.fixture
def tools() -> SharedFileTools:
    return SharedFileTools(State(TEMPLATE))


def do(tools: SharedFileTools, name: str, **arguments: str) -> Observation:
    return tools.call(ToolCall(id="c", name=name, arguments=orjson.dumps(arguments).decode()))


def edit(tools: SharedFileTools, version: str) -> Observation:
    return do(tools, "edit_file", path="stock.csv", old_text="ink,1", new_text="ink,7", version=version)


def test_who_reads_first_and_edits_then_has_a_conflict(tools: SharedFileTools) -> None:
    seen = do(tools, "read_file", path="stock.csv")
    assert orjson.loads(seen.text) == {"text": "pens,4\nink,1", "lines": 2, "version": STALE}
    assert edit(tools, STALE).error == "conflict"
    assert tools.files.read("stock.csv") == "pens,9\nink,1\n"


def test_the_edit_is_silent_and_nobody_s_doing(tools: SharedFileTools) -> None:
    before = tools.state.digest
    assert do(tools, "read_file", path="stock.csv").changes == ()
    assert tools.state.digest != before
    assert tools.state.diff() == ()
    assert do(tools, "list_folder").changes == ()


def test_each_reading_lets_one_edit_happen(tools: SharedFileTools) -> None:
    for text in ("pens,9\nink,1\n", "pens,9\nink,2\n", "pens,9\nink,2\n"):
        do(tools, "read_file", path="stock.csv")
        assert tools.files.read("stock.csv") == text


def test_who_reads_again_can_edit(tools: SharedFileTools) -> None:
    for _ in range(3):
        version = orjson.loads(do(tools, "read_file", path="stock.csv").text)["version"]
    seen = do(tools, "edit_file", path="stock.csv", old_text="ink,2", new_text="ink,7", version=version)
    assert seen.error is None
    assert {change.table for change in seen.changes} == {"files"}


def test_a_copy_is_a_reading_too(tools: SharedFileTools) -> None:
    copied = do(tools, "copy_file", path="stock.csv", new_path="copy.csv")
    assert {change.key for change in copied.changes} == {"copy.csv"}
    assert orjson.loads(copied.text)["version"] == STALE
    assert edit(tools, STALE).error == "conflict"
    assert do(tools, "copy_file", path="stock.csv", new_path="copy.csv").error == "exists"
    assert tools.files.read("stock.csv") == "pens,9\nink,1\n", "what failed was no reading"


def test_looking_elsewhere_starts_nothing(tools: SharedFileTools) -> None:
    before = tools.state.digest
    do(tools, "search_text", query="pens")
    do(tools, "read_file", path="nowhere.md")
    do(tools, "diff_files", path="stock.csv", other_path="gone.md")
    assert tools.state.digest == before


def test_an_edit_that_has_lost_its_place_does_nothing(tools: SharedFileTools) -> None:
    do(tools, "read_file", path="gone.md")
    assert tools.files.read("gone.md") == "g\n"


def test_a_snapshot_knows_which_edits_are_still_to_come(tools: SharedFileTools) -> None:
    do(tools, "read_file", path="stock.csv")
    fork = SharedFileTools(tools.state.fork())
    for each in (tools, fork):
        do(each, "read_file", path="stock.csv")
    assert fork.state.digest == tools.state.digest
    assert fork.files.read("stock.csv") == "pens,9\nink,2\n"
