"""How far and how soon, on records small enough to count by hand."""

from support.episodes import EpisodeBuilder, update
from support.scores import scores_of, value

from wardian.base.errors import Cause
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult

ONE = update("orders", "W1", "status", "cancelled", before="open")
BACK = update("orders", "W1", "status", "open", before="cancelled")
TWO = update("payments", "P1", "refunded", 30)


def stage(name: str, *actions: int, passed: bool = True) -> CheckResult:
    return CheckResult(name=name, passed=passed, milestone=True, actions=actions)


async def test_changes_are_milestones_in_whatever_order() -> None:
    builder = EpisodeBuilder().call("look").call("refund", changes=(TWO,)).call("cancel", changes=(ONE,)).say("Done.")
    scores = await scores_of(builder.done(expected=(ONE, TWO), actual=(ONE, TWO)))
    assert (scores["goal_progress"].value, scores["goal_progress"].evidence) == (1.0, (5,))
    assert scores["progress_auc"].value == (0 + 0.5 + 1 + 1) / 4
    assert (scores["turns_to_resolution"].value, scores["turns_to_resolution"].evidence) == (3.0, (5,))


async def test_what_was_reached_and_lost_again_had_been_reached() -> None:
    builder = EpisodeBuilder().call("cancel", changes=(ONE,)).call("reopen", changes=(BACK,))
    scores = await scores_of(builder.done(False, expected=(ONE, TWO)))
    assert (scores["goal_progress"].value, scores["goal_progress"].evidence) == (0.5, (1,))
    assert scores["progress_auc"].value == 0.5
    assert scores["turns_to_resolution"].value is None


async def test_stages_of_a_program_count_where_they_were_noted() -> None:
    builder = EpisodeBuilder().call("look").say("First.").user("Go on.").call("look").say("Second.")
    scores = await scores_of(builder.done(checks=(stage("a", 1), stage("b", 3)), milestones=2))
    assert (scores["goal_progress"].value, scores["goal_progress"].evidence) == (1.0, (6,))
    assert scores["progress_auc"].value == (0 + 0.5 + 0.5 + 1) / 4


async def test_stages_that_a_program_did_not_come_to_are_not_reached() -> None:
    episode = EpisodeBuilder().say("First.").done(False, checks=(stage("a", 0), stage("b", passed=False)), milestones=4)
    assert await value(episode, "goal_progress") == 0.25


async def test_changes_and_facts_told_are_milestones_together() -> None:
    builder = EpisodeBuilder().call("cancel", changes=(ONE,)).say("It is cancelled.")
    episode = builder.done(expected=(ONE,), actual=(ONE,), checks=(stage("told", 1),))
    assert await value(episode, "progress_auc") == 0.75


async def test_two_new_rows_that_are_alike_are_two_milestones() -> None:
    def refund(key: str) -> Change:
        return Change(table="refunds", key=key, column="*", kind="insert", after={"amount": 30})

    wanted = (refund("*"), refund("*"))
    once = EpisodeBuilder().call("refund", changes=(refund("r1"),))
    assert await value(once.done(False, expected=wanted, actual=wanted[:1]), "goal_progress") == 0.5
    twice = EpisodeBuilder().call("refund", changes=(refund("r1"),)).call("refund", changes=(refund("r2"),))
    assert await value(twice.done(expected=wanted, actual=wanted), "progress_auc") == 0.75


async def test_who_does_nothing_gets_nowhere() -> None:
    scores = await scores_of(EpisodeBuilder().done(False, expected=(ONE,)))
    assert (scores["goal_progress"].value, scores["progress_auc"].value) == (0.0, 0.0)


async def test_without_milestones_there_is_no_progress() -> None:
    scores = await scores_of(EpisodeBuilder().call("look").done())
    assert [scores[name].value for name in ("goal_progress", "progress_auc", "turns_to_resolution")] == [None] * 3


async def test_nobody_looked_when_the_agent_broke_down() -> None:
    cause: Cause = "agent"
    assert await value(EpisodeBuilder().call("look").broken(cause, "context_overflow"), "goal_progress") is None


async def test_where_the_record_tells_less_the_end_says_what_was_reached() -> None:
    episode = EpisodeBuilder().call("cancel", changed=True).done(expected=(ONE,), actual=(ONE,))
    assert await value(episode, "goal_progress") == 1.0


async def test_what_the_user_did_as_told_counts_from_the_next_action_on() -> None:
    builder = EpisodeBuilder().say("Please cancel it.").user("I did.", (ONE,)).say("Good.")
    scores = await scores_of(builder.done(expected=(ONE,), actual=(ONE,)))
    assert (scores["goal_progress"].value, scores["progress_auc"].value) == (1.0, 0.5)
