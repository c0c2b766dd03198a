"""The tree: what it does happens as a whole, and what it refuses has a typed code."""

from collections.abc import Callable
from datetime import datetime

import pytest

from wardian.environments.files.quota import Quota
from wardian.environments.files.schema import SCHEMA, tree_rows, used
from wardian.environments.files.tree import FileTree, version_of
from wardian.environments.state import State
from wardian.environments.template import Template
from wardian.environments.tool import ToolError

TEXTS = {"readme.md": "Read me.\n", "docs/plan.md": "One\nTwo\n", "docs/old/plan.md": "Zero\n", "docs_b/x%.md": "x\n"}
ROWS = tree_rows(TEXTS, folders=["empty"], locked=["docs/old/plan.md"])
TEMPLATE = Template(SCHEMA, {"files": ROWS}, datetime(2026, 3, 2))


@pytest.fixture
def state() -> State:
    return State(TEMPLATE)


@pytest.fixture
def tree(state: State) -> FileTree:
    return FileTree(state)


def paths(tree: FileTree) -> list[str]:
    return [row["path"] for row in tree.files()]


def test_folders_of_files_come_by_themselves(tree: FileTree) -> None:
    assert [row["path"] for row in tree.entries()] == ["docs", "docs_b", "empty", "readme.md"]
    assert [row["path"] for row in tree.entries("docs")] == ["docs/old", "docs/plan.md"]
    assert paths(tree) == sorted(TEXTS)


def test_neighbours_with_a_similar_name_are_not_below(tree: FileTree) -> None:
    assert [row["path"] for row in tree.files("docs")] == ["docs/old/plan.md", "docs/plan.md"]
    assert [row["path"] for row in tree.files("docs_b")] == ["docs_b/x%.md"]


def test_a_new_file_can_be_read(tree: FileTree) -> None:
    tree.create("empty/new.md", "Ünïcode\n")
    assert tree.read("empty/new.md") == "Ünïcode\n"
    assert tree.entries("empty")[0]["bytes"] == len("Ünïcode\n".encode())


def test_who_has_read_may_save(tree: FileTree) -> None:
    tree.save("readme.md", "Changed.\n", version_of("Read me.\n"))
    assert tree.read("readme.md") == "Changed.\n"


def test_who_has_read_something_else_has_a_conflict(tree: FileTree) -> None:
    first = version_of(tree.read("readme.md"))
    tree.save("readme.md", "A colleague's.\n", first)
    with pytest.raises(ToolError) as refused:
        tree.save("readme.md", "Mine.\n", first)
    assert refused.value.code == "conflict"
    assert tree.read("readme.md") == "A colleague's.\n"


def test_a_folder_moves_with_all_that_is_in_it(tree: FileTree) -> None:
    tree.create("docs_b/deep", None)
    tree.create("docs_b/deep/y.md", "y")
    tree.move("docs_b", "empty/moved")
    assert [row["path"] for row in tree.files("empty")] == ["empty/moved/deep/y.md", "empty/moved/x%.md"]
    assert "docs_b" not in {row["path"] for row in tree.entries()}


def test_a_name_may_change_its_capitals(tree: FileTree) -> None:
    tree.move("readme.md", "README.md")
    assert "README.md" in paths(tree)


def test_a_folder_goes_only_when_that_is_said(tree: FileTree) -> None:
    with pytest.raises(ToolError) as refused:
        tree.delete("docs_b")
    assert refused.value.code == "not_empty"
    assert tree.delete("docs_b", recursive=True) == 1
    assert tree.delete("empty") == 0
    assert paths(tree) == ["docs/old/plan.md", "docs/plan.md", "readme.md"]


