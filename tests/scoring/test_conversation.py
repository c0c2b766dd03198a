"""What is asked again, left open, and how it ends."""

import pytest
from support.episodes import EpisodeBuilder, update
from support.scores import scores_of, value

from wardian.episodes.record import Stop

REFUND = update("payments", "P1", "refunded", 30)


async def test_the_same_question_twice_is_repeated() -> None:
    builder = (
        EpisodeBuilder().say("Hello. What is your *email*?").user("a@b.c").say("What is your email?").user("a@b.c")
    )
    score = (await scores_of(builder.done()))["repeated_questions"]
    assert (score.value, score.evidence) == (1.0, (2,))


async def test_after_a_call_that_worked_it_is_a_new_question() -> None:
    builder = EpisodeBuilder().say("Which order?").user("W1").call("cancel").say("Which order?")
    assert await value(builder.done(), "repeated_questions") == 0.0
    builder = EpisodeBuilder().say("Which order?").user("W1").call("cancel", error="x").say("Which order?")
    assert await value(builder.done(), "repeated_questions") == 1.0


@pytest.mark.parametrize("question", ["Is there anything else I can do?", "Shall I go ahead?", "Do you confirm?"])
async def test_a_yes_and_a_farewell_may_be_asked_for_again(question: str) -> None:
    assert await value(EpisodeBuilder().say(question).user("Hm").say(question).done(), "repeated_questions") == 0.0


async def test_a_question_without_a_word_behind_it_is_unanswered() -> None:
    builder = EpisodeBuilder().user("Is it free?").call("look")
    score = (await scores_of(builder.done()))["unanswered_questions"]
    assert (score.value, score.evidence) == (1.0, (0,))
    assert await value(builder.say("Yes.").done(), "unanswered_questions") == 0.0


async def test_a_question_that_had_to_be_put_again_was_unanswered() -> None:
    builder = EpisodeBuilder().user("Is it free?").say("One moment.").user("So, is it?\nIs it free?").say("Yes.")
    score = (await scores_of(builder.done()))["unanswered_questions"]
    assert (score.value, score.evidence) == (1.0, (0,))


@pytest.mark.parametrize("text", ["W1. Can we hurry up?", "Why does it take so long?"])
async def test_impatience_wants_no_answer(text: str) -> None:
    builder = EpisodeBuilder().user(text).say("Shall I?").user(text).call("pay")
    assert await value(builder.done(), "unanswered_questions") == 0.0


async def test_an_end_with_something_left_to_do_is_premature() -> None:
    builder = EpisodeBuilder().user("Refund it").say("All done!")
    score = (await scores_of(builder.done(False, expected=(REFUND,))))["premature_end"]
    assert (score.value, score.evidence) == (1.0, (1,))
    assert await value(builder.done(False, expected=(REFUND,), actual=(REFUND,)), "premature_end") == 0.0
    assert await value(builder.done(expected=(REFUND,)), "premature_end") == 0.0
    assert await value(builder.done(False), "premature_end") is None


@pytest.mark.parametrize(("text", "stop"), [("I cannot do that.", "finished"), ("All done!", "turn_limit")])
async def test_a_no_and_a_limit_are_other_ends(text: str, stop: Stop) -> None:
    episode = EpisodeBuilder().say(text).done(False, expected=(REFUND,), stop=stop)
    assert await value(episode, "premature_end") == 0.0


async def test_who_never_says_a_word_ends_nothing() -> None:
    assert await value(EpisodeBuilder().user("Hi").done(False, expected=(REFUND,)), "premature_end") == 0.0
