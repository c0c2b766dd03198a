"""Where a conversation stands follows from its history alone."""

import pytest
from support.simulator import CANCEL, ERROR, answered, called, heard, said, turns

from wardian.base.messages import Message, ToolCall
from wardian.simulator.phrases import GIVING_UP
from wardian.simulator.position import Position, locate
from wardian.simulator.script import Script

SCRIPT = Script(CANCEL)


def after(*messages: list[Message]) -> Position:
    history = [heard("Hello"), *(message for group in messages for message in group)]
    return locate(SCRIPT, turns(history))


def test_the_reference_itself_walks_through() -> None:
    groups = [answered(message) for message in CANCEL]
    assert [after(*groups[:done]).index for done in range(len(CANCEL) + 1)] == list(range(len(CANCEL) + 1))
    assert after(*groups).next_step is None


def test_a_failed_call_does_not_count() -> None:
    position = after(answered(CANCEL[0]), answered(CANCEL[1], ERROR))
    assert (position.index, position.failed) == (1, True)
    assert position.last is not None
    assert position.last.name == "find_customer"


def test_a_failure_is_past_after_the_next_move() -> None:
    position = after(answered(CANCEL[0]), answered(CANCEL[1], ERROR), answered(CANCEL[1]))
    assert (position.index, position.failed) == (2, False)


def test_a_step_that_fails_twice_as_written_is_given_up() -> None:
    position = after(answered(CANCEL[0]), answered(CANCEL[1], ERROR), answered(CANCEL[1], ERROR))
    assert position.index == 2


def test_a_wrong_call_that_fails_twice_is_not_the_step() -> None:
    wrong = called("find_customer", email="bob@example.com")
    assert after(answered(CANCEL[0]), answered(wrong, ERROR), answered(wrong, ERROR)).index == 1


def test_the_same_tool_with_other_arguments_counts() -> None:
    assert after(answered(CANCEL[0]), answered(called("find_customer", email="bob@example.com"))).index == 2


def test_arguments_may_be_written_differently() -> None:
    call = ToolCall(id="c", name="cancel_order", arguments='{ "reason":"too late",\n "order_id" : "W200" }')
    written = Message(role="assistant", tool_calls=(call,))
    start = [answered(message) for message in CANCEL[:5]]
    assert after(*start, answered(written)).index == 6


def test_a_repeated_call_does_not_advance() -> None:
    start = [answered(message) for message in CANCEL[:3]]
    assert after(*start, answered(CANCEL[2])).index == 3


def test_a_repetition_that_the_script_wants_advances() -> None:
    script = Script([called("poll", id=1), called("poll", id=1)])
    assert locate(script, turns(answered(called("poll", id=1)) * 2)).index == 2


def test_another_tool_does_not_advance() -> None:
    assert after(answered(CANCEL[0]), answered(called("list_orders"))).index == 1


def test_a_text_between_calls_does_not_advance() -> None:
    assert after(answered(CANCEL[0]), answered(said("One moment."))).index == 1


def test_a_call_jumps_over_the_text_before_it() -> None:
    start = [answered(message) for message in CANCEL[:4]]
    assert after(*start, answered(CANCEL[5])).index == 6


@pytest.mark.parametrize("text", GIVING_UP)
def test_giving_up_is_no_step(text: str) -> None:
    position = after(answered(said(text)))
    assert (position.index, position.gave_up) == (0, True)


def test_going_on_takes_giving_up_back() -> None:
    assert not after(answered(said(GIVING_UP[0])), answered(CANCEL[0])).gave_up


def two_at_once() -> Message:
    calls = (ToolCall(id="a", name="get", arguments='{"id":1}'), ToolCall(id="b", name="get", arguments='{"id":2}'))
    return Message(role="assistant", tool_calls=calls)


def test_of_several_calls_at_once_the_failed_one_remains() -> None:
    script = Script([two_at_once(), said("Done.")])
    both = two_at_once()
    results = [
        Message(role="tool", content=ERROR, tool_call_id="a"),
        Message(role="tool", content="[]", tool_call_id="b"),
    ]
    position = locate(script, turns([both, *results]))
    assert position.failed
    assert position.last is not None
    assert position.last.arguments == '{"id":1}'
    assert position.next_step is not None
    assert [call.arguments for call in position.next_step.tool_calls] == ['{"id":1}']


def test_several_calls_may_come_one_by_one() -> None:
    script = Script([two_at_once(), said("Done.")])
    assert locate(script, turns([*answered(called("get", id=2)), *answered(called("get", id=1))])).index == 1


def test_calls_without_a_result_and_results_without_a_call_do_not_count() -> None:
    stray = Message(role="tool", content="[]", tool_call_id="nobody")
    assert after([CANCEL[1]], [stray], answered(CANCEL[0])).index == 1


def test_arguments_that_are_no_json_are_no_match() -> None:
    broken = Message(role="assistant", tool_calls=(ToolCall(id="c", name="get", arguments="{}"),))
    history = [turn.model_copy() for turn in turns(answered(broken))]
    call = history[0].tool_calls[0] if history[0].tool_calls else None
    assert call is not None
    torn = call.model_copy(update={"function": call.function.model_copy(update={"arguments": '{"id":'})})
    history[0] = history[0].model_copy(update={"tool_calls": (torn,)})
    script = Script([two_at_once()])
    assert locate(script, history).done == {0}  # by name
