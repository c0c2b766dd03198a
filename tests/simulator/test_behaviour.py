"""What a simulated model says, fault by fault."""

import random

import orjson
import pytest
from support.simulator import CANCEL, ERROR, answered, called, heard, turns

from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.simulator.behaviour import respond
from wardian.simulator.phrases import GIVING_UP, GOODBYE
from wardian.simulator.script import Script
from wardian.simulator.skill import FAULTS, Fault, Rates

SCRIPT = Script(CANCEL)
PERFECT = Rates(accuracy=1, faults=(0.0,) * len(FAULTS))


def always(fault: Fault) -> Rates:
    return Rates(accuracy=0, faults=tuple(float(name == fault) for name in FAULTS))


def history(done: int, result: str = "[]") -> list[Message]:
    """`done` steps of the reference; `result` is what the last call gave."""
    groups = [answered(message, "[]") for message in CANCEL[:done]]
    if done:
        groups[-1] = answered(CANCEL[done - 1], result)
    return [heard("Cancel W200 or W300, I am ann@example.com"), *(message for group in groups for message in group)]


def says(done: int, rates: Rates, *, recovery: float = 1.0, result: str = "[]", seed: int = 0) -> Message:
    return respond(SCRIPT, turns(history(done, result)), rates, recovery, random_stream(seed, "test"))


def arguments(message: Message) -> dict[str, str]:
    value: dict[str, str] = orjson.loads(message.tool_calls[0].arguments)
    return value


@pytest.mark.parametrize("done", range(len(CANCEL)))
def test_a_perfect_model_follows_the_reference(done: int) -> None:
    message, wanted = says(done, PERFECT), CANCEL[done]
    assert message.content == wanted.content
    assert [(call.name, call.arguments) for call in message.tool_calls] == [
        (call.name, call.arguments) for call in wanted.tool_calls
    ]


def test_after_the_end_it_says_goodbye() -> None:
    assert says(len(CANCEL), PERFECT).content == GOODBYE


def test_a_wrong_argument_keeps_the_tool() -> None:
    message = says(5, always("wrong_argument"))
    assert message.tool_calls[0].name == "cancel_order"
    changed, wanted = arguments(message), {"order_id": "W200", "reason": "too late"}
    assert changed.keys() == wanted.keys()
    assert sum(changed[name] != wanted[name] for name in wanted) == 1


def test_a_wrong_id_is_one_that_was_mentioned() -> None:
    wrong = {arguments(says(3, always("wrong_argument"), seed=seed))["order_id"] for seed in range(20)}
    assert wrong == {"W300"}


def test_an_invented_id_was_never_mentioned() -> None:
    invented = {arguments(says(5, always("hallucinated_id"), seed=seed))["order_id"] for seed in range(50)}
    assert len(invented) > 10
    assert not invented & {"W100", "W200", "W300"}
    assert all(len(name) == 4 and name[0] == "W" and name[1:].isdigit() for name in invented)


def test_an_id_is_not_invented_where_none_is_due() -> None:
    script = Script([called("search", query="shoes")])
    message = respond(script, turns([heard("Hi")]), always("hallucinated_id"), 1.0, random_stream(0, "test"))
    assert arguments(message) == {"query": "shoes"}


def test_a_loop_repeats_the_last_call() -> None:
    message = says(3, always("loop"))
    assert (message.tool_calls[0].name, arguments(message)) == ("get_order", {"order_id": "W100"})


def test_nothing_can_be_repeated_in_the_beginning() -> None:
    assert says(0, always("loop")).content == CANCEL[0].content


def test_a_skipped_confirmation_acts_at_once() -> None:
    assert says(4, always("skip_confirmation")).tool_calls[0].name == "cancel_order"


@pytest.mark.parametrize("done", [0, 1, 5, 6])
def test_other_steps_have_no_confirmation_to_skip(done: int) -> None:
    assert says(done, always("skip_confirmation")).content == CANCEL[done].content


def test_giving_up_is_a_text() -> None:
    message = says(3, always("give_up"))
    assert message.content in GIVING_UP
    assert not message.tool_calls


def test_after_an_error_it_recovers_or_repeats() -> None:
    wrong = [*history(2), *answered(called("get_order", order_id="W999"), ERROR)]
    recovered = respond(SCRIPT, turns(wrong), always("give_up"), 1.0, random_stream(0, "test"))
    stuck = respond(SCRIPT, turns(wrong), PERFECT, 0.0, random_stream(0, "test"))
    assert arguments(recovered) == {"order_id": "W100"}
    assert arguments(stuck) == {"order_id": "W999"}


def test_after_giving_up_it_recovers_or_gives_up_again() -> None:
    gone = [*history(2), Message(role="assistant", content=GIVING_UP[0]), heard("Please!")]
    recovered = respond(SCRIPT, turns(gone), PERFECT, 1.0, random_stream(0, "test"))
    stuck = respond(SCRIPT, turns(gone), PERFECT, 0.0, random_stream(0, "test"))
    assert arguments(recovered) == {"order_id": "W100"}
    assert stuck.content in GIVING_UP


def test_call_ids_are_new_in_every_turn() -> None:
    ids = {says(done, PERFECT).tool_calls[0].id for done in (1, 2, 3, 5)}
    assert len(ids) == 4
    assert all(len(name) == 9 and name.isalnum() for name in ids)


def test_equal_streams_give_equal_messages() -> None:
    rates = Rates(accuracy=0.2, faults=(0.16,) * 5)
    for seed in range(30):
        assert says(5, rates, seed=seed) == says(5, rates, seed=seed)


def test_the_stream_is_the_only_chance() -> None:
    state = random.getstate()
    says(5, always("wrong_argument"))
    assert random.getstate() == state
