"""The published guarantees, over many interleavings: processes are killed, frozen and cut off between any two steps.

A seed is a world and what goes wrong in it; each assertion names its seed.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from support.lease_chaos import ALL, WORKERS, Harm, chaos, freeze_coordinator, kill_coordinator, kill_worker
from support.lease_workers import WorkerProcess, played
from support.lease_world import LEASE_S, Plan, World
from support.memory_store import MemoryStore

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Request
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import load_record
from wardian.runs.leases.term import MARGIN
from wardian.runs.steps.journal import CALLS
from wardian.runs.steps.steps import Steps
from wardian.scoring.finished import Finished

SIZE = 25
"""Worlds in one test."""


@pytest.fixture(autouse=True)
def _rare_collections() -> Iterator[None]:
    """Worlds are much garbage, and all the rest would be searched with it."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def plan(seed: int) -> Plan:
    """Every other network loses answers, every third world has panels."""
    return Plan(lost_answers=0.1 * (seed % 2), panels=seed % 3 == 0)


def worlds(block: int, harms: Sequence[Harm], most: int = 5) -> Iterator[tuple[int, World]]:
    for seed in range(block * SIZE, (block + 1) * SIZE):
        yield seed, World(seed, plan(seed)).run(chaos(seed, harms, most))


def check(world: World, seed: int) -> None:
    """What holds whatever happened."""
    assert not world.processes.errors, seed
    check_results(world, seed)
    lines = sum(1 for log in world.store.logs("manifest") for _ in world.store.entries(log))
    assert lines == len(world.specs), f"{seed}: an episode was committed twice"
    assert world.repeated <= world.excused, f"{seed}: more was paid twice than was in flight when workers were lost"
    assert not world.late, f"{seed}: a worker that was given up has begun a call"
    assert not world.again, f"{seed}: what was recorded was asked again"


def check_results(world: World, seed: int) -> None:
    """There is one for each episode, and it is what was said."""
    lines = list(world.folder.latest())
    expected = Counter((spec.key, spec.seed, world.plan.turns, False) for spec in world.specs)
    assert outcomes(lines) == expected, seed
    for coordinator in world.coordinators:
        if coordinator.over:
            assert outcomes(coordinator.table.rows) == expected, f"{seed}: what stands behind the journal"
    for line in lines:
        assert world.said(record(world, line)), seed


def outcomes(lines: Iterable[Finished]) -> Counter[tuple[object, ...]]:
    """What of results is neither chance nor time."""
    results = (line.result for line in lines)
    return Counter((each.episode, each.seed, each.calls, each.failure is not None) for each in results)


def record(world: World, line: Finished) -> Episode:
    return load_record(world.store, line).episode


def words(episode: Episode) -> list[str]:
    return [event.completion.message.content for event in episode.asked]


@pytest.mark.parametrize("block", range(12))
def test_whatever_dies_each_episode_has_one_result_and_little_is_paid_twice(block: int) -> None:
    for seed, world in worlds(block, ALL):
        check(world, seed)


@pytest.mark.parametrize("block", range(4))
def test_lost_workers_cost_what_they_had_in_flight(block: int) -> None:
    for seed, world in worlds(block, WORKERS, most=8):
        check(world, seed)


@pytest.mark.parametrize("block", range(4))
def test_lost_coordinators_cost_nothing(block: int) -> None:
    for seed, world in worlds(block, (kill_coordinator,), most=6):
        check(world, seed)
        assert world.repeated == world.excused == 0, seed


def test_without_harm_nothing_is_paid_twice() -> None:
    for seed in range(10):
        world = World(seed, plan(seed)).run()
        check(world, seed)
        assert world.repeated == world.excused == 0


def test_the_run_completes_while_one_worker_lives() -> None:
    most = 0
    for seed in range(40):
        world = World(seed, Plan(replaced=False, workers=4)).run(chaos(seed, WORKERS, most=3, steps=200))
        check(world, seed)
        most = max(most, world.losses)
    assert most == 3


def test_the_same_in_files(tmp_path: Path) -> None:
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        check(World(seed, plan(seed), FolderStore(folder)).run(chaos(seed)), seed)


