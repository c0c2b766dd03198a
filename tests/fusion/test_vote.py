"""A vote is a model like any other."""

from dataclasses import dataclass

import pytest
from support.packs.counter.environment import add
from support.panels import fusion_of

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.base.usage import CallTiming, Retry, Usage
from wardian.fusion.call_ids import reissued

REQUEST = Request(model="fusion/panel", messages=(Message(role="user", content="?"),))
TOOLS = REQUEST.model_copy(
    update={"tools": (ToolSchema(name="f", description="", parameters={"type": "object"}),)},
)


@dataclass
class Member:
    name: str
    answer: Message | None
    cost: float | None = 0.5

    async def complete(self, request: Request) -> Completion:
        assert request.model == self.name
        if self.answer is None:
            raise ModelError("timeout", f"{self.name} timed out")
        usage = Usage(input_tokens=10, output_tokens=1)
        return Completion(message=self.answer, finish="stop", model=self.name, usage=usage, cost_usd=self.cost)


def text(content: str) -> Message:
    return Message(role="assistant", content=content)


async def test_the_plurality_answers_verbatim_and_the_whole_panel_is_paid() -> None:
    members = [Member("a", text("no")), Member("b", text("yes")), Member("c", text(" yes"))]
    answer = await fusion_of("fusion/panel", members).complete(REQUEST)
    assert answer.message.content == "yes"
    assert answer.cost_usd == 1.5
    assert answer.usage.input_tokens == 30
    assert answer.model == "fusion/panel"


async def test_calls_are_equal_whatever_their_ids_and_key_order() -> None:
    one = Message(role="assistant", tool_calls=(ToolCall(id="x", name="f", arguments='{"a": 1, "b": 2}'),))
    two = Message(role="assistant", tool_calls=(ToolCall(id="y", name="f", arguments='{"b":2,"a":1}'),))
    members = [Member("a", add(1)), Member("b", one), Member("c", two)]
    assert (await fusion_of("v", members).complete(TOOLS)).message == reissued(one, TOOLS)


async def test_broken_arguments_equal_nothing() -> None:
    broken = Message(role="assistant", tool_calls=(ToolCall(id="x", name="f", arguments="{"),))
    empty = Message(role="assistant", tool_calls=(ToolCall(id="y", name="f", arguments="{}"),))
    members = [Member("a", broken), Member("b", empty), Member("c", empty)]
    assert (await fusion_of("v", members).complete(TOOLS)).message == reissued(empty, TOOLS)


async def test_a_tie_goes_to_the_first_member() -> None:
    members = [Member("a", text("left")), Member("b", text("right"))]
    assert (await fusion_of("v", members).complete(REQUEST)).message.content == "left"


async def test_failed_members_do_not_vote() -> None:
    members = [Member("a", None), Member("b", text("yes")), Member("c", None)]
    assert (await fusion_of("v", members).complete(REQUEST)).message.content == "yes"


async def test_a_member_that_never_answers_again_ends_the_panel() -> None:
    retry = Retry(kind="timeout", at_s=1.0, pause_s=2.0)

    class Broke(Member):
        async def complete(self, request: Request) -> Completion:
            error = ModelError("quota_exhausted", "b: 402", lasting=True)
            error.retried = (retry,)
            raise error

    with pytest.raises(ModelError, match="b: 402") as caught:
        await fusion_of("v", [Member("a", text("yes")), Broke("b", None)]).complete(REQUEST)
    assert (caught.value.kind, caught.value.lasting, caught.value.retried) == ("quota_exhausted", True, (retry,))


async def test_an_unknown_price_makes_the_total_unknown() -> None:
    members = [Member("a", text("yes"), cost=None), Member("b", text("yes"))]
    assert (await fusion_of("v", members).complete(REQUEST)).cost_usd is None


async def test_no_answer_at_all_is_a_typed_error() -> None:
    with pytest.raises(ModelError, match="a: a timed out; b: b timed out") as caught:
        await fusion_of("v", [Member("a", None), Member("b", None)]).complete(REQUEST)
    assert caught.value.kind == "all_members_failed"


async def test_a_vote_in_which_a_second_request_was_sent_says_so() -> None:
    class Slow(Member):
        async def complete(self, request: Request) -> Completion:
            timing = CallTiming(total_s=3.0, hedged=True)
            return (await super().complete(request)).model_copy(update={"timing": timing})

    answer = await fusion_of("v", [Slow("a", text("yes")), Member("b", text("yes"))]).complete(REQUEST)
    assert (answer.timing.hedged, answer.timing.total_s) == (True, 3.0)
