"""A real `mlflow server` on PostgreSQL that is killed in the middle of a run: everything arrives, and once."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.mlflow_server import MlflowServer, mlflow_server
from support.postgres import postgres

from wardian.base.clock import SystemClock
from wardian.base.errors import boundary
from wardian.scoring.finished import Finished
from wardian.tracking.delivery import Delivery
from wardian.tracking.mlflow_runs import MlflowRuns
from wardian.tracking.mlflow_tracker import MlflowTracker
from wardian.tracking.outbox import Drawn, Ended, Outbox
from wardian.tracking.summary import ArmFigures, Figure, RunCard, RunSummary

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import

Rows = list[tuple[Any, ...]]
Results = Callable[[int], Iterator[Finished]]


class World:
    """The database, the server on it, and the run."""

    def __init__(self, database: str, server: MlflowServer) -> None:
        self._database = database.replace("postgresql+psycopg", "postgresql")
        self.server = server

    def rows(self, query: str) -> Rows:
        """What stands in the database itself, with deleted runs too: no server filters anything."""
        with psycopg.connect(self._database) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(scope="module")
def world(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with mlflow_server(database, tmp_path_factory.mktemp("server")) as server:
        server.start()
        yield World(database, server)


def summary(card: RunCard) -> RunSummary:
    """The end of the run, with its files."""
    (card.folder / "job.json").write_text("{}")
    (card.folder / "tables").mkdir(exist_ok=True)
    (card.folder / "tables" / "episodes.parquet").write_bytes(b"x" * 1_000)
    return RunSummary(
        status="finished",
        arms=(ArmFigures(arm="b", figures=(Figure(name="success", value=0.75, low=0.5, high=0.9),)),),
        figures=(Figure(name="best_success", value=0.75),),
        note="| arm | success |",
        artifacts=(card.folder / "job.json", card.folder / "tables" / "episodes.parquet"),
    )


def promised(card: RunCard) -> Counter[tuple[str, str, int, int, float]]:
    """The metric rows that follow from the outbox."""
    rows: Counter[tuple[str, str, int, int, float]] = Counter()
    for entry, _ in Outbox(card.folder).entries():
        points = entry.points if isinstance(entry, Ended) else (entry.point,) if isinstance(entry, Drawn) else ()
        for point in points:
            name = point.arm or card.run_id
            rows.update((name, key, point.step, point.at_ms, value) for key, value in point.values.items())
    return rows


def check_delivered(world: World, card: RunCard) -> None:
    """100 % there, nothing twice: runs, metrics, params, tags, inputs, artifacts, prompt versions."""
    chosen = f"run_uuid IN (SELECT run_uuid FROM tags WHERE key = 'wardian.run_id' AND value = '{card.run_id}')"
    runs = world.rows(f"SELECT name, status, lifecycle_stage FROM runs WHERE {chosen}")
    assert sorted(runs) == [(name, "FINISHED", "active") for name in sorted([card.run_id, "a", "b", "idle"])]
    metrics = world.rows(
        f"SELECT r.name, m.key, m.step, m.timestamp, m.value FROM metrics m JOIN runs r USING (run_uuid) WHERE {chosen}"
    )
    assert Counter(metrics) == promised(card)
    assert len(metrics) > 100
    for table in ("params", "tags"):
        keys = Counter(world.rows(f"SELECT run_uuid, key FROM {table} WHERE {chosen}"))
        assert set(keys.values()) == {1}
        assert len({run for run, _ in keys}) == 4
    assert (
        len(world.rows(f"SELECT * FROM inputs WHERE destination_id IN (SELECT run_uuid FROM runs WHERE {chosen})")) == 4
    )
    versions = world.rows("SELECT name, version FROM model_versions ORDER BY name, version")
    assert versions == [("returns.careful", 1), ("returns.plain", 1)]
    check_artifacts(world, card)


def check_artifacts(world: World, card: RunCard) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(world.server.uri, world.server.uri)
    run = Outbox(card.folder).receipt.run_id
    paths = [entry.path for folder in (None, "tables") for entry in client.list_artifacts(run, folder)]
    assert sorted(paths) == ["job.json", "tables", "tables/episodes.parquet"]


def sync(world: World, card: RunCard) -> str | None:
    """What `wardian sync` does; the problem that is left."""
    outbox = Outbox(card.folder)
    outbox.hold()
    try:
        delivery = Delivery(outbox, world.server.uri, MlflowRuns)
        with boundary(delivery.shortfall.failed):
            delivery.deliver()
        return delivery.tracked.problem
    finally:
        outbox.release()


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def named(card: RunCard, run: str, tmp_path: Path) -> RunCard:
    folder = tmp_path / run
    folder.mkdir()
    return card.model_copy(update={"run_id": run, "folder": folder, "episodes": 200})


async def test_a_server_that_is_killed_in_the_middle_and_comes_back(
    world: World, card: RunCard, results: Results, tmp_path: Path
) -> None:
    card = named(card, "killed-1", tmp_path)
    finished = list(results(100))
    tracker = MlflowTracker(world.server.uri, SystemClock())
    await tracker.start(card)
    for one in finished[:60]:
        await tracker.write(one)
    await until(lambda: Outbox(card.folder).receipt.offset > 0)
    world.server.kill()
    for one in finished[60:150]:
        await tracker.write(one)
    await asyncio.to_thread(world.server.start)
    for one in finished[150:]:
        await tracker.write(one)
    tracked = await tracker.finish(summary(card))
    assert tracked.problem is None
    check_delivered(world, card)


async def test_a_server_that_is_killed_and_stays_away_until_after_the_end(
    world: World, card: RunCard, results: Results, tmp_path: Path
) -> None:
    card = named(card, "killed-2", tmp_path)
    finished = list(results(100))
    tracker = MlflowTracker(world.server.uri, SystemClock())
    await tracker.start(card)
    for one in finished[:100]:
        await tracker.write(one)
    await until(lambda: Outbox(card.folder).receipt.offset > 0)
    world.server.kill()
    for one in finished[100:]:
        await tracker.write(one)
    begun = time.monotonic()
    tracked = await tracker.finish(summary(card))
    assert time.monotonic() - begun < 15
    assert "`wardian sync killed-2` delivers it" in (tracked.problem or "")
    assert "misses a part of this run" in (sync(world, card) or "")
    await asyncio.to_thread(world.server.start)
    assert sync(world, card) is None
    check_delivered(world, card)


async def test_killed_at_every_step_of_the_delivery(
    world: World, card: RunCard, results: Results, tmp_path: Path
) -> None:
    """The receipt is lost after every kill as well: everything that arrived is delivered again."""
    card = named(card, "killed-3", tmp_path)
    tracker = MlflowTracker("http://127.0.0.1:9", SystemClock())
    await tracker.start(card)
    for one in results(100):
        await tracker.write(one)
    await tracker.finish(summary(card))
    for kill_after_s in (0.15, 0.6, 1.5):
        delivering = asyncio.create_task(asyncio.to_thread(sync, world, card))
        await asyncio.sleep(kill_after_s)
        await asyncio.to_thread(world.server.kill)
        await delivering
        (card.folder / "outbox" / "receipt.json").unlink(missing_ok=True)
        await asyncio.to_thread(world.server.start)
    assert sync(world, card) is None
    (card.folder / "outbox" / "receipt.json").unlink()
    assert sync(world, card) is None
    check_delivered(world, card)


async def test_of_two_runs_where_one_was_meant_the_empty_one_goes(
    world: World, card: RunCard, results: Results, tmp_path: Path
) -> None:
    """A server that was too slow has made a run after all, when another had been made already."""
    card = named(card, "twice-1", tmp_path)
    tracker = MlflowTracker(world.server.uri, SystemClock())
    await tracker.start(card)
    for one in results(100):
        await tracker.write(one)
    await until(lambda: Outbox(card.folder).receipt.offset > 0)
    from mlflow import MlflowClient

    client = MlflowClient(world.server.uri, world.server.uri)
    experiment = client.get_experiment_by_name("wardian").experiment_id

    def make(tags: dict[str, str]) -> str:
        run = client.create_run(experiment, 1, {"wardian.run_id": card.run_id, **tags}, "late")
        return str(run.info.run_id)

    arm = make({"wardian.arm": "a"})
    assert (await tracker.finish(summary(card))).problem is None
    assert client.get_run(arm).info.lifecycle_stage == "deleted"
    job = make({})
    (card.folder / "outbox" / "receipt.json").unlink()
    assert sync(world, card) is None
    assert client.get_run(job).info.lifecycle_stage == "deleted"
    chosen = f"tags.`wardian.run_id` = '{card.run_id}'"
    active = {run.info.run_name: run for run in client.search_runs([experiment], chosen)}
    assert sorted(active) == ["a", "b", "idle", "twice-1"]
    parents = {active[arm].data.tags["mlflow.parentRunId"] for arm in ("a", "b", "idle")}
    assert parents == {active["twice-1"].info.run_id}


async def test_a_job_run_that_was_deleted_is_made_again_with_its_arms_below_it(
    world: World, card: RunCard, results: Results, tmp_path: Path
) -> None:
    card = named(card, "deleted-1", tmp_path)
    tracker = MlflowTracker(world.server.uri, SystemClock())
    await tracker.start(card)
    for one in results(100):
        await tracker.write(one)
    await until(lambda: Outbox(card.folder).receipt.offset > 0)
    from mlflow import MlflowClient

    client = MlflowClient(world.server.uri, world.server.uri)
    assert (await tracker.finish(summary(card))).problem is None
    outbox = Outbox(card.folder)
    first = outbox.receipt.run_id
    client.delete_run(first)
    outbox.confirm(outbox.receipt.model_copy(update={"offset": next(end for _, end in outbox.entries())}))
    assert sync(world, card) is None
    second = outbox.receipt.run_id
    assert second != first
    experiment = client.get_experiment_by_name("wardian").experiment_id
    below = client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{second}'")
    assert sorted(run.info.run_name for run in below) == ["a", "b", "idle"]
    assert client.get_run(second).data.metrics["episodes"] == 200
