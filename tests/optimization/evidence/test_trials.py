"""A mistake is evidence when the episode succeeds without it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.counting import PACK, CounterWorlds, counted, scored
from support.packs.counter.environment import Counter
from support.scripts import do, say

from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.episodes.record import Episode
from wardian.optimization.evidence.evidence import Counterfactual, Evidence
from wardian.optimization.evidence.reading import read
from wardian.optimization.evidence.trajectories import MOST, TrajectoryDiagnostician
from wardian.optimization.evidence.trials import Trial, try_all
from wardian.scoring.failures.symptom import Detector

ONE, DONE = do("add", by=1), say("Done.")
REFUSED = do("add", by=-1)


async def trials(episode: Episode, worlds: CounterWorlds | None = None) -> dict[Detector, Trial]:
    around = worlds or CounterWorlds()
    (reading,) = await read(scored(episode), around)
    found = await try_all(reading, around)
    return {trial.symptom.detector: trial for trial in found}


async def test_a_wrong_argument_that_lost_the_episode() -> None:
    trial = (await trials(await counted(1, do("add", by=4), DONE)))["wrong_args"]
    assert (trial.outcome, trial.position, trial.decisive) == ("flipped", 2, True)
    assert trial.mended == 'in its place: call add {"by": 1}'


async def test_an_error_that_was_got_over_is_not_what_lost_it() -> None:
    found = await trials(await counted(2, REFUSED, REFUSED, REFUSED, ONE, do("add", by=9), DONE))
    assert found["loop"].outcome == "stayed"
    assert not found["loop"].decisive


async def test_who_ends_too_early_would_have_succeeded_with_the_rest() -> None:
    found = await trials(await counted(2, DONE))
    assert {found["missing_call"].outcome, found["premature_stop"].outcome} == {"flipped"}
    assert found["premature_stop"].position == 1


async def test_a_circle_that_used_up_the_turns() -> None:
    found = await trials(await counted(2, REFUSED, REFUSED, REFUSED, REFUSED, turns=4))
    assert found["turn_cap"].outcome == "flipped"
    assert found["loop"].outcome == "flipped"


@pytest.mark.parametrize("by", [1, 2])
async def test_what_no_detector_explains_is_blamed_on_the_step_that_lost_it(by: int) -> None:
    found = await trials(await counted(2, ONE, ONE, do("add", by=by), DONE))
    assert (found["unexplained"].outcome, found["unexplained"].decisive) == ("flipped", True)


async def test_where_something_is_around_the_pack_nobody_can_tell() -> None:
    found = await trials(await counted(2, DONE), CounterWorlds("a model speaks for its users"))
    assert {trial.outcome for trial in found.values()} == {"untold"}


async def test_where_the_world_breaks_or_does_something_else_nobody_can_tell() -> None:
    class Jammed(Counter):
        def restore(self, snapshot: bytes) -> None:
            raise RuntimeError("jammed")

    class Other(Counter):
        def digest(self) -> str:
            return f"new {self.value}"

    def jammed(task: str) -> Environment:
        return Jammed(2)

    def other(task: str) -> Environment:
        return Other(2)

    for make in (jammed, other):
        found = await trials(await counted(2, DONE), CounterWorlds(make=make))
        assert {trial.outcome for trial in found.values()} == {"untold"}


def test_a_world_that_takes_hours_comes_to_the_same(run_virtual: Callable[[Any], Any]) -> None:
    class Slow(Counter):
        async def examine(self) -> Findings:
            await asyncio.sleep(500.0)
            return await super().examine()

    async def both() -> None:
        episode = await counted(2, REFUSED, REFUSED, REFUSED, do("add", by=9), DONE)
        slow = await trials(episode, CounterWorlds(make=lambda _: Slow(2)))
        assert asyncio.get_running_loop().time() > 3_600.0
        assert slow == await trials(episode)

    run_virtual(both())


async def diagnosed(*episodes: Episode) -> Sequence[Evidence]:
    return await TrajectoryDiagnostician(CounterWorlds()).diagnose(scored(*episodes), 1)


async def test_a_cluster_says_in_how_many_of_its_episodes_mending_helps() -> None:
    circle = (REFUSED, REFUSED, REFUSED)
    lost = await counted(2, *circle, do("add", by=9), DONE)
    found = {each.detector: each for each in await diagnosed(lost, await counted(1, do("add", by=4), DONE))}
    assert found["loop"].counterfactual == Counterfactual(tried=1)
    assert found["loop"].counterfactual.holds is False
    assert found["wrong_args"].counterfactual == Counterfactual(tried=2, flipped=1)
    assert found["wrong_args"].counterfactual.holds


async def test_a_step_that_nobody_suspects_is_evidence_of_its_own() -> None:
    """The detectors blame the call that was refused, for it stands first."""
    found = {each.detector: each for each in await diagnosed(await counted(2, REFUSED, do("add", by=9), DONE))}
    assert found["wrong_args"].counterfactual == Counterfactual(tried=1)
    unseen = found["decisive_step"]
    assert (unseen.tool, unseen.decisive, unseen.counterfactual) == ("add", 1, Counterfactual(tried=1, flipped=1))
    assert '>> agent calls add {"by":9}' in unseen.excerpts[0].turns


async def test_an_excerpt_says_what_would_have_been_right() -> None:
    (cluster, *_) = await diagnosed(await counted(1, do("add", by=4), DONE))
    assert cluster.excerpts[0].mended == 'in its place: call add {"by": 1}'


async def test_an_episode_is_tried_once_however_often_a_campaign_asks() -> None:
    made = list[str]()

    def make(task: str) -> Environment:
        made.append(task)
        return PACK.environment(task)

    diagnostician, episodes = TrajectoryDiagnostician(CounterWorlds(make=make)), scored(await counted(2, DONE))
    first = await diagnostician.diagnose(episodes, 1)
    before = len(made)
    assert await diagnostician.diagnose(episodes, 1) == first
    assert len(made) == before > 0


async def test_of_very_many_failures_the_first_are_tried() -> None:
    episode = await counted(1, do("add", by=4), DONE)
    many = [
        episode.model_copy(update={"spec": episode.spec.model_copy(update={"repeat": repeat})})
        for repeat in range(MOST + 5)
    ]
    (cluster, *_) = await diagnosed(*many)
    assert (cluster.failed, cluster.counterfactual.tried) == (MOST + 5, MOST)


async def test_what_was_seen_before_the_world_broke_stands() -> None:
    left = [60]

    class Tired(Counter):
        def restore(self, snapshot: bytes) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise RuntimeError("too tired")
            super().restore(snapshot)

    episode = await counted(2, REFUSED, REFUSED, REFUSED, do("add", by=9), DONE)
    whole = await trials(episode, CounterWorlds(make=lambda _: Tired(2)))
    used = 60 - left[0]
    left[0] = used - 1
    broken = await trials(episode, CounterWorlds(make=lambda _: Tired(2)))
    assert {trial.outcome for trial in whole.values()} == {"stayed", "flipped"}
    assert list(broken)[:2] == list(whole)[:2]
    assert broken != whole
