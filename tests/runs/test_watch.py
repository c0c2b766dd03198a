"""The status of a run: counted by a sink, written once a second by the executor around the executor."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.episodes import EpisodeBuilder
from support.episodes import spec as episode_spec

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.episodes.record import EpisodeSpec
from wardian.models.gauges import LaneGauge
from wardian.runs.executor import Deliver
from wardian.runs.folder_store import FolderStore
from wardian.runs.gauges import WorkerGauge
from wardian.runs.local import LocalExecutor
from wardian.runs.rates import Rate
from wardian.runs.run import run_job
from wardian.runs.status import Status, read_status
from wardian.runs.watch import StatusSink, WatchedExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


async def play(spec: EpisodeSpec) -> Scored:
    """Takes ten seconds; the seed 3 breaks."""
    await asyncio.sleep(10.0)
    builder = EpisodeBuilder(spec, price=0.5).say("hello")
    return Scored(episode=builder.broken("provider") if spec.seed == 3 else builder.done())


def lanes() -> tuple[LaneGauge, ...]:
    """A provider that is asked ten times a second since the beginning."""
    return (LaneGauge(lane="m", in_flight=1, requests=int(asyncio.get_running_loop().time() * 10)),)


def no_reason() -> str | None:
    return None


async def watched(
    folder: Path,
    specs: Sequence[EpisodeSpec],
    seen: list[Status],
    executor: Any = None,
    why: Callable[[], str | None] = no_reason,
) -> None:
    store = FolderStore(folder)
    sink = StatusSink(store, "run-1", specs, SystemClock(), why)

    async def look() -> None:
        while True:
            await asyncio.sleep(5.0)
            seen.append(read_status(store))

    async with asyncio.TaskGroup() as group:
        looking = group.create_task(look())
        inner = executor or LocalExecutor(play, 2, lanes)
        try:
            await run_job(specs, WatchedExecutor(inner, sink), [sink])
        finally:
            looking.cancel()


def test_a_run_from_its_first_second_to_its_end(run_virtual: RunVirtual, tmp_path: Path) -> None:
    seen = list[Status]()
    run_virtual(watched(tmp_path, [episode_spec(seed=seed) for seed in range(6)], seen))
    first, second = seen[0], seen[2]
    assert (first.run, first.state, first.planned, first.finished, first.in_flight) == ("run-1", "running", 6, 0, 2)
    assert first.eta_s is None
    assert [(episode.arm, episode.task) for episode in first.oldest] == [("arm", "shop/t1")] * 2
    assert first.oldest[0].age_s == pytest.approx(5.0, abs=1.1)
    assert [(worker.name, worker.episodes) for worker in first.workers] == [("here", 2)]
    assert first.lanes[0].requests_per_min == pytest.approx(600, rel=0.1)
    assert (second.finished, second.in_flight, second.spent_usd) == (2, 2, 1.0)
    assert second.episodes_per_min == pytest.approx(8.5, abs=1.0)
    assert second.eta_s == pytest.approx(4 / second.episodes_per_min * 60)
    last = read_status(FolderStore(tmp_path))
    assert (last.state, last.finished, last.missing, last.in_flight, last.spent_usd) == ("finished", 6, 1, 0, 3.0)
    assert (last.lanes[0].in_flight, last.lanes[0].requests, last.workers) == (0, 300, ())
    assert [path.name for path in tmp_path.iterdir()] == ["status.json"]


def test_a_run_that_breaks_has_stopped(run_virtual: RunVirtual, tmp_path: Path) -> None:
    class Broken:
        async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
            first, _ = specs
            await deliver(Finished.of(await play(first)))
            raise ConfigError("no such worker")

        async def workers(self) -> Sequence[WorkerGauge]:
            return ()

    specs = [episode_spec(seed=seed) for seed in range(2)]
    with pytest.RaisesGroup(pytest.RaisesExc(ConfigError), flatten_subgroups=True):
        run_virtual(watched(tmp_path, specs, [], Broken()))
    last = read_status(FolderStore(tmp_path))
    assert (last.state, last.finished) == ("stopped", 1)
    assert (last.in_flight, last.oldest) == (0, ()), "nobody plays any more"


def test_a_paused_run_says_why(run_virtual: RunVirtual, tmp_path: Path) -> None:
    class Pausing:
        async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
            await deliver(Finished.of(await play(next(iter(specs)))))

        async def workers(self) -> Sequence[WorkerGauge]:
            return ()

    seen = list[Status]()
    specs = [episode_spec(seed=seed) for seed in range(2)]
    run_virtual(watched(tmp_path, specs, seen, Pausing(), lambda: "out of credit"))
    assert [(status.state, status.reason) for status in (seen[0], read_status(FolderStore(tmp_path)))] == [
        ("running", "out of credit"),
        ("paused", "out of credit"),
    ]


def test_a_folder_that_takes_nothing_stops_nobody(run_virtual: RunVirtual, tmp_path: Path) -> None:
    specs = [episode_spec(seed=seed) for seed in range(2)]

    async def main() -> None:
        sink = StatusSink(FolderStore(tmp_path / "gone"), "run-1", range(2), SystemClock())
        await run_job(specs, WatchedExecutor(LocalExecutor(play, 2), sink), [sink])

    run_virtual(main())
    assert not list(tmp_path.iterdir())


async def test_what_ended_before_it_was_handed_out_is_not_in_flight(tmp_path: Path) -> None:
    """Workers of an earlier part of the run had it."""
    first, second, third = (episode_spec(seed=seed) for seed in range(3))
    sink = StatusSink(FolderStore(tmp_path), "run-1", range(3), SystemClock())
    handed_out = sink.begun([first, second, third])
    assert next(handed_out) == first
    sink.played(second.key)
    assert list(handed_out) == [second, third]
    await sink.report(())
    assert [episode.episode for episode in read_status(FolderStore(tmp_path)).oldest] == [first.key, third.key]
    await sink.close()


async def test_the_last_status_is_the_last_one_also_in_a_slow_store(tmp_path: Path) -> None:
    class Slow(FolderStore):
        """Takes a moment for each status, and longer for the first."""

        waits = iter((0.3, 0.1))

        def put(self, name: str, data: bytes | memoryview) -> None:
            time.sleep(next(self.waits, 0.0))
            super().put(name, data)

    async def at_once(spec: EpisodeSpec) -> Scored:
        await asyncio.sleep(0.05)
        return Scored(episode=EpisodeBuilder(spec).say("hello").done())

    sink = StatusSink(Slow(tmp_path), "run-1", range(1), SystemClock())
    await run_job([episode_spec()], WatchedExecutor(LocalExecutor(at_once, 1), sink), [sink])
    await asyncio.sleep(0.5)
    assert read_status(FolderStore(tmp_path)).state == "finished"


def test_a_status_of_another_format_is_not_guessed_at(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(ConfigError, match=r"status\.json: this run has said nothing yet"):
        read_status(store)
    store.put("status.json", b'{"format": 2}')
    with pytest.raises(ConfigError, match=r"status\.json: not a status of this version of Wardian"):
        read_status(store)


def test_a_rate_forgets_what_is_older_than_a_minute_and_survives_a_restart() -> None:
    rate = Rate()
    assert rate.per_minute == 0.0
    for second in range(0, 200, 10):
        rate.read(1_000 + second * 5, float(second))
    assert rate.per_minute == pytest.approx(300)
    rate.read(50, 200.0)
    assert rate.per_minute == pytest.approx(300), "a worker that began again has sent what it shows"
    for second in range(210, 300, 10):
        rate.read(50, float(second))
    assert rate.per_minute == 0.0


@pytest.mark.parametrize(("simulated", "nothing"), [((True, True), True), ((True, False), False), ((), False)])
def test_nothing_is_spent_when_all_models_are_simulated(
    run_virtual: RunVirtual, tmp_path: Path, simulated: tuple[bool, ...], nothing: bool
) -> None:
    store = FolderStore(tmp_path)

    async def write_all() -> None:
        sink = StatusSink(store, "run-1", range(2), SystemClock())
        for each in simulated:
            await sink.write(Finished.of(Scored(episode=EpisodeBuilder(simulated=each).say("hello").done())))
        await sink.close()

    run_virtual(write_all())
    assert read_status(store).simulated is nothing
