"""At a turn with tools, exactly one of several proposals is committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from support.judges import ScriptedJudge, prefers
from support.panels import fusion_of
from support.scripts import do

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.fused import Decision, FusionResult
from wardian.base.messages import Message, Request, Thoughts, ToolCall, ToolSchema
from wardian.base.usage import FinishReason
from wardian.fusion.call_ids import reissued

Said = str | Message | None


def tool(name: str, effect: str = "write") -> ToolSchema:
    count: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "integer"}}}
    return ToolSchema.model_validate({"name": name, "description": "", "parameters": count, "effect": effect})


TOOLS = (tool("pay"), tool("ship"), tool("look", "read"), tool("find", "read"))
USER = Message(role="user", content="Please.")
REQUEST = Request(model="fusion/panel", messages=(USER,), tools=TOOLS)


@dataclass
class Member:
    name: str
    says: Said
    finish: FinishReason | None = None
    asked: list[Request] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        if self.says is None:
            raise ModelError("overloaded", f"{self.name} is not there")
        message = Message(role="assistant", content=self.says) if isinstance(self.says, str) else self.says
        finish = self.finish or ("tool_calls" if message.tool_calls else "stop")
        return Completion(message=message, finish=finish, model=self.name, cost_usd=1.0)


def raw(name: str, arguments: str) -> Message:
    return Message(role="assistant", tool_calls=(ToolCall(id="x", name=name, arguments=arguments),))


class Panel:
    """A panel that has answered a turn."""

    def __init__(self, *says: Said) -> None:
        self.members = [Member(name, each) for name, each in zip("abcde", says, strict=False)]

    async def turn(self, *others: Any, request: Request = REQUEST, **said: Any) -> tuple[Message, FusionResult]:
        fusion = fusion_of("fusion/panel", self.members, *others, **{"mode": "vote", **said})
        completion = await fusion.complete(request)
        assert completion.fusion is not None
        return completion.message, completion.fusion

    @property
    def asked(self) -> str:
        """Who was asked, each as often as that."""
        return "".join(member.name * len(member.asked) for member in self.members)


def decision(result: FusionResult) -> Decision:
    assert result.decision is not None
    return result.decision


def called(message: Message) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, orjson.loads(call.arguments)) for call in message.tool_calls]


async def test_the_action_of_the_majority_is_committed() -> None:
    message, result = await Panel(do("pay", n=1), do("pay", n=2), raw("pay", '{"n": 2.0}')).turn()
    assert called(message) == [("pay", {"n": 2})]
    assert decision(result).by == "vote"
    assert decision(result).share == pytest.approx(2 / 3)
    assert result.cost_usd == 3.0


async def test_proposals_that_cannot_be_made_have_no_vote() -> None:
    broken = raw("pay", '{"n": true}')
    message, result = await Panel(broken, broken, do("ship", n=1)).turn()
    assert called(message) == [("ship", {"n": 1})]
    assert [answer.state for answer in result.members] == ["invalid", "invalid", "ok"]


async def test_where_nobodys_proposal_can_be_made_the_first_goes_to_the_environment_as_it_would_from_one_model() -> (
    None
):
    message, result = await Panel(raw("pay", "{"), raw("pay", "["), None).turn()
    assert message.tool_calls[0].arguments == "{"
    assert result.status == "degraded"
    assert "no_valid_action" in result.degraded


async def test_answers_that_were_cut_off_are_answers_where_there_is_no_other() -> None:
    panel = Panel("It is", "", None)
    panel.members[0].finish = "length"
    message, result = await panel.turn()
    assert (message.content, decision(result).by) == ("It is", "prior")
    assert [answer.state for answer in result.members] == ["truncated", "empty", "error"]
    panel.members[2].says = do("look", n=1)
    message, _ = await panel.turn()
    assert called(message) == [("look", {"n": 1})]


async def test_a_panel_of_which_nobody_answers_is_an_error() -> None:
    with pytest.raises(ModelError, match="a: a is not there"):
        await Panel(None, None).turn()


async def test_without_a_majority_for_an_action_one_for_the_tools_decides_who_is_compared() -> None:
    ways = [do("pay", n=1), do("pay", n=2), do("pay", n=2)]
    message, result = await Panel(do("ship", n=9), *ways, do("ship", n=8)).turn()
    assert called(message) == [("pay", {"n": 2})]
    assert decision(result).by == "tool_names"
    panel = Panel(do("ship", n=9), do("pay", n=1), do("pay", n=2))
    judge = ScriptedJudge(prefers('"n":9', '"n":2'))
    message, result = await panel.turn(judge, mode="best_of", judge="judge")
    assert called(message) == [("pay", {"n": 2})], "whoever would ship is no candidate"
    assert decision(result).by == "judge"


async def test_a_judge_compares_whole_proposals_and_their_arguments_are_never_merged() -> None:
    judge = ScriptedJudge(prefers("ship"))
    for mode in ("best_of", "merge", "debate", "analysis"):
        panel = Panel(do("pay", n=1), do("ship", n=2), "What do you mean?")
        message, result = await panel.turn(judge, mode=mode, judge="judge")
        assert called(message) == [("ship", {"n": 2})]
        assert decision(result).winner == "b"
        assert panel.asked == "abc", "nobody is asked twice"


async def test_the_texts_of_a_final_answer_go_through_the_mode_without_asking_again() -> None:
    judge = ScriptedJudge(prefers("second"))
    panel = Panel("the first", do("pay", n=1), "the second")
    message, result = await panel.turn(judge, mode="best_of", judge="judge")
    assert message.content == "the second"
    assert decision(result).by == "judge"
    assert panel.asked == "abc"
    assert len(result.members) == 3
    assert not any("pay" in text for text in judge.asked[0].messages[-1].content.split("<candidate")[1:])


async def test_reads_can_be_united_and_writes_never() -> None:
    both = Message(role="assistant", tool_calls=(*do("look", n=1).tool_calls, *do("find", n=2).tool_calls))
    panel = Panel(do("look", n=1), do("find", n=3), both)
    message, result = await panel.turn(union=True)
    assert called(message) == [("look", {"n": 1}), ("find", {"n": 3}), ("find", {"n": 2})]
    assert (decision(result).by, decision(result).winner) == ("union", "")
    message, _ = await Panel(do("look", n=1), do("pay", n=3), do("find", n=1)).turn(union=True)
    assert called(message) == [("look", {"n": 1})]
    message, _ = await panel.turn()
    assert called(message) == [("look", {"n": 1})]


async def test_of_equal_proposals_the_one_that_is_written_as_the_schema_says_is_committed() -> None:
    message, result = await Panel(raw("pay", '{"n": "2"}'), do("pay", n=2), do("ship", n=1)).turn(scope="every")
    assert message.tool_calls[0].arguments == '{"n":2}'
    assert decision(result).winner == "b"


async def test_what_a_member_says_when_asked_again_stands_for_itself() -> None:
    class Wiser(Member):
        async def complete(self, request: Request) -> Completion:
            completion = await super().complete(request)
            if len(self.asked) == 1:
                return completion
            return completion.model_copy(update={"message": raw("pay", '{"n": "3"}')})

    panel = Panel(do("pay", n=2), None, do("pay", n=5))
    panel.members[1] = Wiser("b", do("pay", n=1))
    message, result = await panel.turn(undecided="escalate", escalate_to="b")
    assert (decision(result).by, decision(result).winner) == ("escalation", "b")
    assert called(message) == [("pay", {"n": "3"})]


async def test_weights_count() -> None:
    members: list[Any] = [{"model": "a", "weight": 3}, "b", "c"]
    message, _ = await Panel(do("pay", n=1), do("ship", n=2), do("ship", n=2)).turn(specs=members)
    assert called(message) == [("pay", {"n": 1})]


ALIKE = do("look", n=1)


@pytest.mark.parametrize(
    ("scope", "says", "asked"),
    [
        ("divergent_probe", (ALIKE, ALIKE, ALIKE), "ab"),
        ("divergent_probe", (ALIKE, do("look", n=2), ALIKE), "abc"),
        ("divergent_probe", (ALIKE, None, ALIKE), "abc"),
        ("divergent_probe", ("Yes.", "yes", "No"), "ab"),
        ("every", (ALIKE, ALIKE, ALIKE, ALIKE), "abcd"),
        ("destructive", (ALIKE, ALIKE, ALIKE), "a"),
        ("destructive", ("Hello.", ALIKE, ALIKE), "a"),
        ("destructive", (do("pay", n=1), ALIKE, ALIKE), "abc"),
        ("destructive", (raw("pay", "{"), ALIKE, ALIKE), "abc"),
        ("final", (do("pay", n=1), ALIKE, ALIKE), "a"),
        ("final", ("Done.", ALIKE, ALIKE), "abc"),
        ("final", (None, ALIKE, ALIKE), "abc"),
        ("first", (ALIKE, ALIKE, ALIKE), "abc"),
    ],
)
async def test_the_scope_says_who_is_asked(scope: str, says: Sequence[Said], asked: str) -> None:
    panel = Panel(*says)
    await panel.turn(scope=scope)
    assert panel.asked == asked


REQUIRED = {"model": "c", "required": True}


@pytest.mark.parametrize(
    ("specs", "scope", "says", "asked", "won"),
    [
        (["a", "b", REQUIRED], "divergent_probe", (ALIKE, do("pay", n=1), ALIKE), "ac", "a"),
        (["a", "b", REQUIRED], "divergent_probe", (ALIKE, ALIKE, do("pay", n=1)), "abc", "a"),
        (["a", "b", REQUIRED], "destructive", (do("pay", n=1), ALIKE, ALIKE), "c", "c"),
        (["a", {"model": "b", "required": True}, REQUIRED], "final", (ALIKE, ALIKE, ALIKE), "bc", "b"),
        (["a", "b", REQUIRED, {"model": "d", "required": True}], "destructive", ("x", "y", "z", "w"), "abcd", "a"),
    ],
)
async def test_who_is_required_is_asked_at_every_turn(
    specs: Sequence[Any], scope: str, says: Sequence[Said], asked: str, won: str
) -> None:
    panel = Panel(*says)
    _, result = await panel.turn(specs=specs, scope=scope)
    assert (panel.asked, decision(result).winner) == (asked, won)


async def test_without_an_answer_of_who_is_required_a_turn_is_degraded() -> None:
    _, result = await Panel(ALIKE, ALIKE, None).turn(specs=["a", "b", REQUIRED], scope="first", collect={"quorum": 1})
    assert "required_missing" in result.degraded


async def test_a_probe_that_fails_leaves_a_quorum_that_the_others_make_up() -> None:
    _, result = await Panel(ALIKE, None, ALIKE).turn(scope="divergent_probe", collect={"quorum": 2})
    assert (result.status, decision(result).by) == ("ok", "agreement")
    _, result = await Panel(ALIKE, None, ALIKE).turn(scope="divergent_probe")
    assert result.degraded == ("quorum_missed",)


async def test_after_the_first_turn_the_first_member_goes_on_alone() -> None:
    later = REQUEST.model_copy(update={"messages": (USER, do("look", n=1))})
    panel = Panel(do("pay", n=1), ALIKE, ALIKE)
    message, result = await panel.turn(scope="first", request=later)
    assert (panel.asked, called(message), decision(result).by) == ("a", [("pay", {"n": 1})], "only")
    panel = Panel(None, ALIKE, ALIKE)
    await panel.turn(scope="first", request=later)
    assert panel.asked == "abc", "somebody has to answer"


async def test_a_turn_without_tools_is_the_modes_alone() -> None:
    panel = Panel("yes", "yes", "no")
    await panel.turn(request=REQUEST.model_copy(update={"tools": ()}))
    assert panel.asked == "abc"


async def test_ids_of_calls_follow_from_their_place_and_tell_nobodys_name() -> None:
    history = (USER, do("look", n=1), Message(role="tool", content="1", tool_call_id="call00001"))
    request = REQUEST.model_copy(update={"messages": history})
    panels = [Panel(*[raw_with(identity)] * 3) for identity in ("toolu_01", "call_abc")]
    committed = [(await panel.turn(request=request))[0] for panel in panels]
    assert committed[0] == committed[1]
    assert committed[0].tool_calls[0].id == "call00002"


def test_where_earlier_turns_were_left_out_an_id_is_not_given_twice() -> None:
    kept = raw_with("call00002"), Message(role="tool", content="1", tool_call_id="call00002")
    request = REQUEST.model_copy(update={"messages": (USER, *kept)})
    both = Message(role="assistant", tool_calls=(*do("look", n=1).tool_calls, *do("look", n=2).tool_calls))
    assert [call.id for call in reissued(both, request).tool_calls] == ["call00003", "call00004"]


def raw_with(identity: str) -> Message:
    return Message(role="assistant", tool_calls=(ToolCall(id=identity, name="look", arguments="{}"),))


def test_thoughts_speak_of_calls_by_their_new_ids_and_keep_every_other_byte() -> None:
    body = '[{"type":"thinking","signature":"a+/=","id":"t9"},{"type":"tool_use","id":"toolu_1","input":{"x":1e400}}]'
    thinking = raw_with("toolu_1").model_copy(update={"thoughts": Thoughts(source="s", body=body)})
    sent = reissued(thinking, REQUEST).thoughts
    assert sent is not None
    assert sent.body == body.replace("toolu_1", "call00001")


async def test_members_see_one_history_that_grows_at_its_end_and_never_speaks_of_a_panel() -> None:
    panel = Panel(ALIKE, ALIKE, do("pay", n=1))
    request, before = REQUEST, list[Mapping[str, Any]]()
    for _ in range(3):
        message, _ = await panel.turn(request=request, scope="every")
        seen = [member.asked[-1].messages for member in panel.members]
        assert seen[0] == seen[1] == seen[2]
        wires = [orjson.loads(each.wire) for each in seen[0]]
        assert wires[: len(before)] == before
        assert "panel" not in str(wires)
        before = wires
        told = Message(role="tool", content="ok", tool_call_id=message.tool_calls[0].id)
        request = request.model_copy(update={"messages": (*request.messages, message, told)})
    ids = [each.tool_calls[0].id for each in request.messages if each.tool_calls]
    assert ids == ["call00001", "call00002", "call00003"]
