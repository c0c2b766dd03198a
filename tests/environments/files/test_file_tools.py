"""The tools as an agent meets them: raw calls in, bounded answers and typed codes out."""

from datetime import datetime
from random import Random
from typing import Any

import orjson
import pytest

from wardian.base.identity import random_stream
from wardian.base.messages import ToolCall
from wardian.environments.files.paths import folder_of
from wardian.environments.files.quota import Quota
from wardian.environments.files.schema import SCHEMA, tree_rows
from wardian.environments.files.tools import FileTools
from wardian.environments.files.tree import version_of
from wardian.environments.observation import Observation
from wardian.environments.state import State
from wardian.environments.template import Template

TEXTS = {"docs/plan.md": "Alpha\nBeta\nalpha beta\n", "docs/plan-2.md": "Alpha\nGamma\n", "long.txt": "line\n" * 1_200}
TEMPLATE = Template(SCHEMA, {"files": tree_rows(TEXTS)}, datetime(2026, 3, 2))
PLAN = version_of(TEXTS["docs/plan.md"])


@pytest.fixture
def tools() -> FileTools:
    return FileTools(State(TEMPLATE))


def raw(tools: FileTools, name: str, **arguments: object) -> Observation:
    return tools.call(ToolCall(id="c", name=name, arguments=orjson.dumps(arguments).decode()))


def ask(tools: FileTools, name: str, **arguments: object) -> Any:
    observation = raw(tools, name, **arguments)
    assert observation.error is None, observation.text
    return orjson.loads(observation.text)


def test_the_root_says_how_much_room_is_left(tools: FileTools) -> None:
    seen = ask(tools, "list_folder")
    assert seen["entries"] == [{"name": "docs", "kind": "folder"}, {"name": "long.txt", "kind": "file", "bytes": 6_000}]
    assert seen["free_bytes"] == 1_000_000 - sum(map(len, TEXTS.values()))
    assert "free_bytes" not in ask(tools, "list_folder", path="docs")


def test_reading_gives_text_and_version(tools: FileTools) -> None:
    seen = ask(tools, "read_file", path="docs/plan.md")
    assert seen == {"text": "Alpha\nBeta\nalpha beta", "lines": 3, "version": PLAN}


def test_lines_can_be_read_piece_by_piece(tools: FileTools) -> None:
    seen = ask(tools, "read_file", path="docs/plan.md", first_line=2, lines=1)
    assert seen["text"] == "Beta"
    assert seen["version"] == PLAN
    assert ask(tools, "read_file", path="docs/plan.md", first_line=-5, lines=-1)["text"] == ""
    assert ask(tools, "read_file", path="docs/plan.md", first_line=10**15)["text"] == ""


def test_an_edit_replaces_one_piece(tools: FileTools) -> None:
    seen = ask(tools, "edit_file", path="docs/plan.md", old_text="Beta\n", new_text="Delta\n", version=PLAN)
    assert ask(tools, "read_file", path="docs/plan.md")["version"] == seen["version"]
    assert "Delta" in ask(tools, "read_file", path="docs/plan.md")["text"]


