"""Stretches that lead nowhere."""

import pytest
from support.episodes import EpisodeBuilder, update
from support.scores import scores_of, value

from wardian.environments.findings import CheckResult
from wardian.episodes.record import Stop


def stuck(calls: int) -> EpisodeBuilder:
    builder = EpisodeBuilder().user("Help")
    for number in range(calls):
        builder.call("try", {"n": number}, error="not_allowed")
    return builder


async def test_failures_and_answers_known_already_are_a_stall() -> None:
    builder = EpisodeBuilder().call("look", text="[1]").call("look", text="[1]").call("try", error="x")
    score = (await scores_of(builder.call("see", text="new").done()))["stall"]
    assert (score.value, score.evidence) == (2.0, (3, 5))


async def test_the_user_interrupts_a_stall() -> None:
    builder = stuck(2).say("Which one?").user("That.").call("try", error="x")
    assert await value(builder.done(), "stall") == 2.0


async def test_a_way_out_is_a_call_that_works_or_a_question_to_the_user() -> None:
    assert await value(stuck(2).done(), "dead_end_exit") is None
    score = (await scores_of(stuck(3).done()))["dead_end_exit"]
    assert (score.value, score.evidence) == (0.0, (6,))
    assert await value(stuck(3).say("Bye.").done(), "dead_end_exit") == 0.0
    assert await value(stuck(3).call("look").done(), "dead_end_exit") == 1.0
    assert await value(stuck(3).say("And now?").user("Try that.").done(), "dead_end_exit") == 1.0


@pytest.mark.parametrize(
    ("text", "gave_up"),
    [
        ("Unfortunately I cannot do that.", 1.0),
        ("I am transferring you to a human colleague.", 1.0),
        ("", 1.0),
        ("Your order is cancelled.", 0.0),
        ("Unfortunately the blue one is sold out. I have exchanged it for the red one.", 0.0),
    ],
)
async def test_a_no_at_the_end_of_a_failed_episode_is_giving_up(text: str, gave_up: float) -> None:
    assert await value(EpisodeBuilder().say(text).done(False), "gave_up") == gave_up
    assert await value(EpisodeBuilder().say(text).done(), "gave_up") == 0.0, "a rightful no"


SHIPPED = "Unfortunately it has shipped, so it cannot be cancelled."
TOLD = CheckResult(name="told_shipped", passed=True, milestone=True, actions=(1,))
UNASKED = CheckResult(name="confirmed_before_write", passed=False)
MOVED = update("orders", "W1", "city", "Rome")


async def test_a_no_that_was_due_is_no_giving_up() -> None:
    told = EpisodeBuilder().call("move").say(SHIPPED)
    score = await value(told.done(checks=(UNASKED, TOLD), expected=(MOVED,)), "gave_up")
    assert score == 0.0, "the no is what was to be said, and the address is another matter"
    assert await value(told.done(checks=(UNASKED,), expected=(MOVED,), actual=(MOVED,)), "gave_up") == 0.0
    assert await value(told.done(checks=(UNASKED,), expected=(MOVED,)), "gave_up") == 1.0


async def test_a_no_behind_the_one_that_was_due_is_giving_up() -> None:
    builder = EpisodeBuilder().call("move").say(SHIPPED).user("Then move it.").say("I cannot do that.")
    score = (await scores_of(builder.done(checks=(UNASKED, TOLD), expected=(MOVED,))))["gave_up"]
    assert (score.value, score.evidence) == (1.0, (4,))


@pytest.mark.parametrize("stop", ["turn_limit", "time_limit"])
async def test_who_is_stopped_has_not_given_up(stop: Stop) -> None:
    assert await value(EpisodeBuilder().say("I cannot.").done(False, stop=stop), "gave_up") == 0.0


async def test_who_never_says_a_word_has_given_up() -> None:
    assert await value(EpisodeBuilder().user("Hi").done(False), "gave_up") == 1.0
