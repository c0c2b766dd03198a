"""Writing the tables and reading them back."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.episodes import EpisodeBuilder, spec
from support.outcomes import record_of

from wardian.base.errors import ConfigError
from wardian.runs.folder import RunFolder
from wardian.runs.records import Records
from wardian.scoring.finished import Finished
from wardian.scoring.score import Score, Scored
from wardian.storage.parquet_sink import PART_EPISODES, ParquetSink
from wardian.storage.parts import PartFiles
from wardian.storage.results import Tables
from wardian.storage.schema import TABLES
from wardian.storage.step_rows import score_rows


class ManualClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def result(number: int, success: float = 1.0) -> Scored:
    episode = EpisodeBuilder(spec(task=f"t{number}")).user("Hi.").call("get", {"id": number}).say("Bye.").done()
    return Scored(episode=episode, scores=(Score(metric="success", value=success), Score(metric="n", value=None)))


async def fill(sink: ParquetSink, count: int) -> None:
    for number in range(count):
        await sink.write(Finished.of(result(number)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_round_trip(tmp_path: Path) -> None:
    sink = ParquetSink(tmp_path, "run-1", ManualClock(), record_of)
    await fill(sink, 3)
    await sink.close()
    tables = Tables(tmp_path)
    assert tables.count() == 3
    assert [row["task_key"] for row in tables.episodes()] == ["shop/t0", "shop/t1", "shop/t2"]
    assert [row["kind"] for row in tables.steps(spec(task="t1").key)] == ["said", "asked", "acted", "asked"]
    assert len(list(tables.scores())) == 6
    assert [row["value"] for row in tables.scores(spec(task="t1").key)] == [1.0, None]
    assert dict(next(tables.episodes(["arm", "outcome"]))) == {"arm": "arm", "outcome": "success"}


async def test_a_closed_run_is_one_file_a_table(tmp_path: Path) -> None:
    sink = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await fill(sink, PART_EPISODES + 1)
    await sink.close()
    assert names(tmp_path) == ["episodes.parquet", "scores.parquet", "steps.parquet"]
    metadata = pq.read_metadata(tmp_path / "episodes.parquet")
    assert metadata.num_row_groups == 1
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    for table in TABLES:
        assert pq.read_schema(tmp_path / f"{table.name}.parquet").equals(table.schema, check_metadata=False)


async def test_rows_can_be_read_while_the_run_goes_on(tmp_path: Path) -> None:
    sink = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await fill(sink, PART_EPISODES + 7)
    assert Tables(tmp_path).count() == PART_EPISODES
    await sink.close()
    assert Tables(tmp_path).count() == PART_EPISODES + 7


async def test_a_part_is_written_after_five_seconds(tmp_path: Path) -> None:
    clock = ManualClock()
    sink = ParquetSink(tmp_path, "r", clock, record_of)
    await sink.write(Finished.of(result(0)))
    clock.seconds += 4.9
    await sink.write(Finished.of(result(1)))
    assert names(tmp_path / "parts") == []
    clock.seconds += 0.2
    await sink.write(Finished.of(result(2)))
    assert "episodes-000001.parquet" in names(tmp_path / "parts")
    assert Tables(tmp_path).count() == 3


async def test_an_empty_run_has_tables_with_columns(tmp_path: Path) -> None:
    await ParquetSink(tmp_path, "r", ManualClock(), record_of).close()
    assert Tables(tmp_path).count() == 0
    assert "outcome" in pq.read_schema(tmp_path / "episodes.parquet").names


async def test_records_that_workers_have_kept_are_read_from_the_store(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    worker = Records(folder.store)
    sink = ParquetSink(folder.tables, "r", ManualClock(), folder.load)
    for number in range(3):
        await sink.write(await worker.keep(result(number)))
    await worker.close()
    await sink.close()
    assert [row["task_key"] for row in Tables(folder.tables).episodes()] == ["shop/t0", "shop/t1", "shop/t2"]


async def test_a_killed_writer_leaves_nothing_that_doubles(tmp_path: Path) -> None:
    killed = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await fill(killed, PART_EPISODES)
    (tmp_path / "parts" / "episodes-000002.unfinished").write_bytes(b"torn")
    resumed = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await fill(resumed, PART_EPISODES + 3)
    await resumed.close()
    ids = [row["episode_id"] for row in Tables(tmp_path).episodes()]
    assert len(ids) == len(set(ids)) == PART_EPISODES + 3


async def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    first = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await fill(first, 2)
    await first.close()
    second = ParquetSink(tmp_path, "r", ManualClock(), record_of)
    await second.write(Finished.of(result(0, success=0.0)))
    assert [row["outcome"] for row in Tables(tmp_path).episodes()] == ["success", "success"]
    await second.close()
    assert [row["outcome"] for row in Tables(tmp_path).episodes()] == ["fail"]


def test_large_tables_get_several_row_groups(tmp_path: Path) -> None:
    files = PartFiles(TABLES[2], tmp_path, row_group_bytes=1)
    for number in range(3):
        files.append(score_rows(result(number)))
    files.compact()
    metadata = pq.read_metadata(tmp_path / "scores.parquet")
    assert (metadata.num_row_groups, metadata.num_rows) == (3, 6)


def test_no_tables_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there are no tables yet"):
        list(Tables(tmp_path).episodes())


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    schema = TABLES[0].schema.with_metadata({"wardian.schema_version": "999"})
    pq.write_table(pa.Table.from_pylist([], schema=schema), tmp_path / "episodes.parquet")
    with pytest.raises(ConfigError, match="has schema version '999', this Wardian reads"):
        Tables(tmp_path).count()


@pytest.mark.parametrize(("times", "expected"), [((1, 1, 1), 0), ((1, 2, 1), 7)])
async def test_rows_that_stand_there_twice_are_found(tmp_path: Path, times: tuple[int, ...], expected: int) -> None:
    """An episode that was written twice has all its rows twice: its own, four steps and two scores."""
    sink = ParquetSink(tmp_path, "run-1", ManualClock(), record_of)
    for number, written in enumerate(times):
        for _ in range(written):
            await sink.write(Finished.of(result(number)))
    await sink.close()
    assert Tables(tmp_path).doubled() == expected