class Nobody:
    name = "m"

    async def complete(self, request: Request) -> Completion:
        raise AssertionError("nobody is to be asked")


async def recomputed(world: World) -> dict[str, list[str]]:
    """What the calls that were recorded make of the plan, without a provider."""
    store = MemoryStore()
    await store.create_log(CALLS).append(world.recorded)
    steps = Steps(store, SystemClock())
    client = steps.client(Nobody())

    async def again(spec: EpisodeSpec) -> Episode:
        return await steps.played(spec.key, lambda: played(spec, client, world))

    return {spec.key: words(await again(spec)) for spec in world.specs}


def test_the_results_are_what_the_recorded_calls_make_of_the_plan() -> None:
    for seed in range(40):
        world = World(seed).run(chaos(seed))
        found = {line.result.episode: words(record(world, line)) for line in world.folder.latest()}
        assert asyncio.run(recomputed(world)) == found, seed


def test_two_coordinators_at_a_time_leave_one_result_of_each_episode() -> None:
    """A store's lock keeps them apart; if ever it does not, money is lost, and nothing else."""
    gave_up = 0
    for seed in range(60):
        world = World(seed, Plan(lost_answers=0.05), to_the_end=True)
        check_results(world.run(chaos(seed, (freeze_coordinator, freeze_coordinator, kill_worker), most=3)), seed)
        gave_up += sum(each.failed is not None for each in world.coordinators)
    assert gave_up > 30, "the older one hears that it was followed"


def test_a_world_that_is_not_pure_is_reported_and_never_mixed() -> None:
    """Each record is one attempt, whose answers were given one after the other."""
    diverged = 0
    for seed in range(40):
        world = World(seed, Plan(pure=False)).run(chaos(seed, (kill_worker,)))
        check_results(world, seed)
        lines = list(world.folder.latest())
        diverged += sum(line.result.attempt > 1 for line in lines)
        for line in lines:
            replayed = record(world, line).replayed_calls
            assert replayed <= 1, "only the first question is the same each time"
    assert diverged > 20


def alone(world: World) -> WorkerProcess:
    """The first worker, which has all episodes."""
    return world.workers["worker-1.1"]


LONG = Plan(workers=1, concurrency=2, episodes=2, turns=40, slow_calls=0.0)
MIDDLE = 150
"""A step of such a world at which it plays."""


def test_a_worker_that_is_cut_off_pays_until_its_lease_is_over() -> None:
    """It lives, its episodes could go on for long, and nothing stops it but its own clock."""
    for seed in range(10):
        cut_at: list[float] = []

        def cut(world: World, cut_at: list[float] = cut_at) -> None:
            alone(world).cut = True
            cut_at.append(world.processes.now)

        world = World(seed, LONG).run([(MIDDLE, cut)])
        check(world, seed)
        last = max(call.at for call in world.calls if call.worker == alone(world).name) - cut_at[0]
        assert MARGIN * LEASE_S * 0.6 < last < MARGIN * LEASE_S
        assert world.losses == 1
        assert world.repeated == 0, "what it has paid for by then was recorded, and is used"


@pytest.mark.parametrize("for_s", [2 * LEASE_S, 1.5 * LEASE_S])
def test_a_worker_that_was_frozen_wakes_up_and_pays_nothing(for_s: float) -> None:
    for seed in range(10):
        frozen_at: list[float] = []

        def freeze(world: World, frozen_at: list[float] = frozen_at) -> None:
            alone(world).process.freeze()
            frozen_at.append(world.processes.now)
            world.nature.call_later(for_s, alone(world).process.thaw)

        world = World(seed, LONG).run([(MIDDLE, freeze)])
        check(world, seed)
        assert max(call.at for call in world.calls if call.worker == alone(world).name) <= frozen_at[0]


def test_a_worker_that_was_frozen_for_a_moment_goes_on() -> None:
    for seed in range(10):

        def freeze(world: World) -> None:
            alone(world).process.freeze()
            world.nature.call_later(0.8 * LEASE_S, alone(world).process.thaw)

        world = World(seed, LONG).run([(MIDDLE, freeze)])
        check(world, seed)
        assert world.repeated == world.losses == 0
