"""Trajectories become evidence, whatever the order in which they come."""

import itertools

import pytest
from support.counting import CounterWorlds, counted, scored
from support.scripts import do, say

from wardian.base.bundle import Bundle
from wardian.base.errors import Cause, Failure
from wardian.episodes.record import Episode
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.scoring.score import Scored

ONE, DONE = do("add", by=1), say("Done.")


async def diagnosed(*episodes: Episode, smallest: int = 1) -> tuple[Evidence, ...]:
    return await TrajectoryDiagnostician(CounterWorlds()).diagnose(scored(*episodes), smallest)


async def too_much(to: int) -> Episode:
    """Adds everything at once, and seven more."""
    return await counted(to, do("add", by=to + 7), DONE)


async def test_failures_with_one_mistake_are_one_cluster_with_the_tool_that_it_is_about() -> None:
    found = await diagnosed(await too_much(2), await too_much(3), await counted(1, ONE, DONE))
    (cluster,) = (each for each in found if each.detector == "wrong_args")
    assert (cluster.tool, cluster.about, cluster.template, cluster.failed) == ("add", "by", "count", 2)
    assert cluster.sheet is not None
    assert (cluster.sheet.name, cluster.sheet.description) == ("add", "Add to the counter.")


async def test_small_clusters_are_no_evidence() -> None:
    assert await diagnosed(await too_much(2), smallest=2) == ()


async def test_the_order_of_the_episodes_decides_nothing() -> None:
    episodes = [await too_much(2), await too_much(3), await counted(4, ONE, DONE), await counted(1, ONE, DONE)]
    found = {await diagnosed(*order) for order in itertools.permutations(episodes)}
    assert len(found) == 1


async def test_an_episode_that_is_told_twice_counts_once() -> None:
    episode = await too_much(2)
    assert await diagnosed(episode, episode) == await diagnosed(episode)


async def test_of_two_records_of_one_episode_the_later_one_counts() -> None:
    first = await too_much(2)
    later = (await counted(2, ONE, DONE)).model_copy(update={"started_at": first.started_at + 1})
    assert later.spec.key == first.spec.key
    assert await diagnosed(first, later) == await diagnosed(later, first) == await diagnosed(later)


@pytest.mark.parametrize("cause", ["user_sim", "environment", "infra", "provider", "budget", "cancelled"])
async def test_what_others_broke_is_not_the_agents_mistake(cause: Cause) -> None:
    failure = Failure(cause=cause, kind="timeout", message="it broke")
    episode = (await too_much(2)).model_copy(update={"failure": failure, "stop": "failed"})
    assert await diagnosed(episode) == ()


async def test_what_no_judge_could_judge_tells_nothing() -> None:
    failure = Failure(cause="grader", kind="bad_reply", message="the judge said nothing")
    judged = Scored(episode=await too_much(2), failure=failure)
    assert await TrajectoryDiagnostician(CounterWorlds()).diagnose([judged], 1) == ()


async def test_what_the_agent_broke_is_its_mistake() -> None:
    failure = Failure(cause="agent", kind="context_overflow", message="too long")
    broken = (await counted(2, ONE, turns=1)).model_copy(update={"failure": failure, "stop": "failed"})
    found = {each.detector: each for each in await diagnosed(broken)}
    assert found["premature_stop"].about == "context_overflow"
    assert found["premature_stop"].counterfactual.flipped == 1


async def test_three_failures_of_different_tasks_and_one_that_went_well() -> None:
    episodes = [await too_much(to) for to in (2, 3, 4, 5)]
    found = await diagnosed(*episodes, await counted(1, ONE, DONE))
    cluster = next(each for each in found if each.detector == "wrong_args")
    assert [excerpt.task for excerpt in cluster.excerpts] == [
        "counter/count-2",
        "counter/count-3",
        "counter/count-4",
        "counter/count-1",
    ]
    assert [excerpt.succeeded for excerpt in cluster.excerpts] == [False, False, False, True]


async def test_where_nobody_succeeded_the_reference_shows_how() -> None:
    (*_, last) = (await diagnosed(await too_much(2)))[0].excerpts
    assert (last.episode, last.task, last.succeeded) == ("reference", "counter/count-2", True)


async def test_the_tool_is_shown_in_the_words_of_the_version_that_played() -> None:
    episode = await too_much(2)
    bundle = Bundle(agent="trial", texts={"tool:add.description": "Count on."})
    spec = episode.spec.model_copy(update={"agent": episode.spec.agent.version(bundle, "trial@1")})
    found = await diagnosed(episode.model_copy(update={"spec": spec}))
    assert found[0].sheet is not None
    assert found[0].sheet.description == "Count on."
