"""How a reference goes on from what somebody else has done."""

from support.scripts import do, say

from wardian.base.messages import Message
from wardian.environments.observation import Observation
from wardian.episodes.hindsight.continuations import continuations
from wardian.episodes.hindsight.past import Past

ASK, LOOK, PAY, BYE = say("Shall I go ahead?"), do("look", id="a"), do("pay", id="a", cents=5), say("Done.")
REFERENCE = (LOOK, ASK, PAY, BYE)


def ways(past: Past) -> list[tuple[Message, ...]]:
    return list(continuations(REFERENCE, past))


def made(past: Past, message: Message, error: str | None = None) -> Past:
    (call,) = message.tool_calls
    text = "{}" if error is None else '{"error": {}}'
    return past.acted(call, Observation(text=text, error=error))


def test_who_has_done_nothing_leaves_everything_to_do() -> None:
    assert ways(Past())[0] == REFERENCE


def test_what_is_done_is_not_done_again() -> None:
    assert ways(made(Past(), LOOK))[0] == (ASK, PAY, BYE)


def test_what_has_been_asked_already_may_be_left_out() -> None:
    past = made(Past(), LOOK)
    assert (PAY, BYE) in ways(past)
    assert (PAY, BYE) in ways(past.said("May I pay?"))


def test_a_call_with_another_argument_is_done_for_one_way_and_open_for_another() -> None:
    found = ways(made(made(Past(), LOOK), do("pay", id="b", cents=5)))
    assert found[0] == (BYE,)
    assert (ASK, PAY, BYE) in found


def test_a_call_that_failed_is_not_done() -> None:
    assert ways(made(made(Past(), LOOK), PAY, error="timeout"))[0] == (ASK, PAY, BYE)


def test_equal_arguments_may_be_written_in_another_way() -> None:
    other = LOOK.tool_calls[0].model_copy(update={"arguments": ' {"id": "a"}'})
    found = ways(made(Past(), LOOK.model_copy(update={"tool_calls": (other,)})))
    assert all(LOOK not in way for way in found[:-1])


def test_no_way_is_tried_twice_and_the_last_is_everything() -> None:
    found = ways(made(Past(), LOOK))
    assert len(found) == len(set(found))
    assert found[-1] == REFERENCE