Attempt = Callable[[FileTree], object]
REFUSED: dict[str, tuple[Attempt, str]] = {
    "nothing there": (lambda tree: tree.read("nowhere.md"), "not_found"),
    "no folder above": (lambda tree: tree.create("nowhere/x.md", ""), "not_found"),
    "capitals": (lambda tree: tree.read("README.md"), "not_found"),
    "capitals of a folder": (lambda tree: tree.create("Docs/x.md", ""), "not_found"),
    "there already": (lambda tree: tree.create("readme.md", ""), "exists"),
    "there in other capitals": (lambda tree: tree.create("ReadMe.md", ""), "exists"),
    "folder there in other capitals": (lambda tree: tree.create("DOCS", None), "exists"),
    "there with letters that look the same": (
        lambda tree: tree.create("docs_b/\N{CYRILLIC SMALL LETTER HA}%.md", ""),
        "exists",
    ),
    "root there": (lambda tree: tree.create("", None), "exists"),
    "onto another": (lambda tree: tree.move("readme.md", "docs_b/x%.md"), "exists"),
    "onto a folder": (lambda tree: tree.move("readme.md", "empty"), "exists"),
    "copy onto another": (lambda tree: tree.copy("readme.md", "docs_b/x%.md"), "exists"),
    "folder read": (lambda tree: tree.read("docs"), "not_a_file"),
    "root read": (lambda tree: tree.read(""), "not_a_file"),
    "folder copied": (lambda tree: tree.copy("docs", "docs2"), "not_a_file"),
    "file listed": (lambda tree: tree.entries("readme.md"), "not_a_folder"),
    "below a file": (lambda tree: tree.create("readme.md/x", ""), "not_a_folder"),
    "into itself": (lambda tree: tree.move("docs_b", "docs_b/deeper"), "not_allowed"),
    "root moved": (lambda tree: tree.move("/", "x"), "not_allowed"),
    "root deleted": (lambda tree: tree.delete(".", recursive=True), "not_allowed"),
    "locked saved": (lambda tree: tree.save("docs/old/plan.md", "x", version_of("Zero\n")), "not_allowed"),
    "locked deleted": (lambda tree: tree.delete("docs/old/plan.md"), "not_allowed"),
    "locked below": (lambda tree: tree.delete("docs", recursive=True), "not_allowed"),
    "locked moved": (lambda tree: tree.move("docs", "papers"), "not_allowed"),
    "nul": (lambda tree: tree.create("x", "a\0b"), "invalid_text"),
    "half a character": (lambda tree: tree.create("x", "\ud800"), "invalid_text"),
    "too large": (lambda tree: tree.create("x", "a" * 100_001), "quota_exceeded"),
    "way up": (lambda tree: tree.move("readme.md", "docs/../x"), "invalid_path"),
    "sql": (lambda tree: tree.read("x' OR '1'='1"), "not_found"),
}


@pytest.mark.parametrize(("attempt", "code"), REFUSED.values(), ids=REFUSED)
def test_refusals_have_a_code_and_change_nothing(state: State, tree: FileTree, attempt: Attempt, code: str) -> None:
    with pytest.raises(ToolError) as refused, state.savepoint():
        attempt(tree)
    assert refused.value.code == code
    assert state.diff() == ()


def test_a_folder_does_not_move_where_its_files_had_no_path(state: State, tree: FileTree) -> None:
    tree.create("docs_b/" + "n" * 100, "x")
    tree.create("empty/" + "m" * 100, None)
    with pytest.raises(ToolError) as refused, state.savepoint():
        tree.move("docs_b", "empty/" + "m" * 100 + "/docs_b")
    assert refused.value.code == "invalid_path"
    assert "docs_b/x%.md" in paths(tree)


GROWING: dict[str, Attempt] = {
    "create": lambda tree: tree.create("x", "12345"),
    "copy": lambda tree: tree.copy("readme.md", "x"),
    "folder": lambda tree: tree.create("x", None),
    "grow": lambda tree: tree.save("readme.md", "a" * 14, version_of("Read me.\n")),
}
FULL = {
    "entries": (Quota(entries=8), {"create", "copy", "folder"}),
    "bytes": (Quota(bytes=used(ROWS)[1] + 4), {"create", "copy", "grow"}),
    "bytes of a file": (Quota(file_bytes=12), {"grow"}),
}


@pytest.mark.parametrize(("quota", "refused"), FULL.values(), ids=FULL)
@pytest.mark.parametrize("name", GROWING)
def test_quotas_hold(quota: Quota, refused: set[str], name: str) -> None:
    tree = FileTree(State(TEMPLATE), quota)
    if name in refused:
        with pytest.raises(ToolError) as error:
            GROWING[name](tree)
        assert error.value.code == "quota_exceeded"
    else:
        GROWING[name](tree)


@pytest.mark.parametrize("quota", [Quota(entries=1), Quota(bytes=1)])
def test_a_full_tree_can_be_tidied(quota: Quota) -> None:
    tree = FileTree(State(TEMPLATE), quota)
    tree.save("readme.md", "", version_of("Read me.\n"))
    tree.move("readme.md", "x")
    tree.delete("x")


def test_what_is_deleted_makes_room() -> None:
    tree = FileTree(State(TEMPLATE), Quota(bytes=used(ROWS)[1]))
    assert tree.free() == (2_000 - len(ROWS), 0)
    tree.delete("readme.md")
    tree.create("x", "Read me.\n")
    assert tree.free()[1] == 0


def test_what_was_changed_back_is_no_change(state: State, tree: FileTree) -> None:
    tree.move("docs_b", "docs_c")
    tree.move("docs_c", "docs_b")
    assert state.diff() == ()


def test_a_snapshot_has_all_files(state: State, tree: FileTree) -> None:
    tree.create("new.md", "new")
    fork = state.fork()
    assert FileTree(fork).read("new.md") == "new"
    FileTree(fork).delete("new.md")
    assert tree.read("new.md") == "new"
