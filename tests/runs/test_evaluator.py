"""Episodes on request: each is played once, whoever asks for it and how often."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from support.specs import episode_spec, failed, scored

from wardian.episodes.record import EpisodeSpec
from wardian.runs.evaluator import RunEvaluator
from wardian.runs.folder_store import FolderStore
from wardian.runs.growing import GrowingPlan
from wardian.runs.journal import Journal, read_journal
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import PausingExecutor
from wardian.runs.run import run_job
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
SPECS = [episode_spec(seed=seed) for seed in range(20)]


class Bench:
    """A run of 4 slots, in which an episode takes as many seconds as its seed says; the seed 3 is missing."""

    def __init__(self, folder: Path) -> None:
        self.store = FolderStore(folder)
        self.plan = GrowingPlan()
        self.played: Counter[int] = Counter()
        self.evaluator = RunEvaluator(self.plan, self.store, lambda: 4, read_journal(self.store))

    async def during(self, doing: Coroutine[Any, Any, None]) -> None:
        """Play what `doing` asks for until it ends."""
        journal = Journal(self.store)
        async with asyncio.TaskGroup() as group:
            group.create_task(run_job(self.plan, LocalExecutor(self._play, 4), [journal, self.evaluator]))
            await doing
            self.plan.close()

    async def results(self, *seeds: int) -> list[int]:
        return [each.result.seed async for each in self.evaluator.play([SPECS[seed] for seed in seeds])]

    async def _play(self, spec: EpisodeSpec) -> Scored:
        self.played[spec.seed] += 1
        await asyncio.sleep(spec.seed)
        return failed(spec) if spec.seed == 3 else scored(spec)


def test_results_come_as_they_are_played(run_virtual: RunVirtual, tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def main() -> None:
        assert bench.evaluator.slots == 4
        assert await bench.results(5, 1, 3, 2) == [1, 2, 3, 5]

    run_virtual(bench.during(main()))


def test_an_episode_is_played_once_for_all_who_ask(run_virtual: RunVirtual, tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(bench.results(1, 5, 2))
            await asyncio.sleep(0.5)
            second = group.create_task(bench.results(2, 5))
        assert (first.result(), second.result()) == ([1, 2, 5], [2, 5])
        assert await bench.results(5, 6, 1) == [5, 1, 6]

    run_virtual(bench.during(main()))
    assert bench.played == {1: 1, 2: 1, 5: 1, 6: 1}


def test_who_leaves_takes_back_what_nobody_has_begun(run_virtual: RunVirtual, tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def first_of(*seeds: int) -> Finished:
        async with aclosing(bench.evaluator.play([SPECS[seed] for seed in seeds])) as results:
            return await anext(results)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            another = group.create_task(bench.results(19))
            assert (await first_of(1, 10, 11, 12, 13, 14, 19)).result.seed == 1
        assert another.result() == [19]
        assert sorted(bench.played) == [1, 10, 11, 12, 13, 19], "the slot of 1 was free before anybody left"
        assert await bench.results(10) == [10], "what was begun is there for whoever asks later"

    run_virtual(bench.during(main()))
    assert max(bench.played.values()) == 1


def test_a_later_part_of_the_run_gives_the_same_results_without_playing(
    run_virtual: RunVirtual, tmp_path: Path
) -> None:
    """Also the missing one: something may have been decided by it."""

    async def ask(bench: Bench) -> None:
        assert sorted(await bench.results(1, 2, 3)) == [1, 2, 3]

    first = Bench(tmp_path)
    run_virtual(first.during(ask(first)))
    second = Bench(tmp_path)
    run_virtual(second.during(ask(second)))
    assert second.played == {}


def test_records_are_found_in_the_store(run_virtual: RunVirtual, tmp_path: Path) -> None:
    async def look(bench: Bench) -> None:
        async for finished in bench.evaluator.play(SPECS[:3]):
            record = await bench.evaluator.record(finished)
            assert record.episode.spec.key == finished.result.episode

    first = Bench(tmp_path)

    async def twice() -> None:
        await look(first)
        await look(first)

    run_virtual(first.during(twice()))
    again = Bench(tmp_path)
    run_virtual(again.during(look(again)))


class Refusing:
    """A run whose provider refuses the episodes with these seeds after all retries; an episode takes a second."""

    def __init__(self, folder: Path, refused: set[int], at_once: int) -> None:
        self.store, self.plan = FolderStore(folder), GrowingPlan()
        self.evaluator = RunEvaluator(self.plan, self.store, lambda: at_once, read_journal(self.store))
        self.executor = PausingExecutor(LocalExecutor(self._play, at_once), fresh=False)
        self._refused = refused

    async def blocks(self, *blocks: tuple[int, ...]) -> list[list[int]]:
        """The seeds that are missing, block by block: who asks for the next has all of the one before."""
        found: list[list[int]] = []

        async def decide() -> None:
            for block in blocks:
                results = [each.result async for each in self.evaluator.play([SPECS[seed] for seed in block])]
                found.append(sorted(result.seed for result in results if result.again))
            self.plan.close()

        async with asyncio.timeout(600), asyncio.TaskGroup() as group:
            group.create_task(decide())
            group.create_task(run_job(self.plan, self.executor, [Journal(self.store), self.evaluator]))
        return found

    async def _play(self, spec: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0)
        return failed(spec, "provider") if spec.seed in self._refused else scored(spec)


@pytest.mark.parametrize("at_once", [1, 4, 16])
@pytest.mark.parametrize("refused", [{5}, {0, 1, 5, 6, 7, 8}, set(range(20))])
def test_nobody_waits_for_ever_for_what_a_provider_refused(
    run_virtual: RunVirtual, tmp_path: Path, refused: set[int], at_once: int
) -> None:
    """A failure is held back until the model has answered others; where nothing else is asked for, it is told."""
    run = Refusing(tmp_path, refused, at_once)
    blocks = (tuple(range(6)), (6, 7), tuple(range(8, 20)))
    assert run_virtual(run.blocks(*blocks)) == [sorted(refused & set(block)) for block in blocks]
    assert run.executor.pause is None
    again = Refusing(tmp_path, set(), at_once)
    assert run_virtual(again.blocks(*blocks)) == [sorted(refused & set(block)) for block in blocks], "it was decided by"
