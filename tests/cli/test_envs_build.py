"""`wardian envs build`, `new` and `fidelity` as they are typed."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from wardian.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "envs" / "openapi_demo"


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Wardian = Callable[..., Done]


@pytest.fixture
def wardian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Wardian:
    """Types a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    paths = [str(ROOT / "platform"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))

    def typed(*words: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["envs", *words])
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return typed


@pytest.mark.parametrize("options", [[], ["--python"]])
def test_a_new_pack_passes_its_check_at_once(wardian: Wardian, tmp_path: Path, options: list[str]) -> None:
    begun = wardian("new", "mine", *options)
    assert begun.code == 0
    assert "Next: wardian envs check mine" in begun.out
    assert (tmp_path / "envs" / "mine" / "environment.py").exists() == bool(options)
    checked = wardian("check", "mine")
    assert checked.code == 0, checked.out
    assert "mine: certified" in checked.out


@pytest.mark.parametrize("name", ["../up", "/abs", "Mine", "a b", "1st", ".", ""])
def test_a_new_pack_stays_in_its_folder(wardian: Wardian, tmp_path: Path, name: str) -> None:
    refused = wardian("new", name)
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
    assert os.listdir(tmp_path) == []


def test_a_pack_that_is_there_is_not_begun_again(wardian: Wardian) -> None:
    wardian("new", "mine")
    again = wardian("new", "mine")
    assert again.code == 2
    assert "is there already" in again.err


def test_a_built_pack_passes_its_check(wardian: Wardian, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pets.db")) as connection:
        connection.execute("CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT, weight INTEGER)")
        connection.executemany("INSERT INTO pets VALUES (?, ?, ?)", [(1, "Bella", 4200), (2, "Max", 18300)])
        connection.commit()
    built = wardian("build", "pets.db", "--output", "envs/pets")
    assert built.code == 0
    assert built.out.splitlines()[0] == "envs/pets: 1 table, 5 tools, 7 templates"
    assert built.out.splitlines()[-1].endswith("then: wardian envs check pets")
    assert wardian("check", "pets").code == 0
    again = wardian("build", "pets.db", "--output", "envs/pets")
    assert (again.code, len(again.err.splitlines())) == (2, 1)


def test_what_an_api_has_and_the_pack_has_not_is_noted(wardian: Wardian, tmp_path: Path) -> None:
    text = (DEMO / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "api.yaml").write_text(text.replace("/cancel:", "/weigh:"), encoding="utf-8")
    built = wardian("build", "api.yaml", "--output", "envs/parcels")
    assert built.code == 0, built.err
    assert "note: POST /parcels/{parcelId}/weigh: what it changes is not said" in built.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build", "none.db", "--output", "envs/x"], "there is no such file"),
        (["build", "mcp:server", "--output", "envs/x"], "say with --calls FILE what to call"),
        (["build", "mcp:", "--calls", "none", "--output", "envs/x"], "write mcp:COMMAND"),
        (["build", "none.db", "--output", "envs/X"], "is called by small letters"),
        (["fidelity", "openapi_demo", "none.jsonl"], "cannot be read"),
        (["fidelity", "openapi_dem", "none.jsonl"], "did you mean 'openapi_demo'?"),
    ],
)
def test_mistakes_are_one_line(wardian: Wardian, words: list[str], said: str) -> None:
    done = wardian(*words)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_the_report_on_the_shipped_traces_is_clean(wardian: Wardian) -> None:
    done = wardian("fidelity", "openapi_demo", str(DEMO / "traces"))
    assert done.code == 0, done.out
    assert done.out.splitlines()[-1] == "openapi_demo: clean; 144 calls in 87 conversations"


def test_the_report_names_the_field_after_one_is_renamed(wardian: Wardian, tmp_path: Path) -> None:
    shutil.copytree(DEMO / "traces", tmp_path / "traces")
    for file in (tmp_path / "traces").iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("recipient", "addressee"), encoding="utf-8")
    done = wardian("fidelity", "openapi_demo", "traces")
    assert done.code == 1
    assert "get_parcel: the field addressee is called recipient in the pack" in done.out.splitlines()
    assert "create_parcel: only production gives the argument addressee" in done.out.splitlines()
    assert "openapi_demo: differs" in done.out
    report = json.loads(wardian("fidelity", "openapi_demo", "traces", "--json").out)
    assert report["clean"] is False
    tools = {each["tool"]: each for each in report["tools"]}
    assert tools["list_parcels"]["drift"]["renamed"] == {"items[].addressee": "items[].recipient"}
    assert tools["get_customer"]["exact"] == tools["get_customer"]["calls"]


def test_fields_that_may_differ_are_left_aside(wardian: Wardian, tmp_path: Path) -> None:
    text = (DEMO / "traces" / "openai.jsonl").read_text(encoding="utf-8")
    (tmp_path / "traces.jsonl").write_text(text.replace("Ada Brook", "Ada Brock"), encoding="utf-8")
    assert wardian("fidelity", "openapi_demo", "traces.jsonl").code == 1
    ignored = wardian("fidelity", "openapi_demo", "traces.jsonl", "--ignore", "recipient", "--ignore", "name")
    assert ignored.code == 0, ignored.out
