from support.episodes import EpisodeBuilder, spec

from wardian.base.errors import Failure
from wardian.scoring.result import Result
from wardian.scoring.score import Score, Scored
from wardian.scoring.trajectory import TrajectoryScorer


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