@pytest.mark.parametrize(
    ("old_text", "version", "code"),
    [
        ("Zeta", PLAN, "no_match"),
        ("", PLAN, "no_match"),
        ("lpha", PLAN, "ambiguous"),
        ("Beta", "", "conflict"),
        ("Beta", "00000000", "conflict"),
        ("Zeta", "00000000", "conflict"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(tools: FileTools, old_text: str, version: str, code: str) -> None:
    seen = raw(tools, "edit_file", path="docs/plan.md", old_text=old_text, new_text="x", version=version)
    assert (seen.error, seen.changes) == (code, ())


def test_writing_over_a_file_needs_its_version(tools: FileTools) -> None:
    assert raw(tools, "write_file", path="docs/plan.md", text="x").error == "exists"
    assert raw(tools, "write_file", path="docs/plan.md", text="x", version="00000000").error == "conflict"
    ask(tools, "write_file", path="docs/plan.md", text="x", version=PLAN)
    assert ask(tools, "read_file", path="docs/plan.md")["text"] == "x"


def test_a_copy_can_be_edited_at_once(tools: FileTools) -> None:
    version = ask(tools, "copy_file", path="docs/plan.md", new_path="copy.md")["version"]
    ask(tools, "edit_file", path="copy.md", old_text="Beta", new_text="B", version=version)
    assert ask(tools, "diff_files", path="docs/plan.md", other_path="copy.md")["diff"].endswith(
        "-Beta\n+B\n alpha beta"
    )


def test_folders_are_made_moved_and_deleted(tools: FileTools) -> None:
    ask(tools, "make_folder", path="docs/old")
    ask(tools, "move_file", path="docs/plan.md", new_path="docs/old/plan.md")
    assert ask(tools, "find_files", pattern="plan*.md") == {"paths": ["docs/old/plan.md", "docs/plan-2.md"]}
    assert raw(tools, "delete_file", path="docs").error == "not_empty"
    assert ask(tools, "delete_file", path="docs", recursive=True) == {"deleted_files": 2}


def test_text_is_found_with_its_place(tools: FileTools) -> None:
    found = ask(tools, "search_text", query="alpha", ignore_case=True, folder="docs")["matches"]
    assert [(each["path"], each["line"]) for each in found] == [
        ("docs/plan-2.md", 1),
        ("docs/plan.md", 1),
        ("docs/plan.md", 3),
    ]
    regular = ask(tools, "search_text", query="^[AB]", regular=True, files="docs/plan.md")["matches"]
    assert [each["text"] for each in regular] == ["Alpha", "Beta"]


def test_long_answers_say_what_is_missing(tools: FileTools) -> None:
    assert ask(tools, "read_file", path="long.txt")["cut"] == {"unit": "lines", "shown": 500, "total": 1_200}
    assert ask(tools, "read_file", path="long.txt", lines=9_999)["cut"]["shown"] == 500
    assert ask(tools, "search_text", query="line")["cut"] == {"unit": "matches", "shown": 100, "total": 1_200}
    ask(tools, "write_file", path="wide.txt", text="w" * 90_000)
    assert ask(tools, "read_file", path="wide.txt")["cut"] == {"unit": "characters", "shown": 20_000, "total": 90_000}
    assert len(ask(tools, "search_text", query="ww")["matches"][0]["text"]) == 200
    for number in range(120):
        ask(tools, "write_file", path=f"docs/{number:03d}.md", text="")
    assert ask(tools, "find_files", pattern="*")["cut"] == {"unit": "paths", "shown": 100, "total": 124}
    assert ask(tools, "list_folder", path="docs")["cut"] == {"unit": "entries", "shown": 100, "total": 122}
    ask(tools, "write_file", path="narrow.txt", text="n\n")
    assert ask(tools, "diff_files", path="narrow.txt", other_path="wide.txt")["cut"]["unit"] == "characters"


def test_no_answer_is_endless_however_large_the_tree() -> None:
    texts = {f"docs/{'n' * 80}{number}.md": "needle " * 1_400 + "\n" + "needle\n" * 300 for number in range(80)}
    template = Template(SCHEMA, {"files": tree_rows(texts)}, datetime(2026, 3, 2))
    tools = FileTools(State(template), quota=Quota(bytes=10_000_000))
    for call in (
        ("search_text", {"query": "needle"}),
        ("find_files", {"pattern": "*"}),
        ("list_folder", {"path": "docs"}),
    ):
        assert len(raw(tools, call[0], **call[1]).text) < 60_000


@pytest.mark.parametrize(
    "arguments",
    [
        '{"path": "docs/\\ud800.md"}',
        '{"path": 7}',
        '{"path": null}',
        '{"path": ["docs"]}',
        '{"path": "docs/\\u0000"}',
        '{"path": "docs/plan.md", "lines": 1e300}',
        '{"path": "docs/plan.md", "version": "x"}',
    ],
)
def test_broken_arguments_are_observations(tools: FileTools, arguments: str) -> None:
    seen = tools.call(ToolCall(id="c", name="read_file", arguments=arguments))
    assert seen.error in ("invalid_arguments", "invalid_path")


PATHS = [
    "",
    ".",
    "docs",
    "docs/plan.md",
    "DOCS/plan.md",
    "docs/new",
    "docs/new/x",
    "long.txt",
    "..",
    "a/b",
    "ü",
    "\N{CYRILLIC SMALL LETTER A}",
]
WORDS = ["", "x", "Alpha", "line\n" * 300, "\0", "*", "**/x", "(", "a|b", "é" * 400, PLAN, "'; DROP TABLE files"]


def arguments_of(tools: FileTools, random: Random) -> tuple[str, dict[str, object]]:
    """A tool, and something for each of its arguments."""
    schema = random.choices(tools.schemas(), [1 if "delete" in schema.name else 10 for schema in tools.schemas()])[0]
    properties: Any = schema.parameters["properties"]
    kinds = {name: "path" if "path" in name or name == "folder" else kind["type"] for name, kind in properties.items()}
    choices: dict[str, list[object]] = {
        "path": [*PATHS],
        "string": [*WORDS],
        "integer": [-1, 0, 2, 10**18],
        "boolean": [True, False],
    }
    arguments = {name: random.choice(choices[kind]) for name, kind in kinds.items()}
    there = tools.state.one("SELECT text FROM files WHERE path = ? AND text IS NOT NULL", str(arguments.get("path")))
    if "version" in arguments:
        arguments["version"] = "" if there is None else version_of(there["text"])
    return schema.name, arguments


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_called_the_tree_stays_a_tree(seed: int) -> None:
    tools, random = FileTools(State(TEMPLATE), quota=Quota(entries=12, bytes=9_000)), random_stream("calls", seed)
    succeeded = set()
    for _ in range(300):
        name, arguments = arguments_of(tools, random)
        seen = raw(tools, name, **arguments)
        succeeded |= {name} if seen.error is None else set()
        assert len(seen.text) < 60_000
        rows = {row["path"]: row for row in tools.state.all("SELECT * FROM files")}
        folders = {path for path, row in rows.items() if row["text"] is None} | {""}
        assert all(row["folder"] in folders and row["folder"] == folder_of(path) for path, row in rows.items())
        assert all(row["bytes"] == len((row["text"] or "").encode()) for row in rows.values())
        assert len(rows) <= 12
        assert sum(row["bytes"] for row in rows.values()) <= 9_000
    assert len(succeeded) >= 7
    assert State(TEMPLATE, tools.state.snapshot()).digest == tools.state.digest


def test_what_reads_never_writes(tools: FileTools) -> None:
    before = tools.state.digest
    for name in ("list_folder", "find_files", "search_text", "read_file", "diff_files"):
        raw(tools, name, path="docs/plan.md", other_path="docs/plan-2.md", pattern="*", query="a")
    assert tools.state.digest == before
    assert {schema.name for schema in tools.schemas() if schema.effect == "read"} == {
        *("list_folder", "read_file", "find_files", "search_text", "diff_files")
    }
