"""The files of a report."""

import gzip
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import orjson
import pytest
from support.episodes import EpisodeBuilder, spec
from support.reported import HEAD, report_of, small_run, solved

from wardian.base.errors import ConfigError


def contents(page: bytes) -> dict[str, Any]:
    found = re.search(rb'id="contents">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = orjson.loads(found[1])
    return loaded


def trajectories(shelf: bytes) -> list[dict[str, Any]]:
    found = re.fullmatch(rb'wardianShelf\(\d+,"([A-Za-z0-9+/=]*)"\)\n', shelf)
    assert found is not None
    loaded: list[dict[str, Any]] = orjson.loads(gzip.decompress(b64decode(found[1])))
    return loaded


def below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


async def test_every_episode_of_the_list_stands_at_its_place_in_a_file() -> None:
    report = report_of(small_run(20))
    made = contents(await report.page("data"))
    keys = made["index"]["keys"]
    found = [each["key"] for number in range(report.shelves) for each in trajectories(await report.shelf(number))]
    assert found == keys
    assert len(keys) == 42


async def test_what_one_compares_stands_beside_each_other() -> None:
    report = report_of([solved(arm, task, seed) for arm in ("b", "a") for seed in (2, 1) for task in ("t2", "t1")])
    index = contents(await report.page("data"))["index"]
    arm = index["texts"]["arm"]
    assert [arm["names"][code] for code in arm["codes"]] == ["a", "b"] * 4


async def test_the_page_knows_its_run_its_metrics_and_its_files() -> None:
    made = contents(await report_of(small_run(), HEAD.model_copy(update={"remark": "Paused"})).page("there"))
    assert (made["folder"], made["shelf"]) == ("there", 16)
    assert made["head"]["remark"] == "Paused"
    clusters = {(each["detector"], each["about"], each["failed"]) for each in made["failures"]["clusters"]}
    assert ("hallucinated_id", "order_id", 3) in clusters
    assert set(made["meanings"]) >= {detector for detector, _, _ in clusters}
    names = [metric["name"] for metric in made["metrics"]]
    assert names[:2] == ["success", "score"]
    assert made["boards"][0]["standings"]["remark"] == "Paused"


async def test_the_same_run_gives_the_same_files() -> None:
    one, other = report_of(small_run()), report_of(reversed(small_run()))
    assert await one.page("d") == await other.page("d")
    assert await one.shelf(0) == await other.shelf(0)


async def test_an_older_report_is_replaced_and_what_it_had_more_is_gone(tmp_path: Path) -> None:
    page = tmp_path / "sub" / "mine.html"
    folder = await report_of(small_run(20)).write(page)
    (folder / "notes.js").write_text("mine")
    await report_of(small_run()).write(page)
    assert folder == tmp_path / "sub" / "mine-data"
    assert sorted(path.name for path in folder.iterdir()) == ["0.js", "notes.js"]
    assert b'"folder":"mine-data"' in page.read_bytes()
    assert [path.name for path in page.parent.iterdir() if path.is_file()] == ["mine.html"]


async def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file/page\.html: cannot be written"):
        await report_of(small_run()).write(tmp_path / "file" / "page.html")


async def test_a_key_is_in_none_of_the_files(tmp_path: Path) -> None:
    key = "sk-" + "a1b2" * 8
    said = EpisodeBuilder(spec("arm", "t")).user(f"mine:\n{key}").call("look", {"key": key}, f"\t{key}").done()
    page = tmp_path / "report.html"
    folder = await report_of([said]).write(page)
    shown = orjson.dumps(trajectories((folder / "0.js").read_bytes()))
    assert b"mine:\\n[key]" in shown
    assert key.encode() not in shown + page.read_bytes()


@pytest.mark.parametrize("name", ["mine.html", "mine-data/0.js", "mine-data/7.js"])
async def test_what_is_no_reports_is_neither_replaced_nor_deleted(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine-data").mkdir()
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match=f"{name}: is there already and belongs to no report"):
        await report_of(small_run()).write(tmp_path / "mine.html")
    assert below(tmp_path) == sorted({"mine-data", name})
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["mine.md", "mine.HTML", "mine"])
async def test_two_pages_never_have_one_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"a page is called \.html, like mine\.html"):
        await report_of(small_run()).write(tmp_path / name)
    assert below(tmp_path) == []


async def test_an_empty_file_may_become_the_page_and_a_report_that_was_broken_off_is_gone_on_with(
    tmp_path: Path,
) -> None:
    page = tmp_path / "mine.html"
    page.touch()
    folder = await report_of(small_run(20)).write(page)
    page.unlink()
    await report_of(small_run()).write(page)
    assert [path.name for path in folder.iterdir()] == ["0.js"]


@pytest.mark.parametrize("name", [".", "..", "/", "sub"])
async def test_a_folder_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub" if name == ".." else tmp_path)
    with pytest.raises(ConfigError, match="is no file; name one for the page"):
        await report_of(small_run()).write(Path(name))
    assert below(tmp_path) == ["sub"]


def held(page: bytes) -> list[str]:
    found = re.search(rb'id="held">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    loaded: list[str] = orjson.loads(found[1])
    return loaded


async def test_a_page_that_stands_alone_holds_what_the_files_hold() -> None:
    report = report_of(small_run(20))
    page = await report.whole()
    shelves = [trajectories(await report.shelf(number)) for number in range(report.shelves)]
    assert [orjson.loads(gzip.decompress(b64decode(text))) for text in held(page)] == shelves
    assert contents(page)["folder"] == ""
    assert held(await report.page("d")) == []


async def test_it_holds_the_first_ones_when_not_all_find_room() -> None:
    report = report_of(small_run(20))
    whole = held(await report.whole())
    assert held(await report.whole(len(whole[0]) + len(whole[1]) - 1)) == whole[:1]
    assert held(await report.whole(0)) == []
