"""What a run keeps of an episode when it has let go of the record."""

from typing import get_args

from support.episodes import SHOP, EpisodeBuilder, spec

from wardian.base.completion import Completion
from wardian.base.errors import Cause, Failure
from wardian.base.messages import Message
from wardian.episodes.record import Asked, Episode, Said
from wardian.scoring.result import Result
from wardian.scoring.score import Score, Scored
from wardian.scoring.trajectory import TrajectoryScorer

CAUSES: tuple[Cause, ...] = get_args(Cause)


async def test_a_result_holds_what_applies() -> None:
    episode = EpisodeBuilder(spec("a", "t7", 3, repeat=2), simulated=True).call("look").done()
    result = Result.of(Scored(episode=episode, scores=tuple(await TrajectoryScorer().score(episode))))
    assert (result.arm, result.environment, result.task, result.seed, result.repeat) == ("a", "shop", "t7", 3, 2)
    assert (result.model, result.prompt, result.simulated, result.cost_usd) == ("model-a", "plain", True, 0.01)
    assert result.values["success"] == 1.0
    assert "recovery_rate" not in result.values


def test_somebody_elses_failure_is_missing_whatever_was_scored() -> None:
    episode = EpisodeBuilder().broken("provider")
    result = Result.of(Scored(episode=episode, scores=(Score(metric="success", value=1.0),)))
    assert (result.missing, dict(result.values)) == ("provider", {})


def test_the_agents_own_failure_is_a_zero() -> None:
    result = Result.of(Scored(episode=EpisodeBuilder().broken("agent")))
    assert (result.missing, dict(result.values)) == (None, {"success": 0.0})


def test_a_broken_scorer_makes_the_episode_missing() -> None:
    failure = Failure(cause="grader", kind="ValueError", message="no")
    result = Result.of(Scored(episode=EpisodeBuilder().done(), failure=failure))
    assert result.missing == "grader"


def test_it_has_what_the_run_needs_of_the_record() -> None:
    built = EpisodeBuilder(spec("a"), price=0.25).call("look").say("Bye.").done()
    (*_, last) = built.asked
    late = last.model_copy(update={"at_s": 3.0})
    events = tuple(late if event is last else event for event in built.events)
    episode = built.model_copy(update={"events": events, "started_at": 100.0, "wall_s": 7.5, "attempt": 2})
    result = Result.of(Scored(episode=episode))
    assert (result.episode, result.environment_digest, result.arm_digest) == (spec("a").key, "d0", "a")
    assert (result.calls, result.tokens, result.cost_usd, result.spent_usd) == (2, 220, 0.5, 0.5)
    assert (result.started_at, result.asked_at, result.ended_at) == (100.0, 103.0, 107.5)
    assert (result.attempt, result.again, result.failure) == (2, False, None)


def test_an_unknown_price_stays_unknown() -> None:
    result = Result.of(Scored(episode=EpisodeBuilder(price=None).say("Bye.").done()))
    assert (result.cost_usd, result.spent_usd) == (None, None)


def test_who_broke_the_episode_decides_whether_it_is_played_again() -> None:
    by_cause = {cause: Result.of(Scored(episode=EpisodeBuilder().broken(cause))) for cause in CAUSES}
    assert {cause for cause, result in by_cause.items() if result.again} == set(CAUSES) - {"agent"}
    assert all(result.failure is not None and result.failure.kind == "timeout" for result in by_cause.values())


def test_a_scorers_failure_is_kept_and_the_episode_is_not_played_again() -> None:
    failure = Failure(cause="grader", kind="quota_exhausted", message="402", lasting=True)
    result = Result.of(Scored(episode=EpisodeBuilder().done(), failure=failure))
    assert (result.failure, result.again) == (failure, False)


def test_a_plan_has_the_episodes_of_its_own_packs_and_arms_only() -> None:
    result = Result.of(Scored(episode=EpisodeBuilder(spec("a")).say("Bye.").done()))
    arm, other = (spec(name).agent for name in ("a", "b"))
    assert result.planned([SHOP], [other, arm])
    assert not result.planned([SHOP], [other])
    assert not result.planned([], [arm])
    assert not result.planned([SHOP.model_copy(update={"digest": "changed"})], [arm])
    assert not result.planned([SHOP.model_copy(update={"name": "bank"})], [arm])
    assert not result.planned([SHOP], [arm.model_copy(update={"digest": "changed"})])


def test_the_faults_that_struck_are_kept_once_each() -> None:
    episode = (
        EpisodeBuilder()
        .call("look", error="timeout", fault="timeout")
        .call("look", fault="stale")
        .call("look", fault="stale")
        .done()
    )
    result = Result.of(Scored(episode=episode))
    assert (result.template, result.faults) == ("return", ("stale", "timeout"))


def test_what_a_user_took_who_is_a_model_is_told_apart() -> None:
    voice = Completion(message=Message(role="assistant", content="Hi"), finish="stop", model="u", cost_usd=0.5)
    own = voice.model_copy(update={"cost_usd": 0.25})
    events = (Said(speaker="user", text="Hi", voiced=(voice,)), Asked(turn=1, completion=own))
    result = Result.of(Scored(episode=Episode(spec=spec(), events=events, stop="finished")))
    assert (result.cost_usd, result.user_usd) == (0.75, 0.5)
