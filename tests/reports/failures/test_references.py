"""The reference's record is played in the pack, once for each task, when that is the pack of the run."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from support.packs.counter.environment import Counter, CounterPack

from wardian.base.messages import ToolCall
from wardian.base.watchdog import Watchdog
from wardian.environments.observation import Observation
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.reports.failures.references import References
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec


def job(**world: Any) -> JobSpec:
    document = {"name": "j", "environments": [{"pack": "counter", **world}], "agents": [{"kind": "idle"}], "repeats": 2}
    return JobSpec.model_validate(document)


class CountingPack(CounterPack):
    """Knows how often it was asked for a reference."""

    asked = 0

    def reference(self, task: str) -> Any:
        self.asked += 1
        return super().reference(task)


async def records(of: JobSpec, pack: CounterPack) -> list[Episode | None]:
    references = References.planned(of, {"counter": pack})
    return [await references.record(spec) for spec in Plan(of, {"counter": pack})]


async def test_the_reference_is_played_once_for_each_task() -> None:
    pack = CountingPack(tasks=3)
    played = await records(job(), pack)
    assert [episode and len(episode.acted) for episode in played] == [1, 2, 3, 1, 2, 3]
    assert pack.asked == 3


async def test_episodes_of_another_pack_have_none() -> None:
    (spec, *_) = Plan(job(), {"counter": CounterPack(digest="old")})
    assert await References.planned(job(), {"counter": CounterPack(digest="new")}).record(spec) is None


async def test_disguised_tools_have_none() -> None:
    assert await records(job(stress={"hide": "names"}), CounterPack()) == [None] * 6


async def test_stress_that_leaves_names_alone_is_no_matter() -> None:
    assert None not in await records(job(stress={"fault_rate": 1.0}), CounterPack())


async def test_a_reference_that_breaks_its_world_is_none() -> None:
    assert await records(job(), CounterPack(jam=True)) == [None] * 6


async def test_worlds_in_which_playing_has_effects_are_left_alone() -> None:
    pack = CountingPack()
    pack.replay = "restart"
    assert await records(job(), pack) == [None] * 6
    assert not pack.asked


def test_a_world_that_hangs_has_none(run_virtual: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
    class Hanging(Counter):
        async def call(self, call: ToolCall) -> Observation:
            await asyncio.Event().wait()
            raise AssertionError

    class HangingPack(CounterPack):
        def environment(self, task: str) -> Counter:
            return Hanging(1)

    assert run_virtual(records(job(), HangingPack())) == [None] * 6


async def test_a_job_whose_packs_are_not_here_has_none(tmp_path: Path) -> None:
    (spec, *_) = Plan(job(), {"counter": CounterPack()})
    assert await References.of(job(), [tmp_path], Watchdog()).record(spec) is None


@pytest.mark.parametrize("seed", [1, 2])
async def test_it_is_the_same_whatever_the_seed(seed: int) -> None:
    (first, *_) = Plan(job(), {"counter": CounterPack()})
    spec: EpisodeSpec = first.model_copy(update={"seed": seed})
    episode = await References.planned(job(), {"counter": CounterPack()}).record(spec)
    assert episode is not None
    assert episode.spec.seed == 1
