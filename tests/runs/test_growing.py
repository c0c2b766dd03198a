"""A plan that grows while it is played, through every executor around it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support.specs import episode_spec, failed, scored

from wardian.base.clock import SystemClock
from wardian.cli.interruption import Interruption
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.executor import Planned
from wardian.runs.folder_store import FolderStore
from wardian.runs.growing import GrowingPlan
from wardian.runs.local import LocalExecutor
from wardian.runs.lull import Lull
from wardian.runs.pausing import PausingExecutor
from wardian.runs.status import read_status
from wardian.runs.watch import StatusSink, WatchedExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

Run = Callable[[Any], Any]


def specs(*seeds: int) -> list[EpisodeSpec]:
    return [episode_spec(seed=seed) for seed in seeds]


def seeds(items: Sequence[Planned]) -> list[int]:
    return [item.seed for item in items if not isinstance(item, Lull)]


async def in_a_second(spec: EpisodeSpec) -> Scored:
    await asyncio.sleep(1.0)
    return scored(spec)


class Counting:
    """Says how often a plan was pulled."""

    def __init__(self, plan: GrowingPlan) -> None:
        self._plan = plan
        self.pulls = 0

    def __iter__(self) -> Iterator[Planned]:
        for spec in self._plan:
            self.pulls += 1
            yield spec


def test_a_plan_without_episodes_has_a_lull_until_it_is_closed() -> None:
    plan = GrowingPlan()
    pulled = iter(plan)
    assert isinstance(next(pulled), Lull)
    plan.add(specs(1, 2))
    assert seeds(list(islice(pulled, 2))) == [1, 2]
    assert isinstance(next(pulled), Lull)
    plan.close()
    assert list(pulled) == []


def test_what_nobody_has_begun_can_be_taken_back() -> None:
    plan, (first, second, third) = GrowingPlan(), specs(1, 2, 3)
    plan.add([first, second, third])
    pulled = iter(plan)
    next(pulled)
    assert plan.take_back([first.key, third.key]) == [third.key]
    assert seeds(list(islice(pulled, 1))) == [2]
    plan.close()
    assert len(plan) == 2


def test_an_open_plan_is_never_finished() -> None:
    plan = GrowingPlan()
    plan.add(specs(1))
    assert len(plan) == 2
    plan.close()
    assert len(plan) == 1


def test_slots_wait_for_what_is_added_and_do_not_spin(run_virtual: Run) -> None:
    plan = GrowingPlan()
    counting, delivered = Counting(plan), list[tuple[float, int]]()

    async def deliver(finished: Finished) -> None:
        delivered.append((asyncio.get_running_loop().time(), finished.result.seed))

    async def main() -> None:
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            group.create_task(LocalExecutor(in_a_second, 64).play_all(counting, deliver))
            for seed in range(10):
                await asyncio.sleep(5.0)
                plan.add(specs(seed))
            await asyncio.sleep(5.0)
            plan.close()
        assert [(round(at - began), seed) for at, seed in delivered] == [(5 * seed + 6, seed) for seed in range(10)]

    run_virtual(main())
    assert counting.pulls <= 64 + 2 * 10


def test_a_pause_ends_slots_that_wait(run_virtual: Run) -> None:
    """A budget that is used up ends the run as soon as nothing is in flight, also when the plan would still grow."""
    plan = GrowingPlan()

    async def broke(spec: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0)
        episode = failed(spec, "provider").episode
        assert episode.failure is not None
        failure = episode.failure.model_copy(update={"kind": "budget", "lasting": True})
        return Scored(episode=Episode(spec=spec, events=(), stop="failed", failure=failure))

    async def deliver(finished: Finished) -> None:
        raise AssertionError(finished)

    executor = PausingExecutor(LocalExecutor(broke, 8), fresh=True)
    plan.add(specs(1))

    async def main() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(executor.play_all(plan, deliver), 100.0)
        assert asyncio.get_running_loop().time() < 50.0

    run_virtual(main())
    assert executor.pause is not None
    assert executor.pause.reason == "budget"


def test_an_interruption_ends_slots_that_wait(run_virtual: Run) -> None:
    plan = GrowingPlan()

    async def deliver(finished: Finished) -> None: ...

    async def main() -> None:
        interruption = Interruption(Console(quiet=True), lambda: "pause")
        began = asyncio.get_running_loop().time()
        with interruption.listening():
            await LocalExecutor(in_a_second, 8).play_all(interruption.until_stopped(plan), deliver)
        assert asyncio.get_running_loop().time() - began < 1.0
        assert interruption.exit_code == 3

    asyncio.run(main())


def test_the_status_counts_what_the_plan_has_by_now(run_virtual: Run, tmp_path: Path) -> None:
    plan, store = GrowingPlan(), FolderStore(tmp_path)
    sink = StatusSink(store, "run-1", plan, SystemClock())

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            executor = WatchedExecutor(LocalExecutor(in_a_second, 4), sink)
            group.create_task(executor.play_all(plan, sink.write))
            plan.add(specs(1, 2))
            await asyncio.sleep(10.0)
            seen = read_status(store)
            assert (seen.planned, seen.finished, seen.in_flight, seen.state) == (3, 2, 0, "running")
            plan.add(specs(3))
            plan.close()
        await sink.close()

    run_virtual(main())
    assert (read_status(store).planned, read_status(store).state) == (3, "finished")


def test_the_status_of_a_run_that_goes_on_counts_all_its_parts(run_virtual: Run, tmp_path: Path) -> None:
    plan, store = GrowingPlan(20), FolderStore(tmp_path)
    sink = StatusSink(store, "run-1", plan, SystemClock())

    async def main() -> None:
        for spec in specs(*range(20)):
            await sink.write(Finished.of(scored(spec)))
        async with asyncio.TaskGroup() as group:
            executor = WatchedExecutor(LocalExecutor(in_a_second, 4), sink)
            playing = group.create_task(executor.play_all(plan, sink.write))
            plan.add(specs(21, 22))
            await asyncio.sleep(10.0)
            playing.cancel()
        await sink.close()

    run_virtual(main())
    seen = read_status(store)
    assert (seen.finished, seen.planned, seen.state) == (22, 23, "stopped"), "others may have followed"


@pytest.mark.parametrize("woken", [1, 3])
def test_a_lull_ends_for_as_many_as_there_is_something_for(run_virtual: Run, woken: int) -> None:
    async def main() -> None:
        lull = Lull()
        turns = [lull.over() for _ in range(5)]
        turns[0].cancel()
        lull.end(woken)
        assert [turn.done() for turn in turns[1:]] == [True] * woken + [False] * (4 - woken)
        lull.end()
        assert all(turn.done() for turn in turns)

    run_virtual(main())


@pytest.mark.parametrize("at_once", [1, 2, 8])
def test_a_failure_that_is_held_back_is_told_when_nothing_else_is_played(run_virtual: Run, at_once: int) -> None:
    """Whoever lets the plan grow waits for it: no answer of the same model may ever come."""

    async def refused(spec: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0)
        return failed(spec, "provider")

    async def grown() -> list[int]:
        plan, results = GrowingPlan(), asyncio.Queue[Finished]()
        executor = PausingExecutor(LocalExecutor(refused, at_once), fresh=False)
        told: list[int] = []

        async def decide() -> None:
            for block in ((1, 2, 3), (4, 5)):
                plan.add(specs(*block))
                told.extend([(await results.get()).result.seed for _ in block])
            plan.close()

        async with asyncio.TaskGroup() as group:
            group.create_task(decide())
            group.create_task(executor.play_all(plan, results.put))
        assert results.empty()
        return told

    async def in_time() -> list[int]:
        async with asyncio.timeout(60):
            return await grown()

    assert sorted(run_virtual(in_time())) == [1, 2, 3, 4, 5]
