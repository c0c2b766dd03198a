"""What is derived of a run in a bucket is found there when the run has closed."""

from pathlib import Path

import pytest
from support.memory_bucket import Client, MemoryBucket
from support.specs import episode_spec, scored

from wardian.runs.folder import RunFolder
from wardian.runs.sharing import SharingSink, share
from wardian.scoring.finished import Finished
from wardian.storage.bucket_store import BucketStore

URL = "s3://runs/run?scheme=http"


@pytest.fixture
def client() -> Client:
    return MemoryBucket().client()


@pytest.fixture
def folder(tmp_path: Path, client: Client) -> RunFolder:
    """Of a run in a bucket, with files of many kinds."""
    (tmp_path / "tables" / "parts").mkdir(parents=True)
    (tmp_path / "tables" / "steps.parquet").write_bytes(b"x" * 1_000_000)
    (tmp_path / "tables" / "parts" / "one").write_bytes(b"1")
    (tmp_path / "leaderboard.md").touch()
    return RunFolder(tmp_path, BucketStore(client.under("runs/run"), "s3://runs/run"), URL)


def test_files_and_folders_go_beside_the_logs(folder: RunFolder, client: Client) -> None:
    share(folder, "tables", "leaderboard.md", "not there")
    assert folder.store.get("tables/steps.parquet") == b"x" * 1_000_000
    assert folder.store.get("tables/parts/one") == b"1"
    assert folder.store.get("leaderboard.md") == b""
    assert len(client.puts()) == 3
    assert (folder.url, folder.argument) == (URL, URL)


def test_in_a_folder_they_are_there_already(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run-1")
    share(folder, "tables")
    assert (folder.url, folder.argument, folder.elsewhere) == (str(tmp_path / "run-1"), str(tmp_path / "run-1"), None)
    assert not folder.path.exists()


class Leaving:
    """A sink that leaves a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.written: list[Finished] = []

    async def write(self, finished: Finished) -> None:
        self.written.append(finished)

    async def close(self) -> None:
        self._path.write_text("all of it")


async def test_what_a_sink_leaves_is_shared_when_it_is_closed(folder: RunFolder) -> None:
    inner, said = Leaving(folder.path / "board"), list[str]()
    sink = SharingSink(inner, folder, said.append, "board")
    await sink.write(finished := Finished.of(scored(episode_spec())))
    assert (inner.written, folder.store.get("board")) == ([finished], None)
    await sink.close()
    assert (folder.store.get("board"), said) == (b"all of it", [])


async def test_a_bucket_that_takes_nothing_more_is_said_in_a_line(folder: RunFolder, client: Client) -> None:
    def refuse(operation: str, path: str) -> None:
        raise OSError("AWS Error NETWORK_CONNECTION\nduring PutObject")

    client.before, said = refuse, list[str]()
    await SharingSink(Leaving(folder.path / "board"), folder, said.append, "board", "tables").close()
    (line,) = said
    assert line.startswith("board, tables: not put into s3://runs/run (AWS Error NETWORK_CONNECTION during PutObject)")
    assert line.endswith(f"; they are in {folder.path}")


def test_commands_take_an_id_where_they_look_anyway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert RunFolder(tmp_path / "runs" / "run-1").argument == "run-1"
    assert RunFolder(tmp_path / "elsewhere" / "run-1").argument == str(tmp_path / "elsewhere" / "run-1")
