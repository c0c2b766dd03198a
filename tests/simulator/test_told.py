"""What simulated models are told beside the system prompt: words about tools, and instructions of fusions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pytest
from support.simulator import CANCEL, Tasks, client_of, heard, skilled

from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.simulator.app import SimulatorApp
from wardian.simulator.conversation import Turn, words_about_tools
from wardian.simulator.debating import convinced, heard_with
from wardian.simulator.judging import instructed
from wardian.simulator.skill import Skill
from wardian.simulator.told import accuracy_told
from wardian.specs.models import SkillSpec
from wardian.specs.skills import AnswerSkill, InstructedSpec, JudgeSkill

CAREFUL = {"pattern": "look twice", "where": "tools", "accuracy": 1.0}
TOLD = (InstructedSpec(pattern="think twice", accuracy=0.25),)


def tool(description: str, argument: str = "Of the order.") -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"description": {"type": "string", "description": argument}}}
    return {"type": "function", "function": {"name": "find", "description": description, "parameters": parameters}}


async def first_words(tools: Sequence[Mapping[str, Any]], messages: Sequence[Message] = ()) -> str:
    app = SimulatorApp(skilled(accuracy=0.0, give_up=1.0, rules=[CAREFUL]), Tasks())
    said = [orjson.loads(message.wire) for message in (heard("Hi"), *messages)]
    body = {"model": "sim", "messages": said, "tools": tools}
    headers = {"x-wardian-task": "shop/cancel", "x-wardian-episode": "e"}
    async with client_of(app) as client:
        reply = await client.post("/v1/chat/completions", json=body, headers=headers)
    content: str = reply.json()["choices"][0]["message"]["content"]
    return content


@pytest.mark.parametrize("tools", [[tool("Look twice.")], [tool("Finds."), tool("Finds.", "Look twice.")]])
async def test_a_rule_about_tools_is_searched_in_their_descriptions_and_those_of_arguments(
    tools: list[dict[str, Any]],
) -> None:
    assert await first_words(tools) == CANCEL[0].content


async def test_nothing_else_speaks_of_tools() -> None:
    assert await first_words([tool("Finds.")], [heard("Look twice.")]) != CANCEL[0].content
    assert await first_words([]) != CANCEL[0].content


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"tools": 7}', b'{"tools": null}', b'{"tools": [7, "x", {"a": []}]}', b"{"]
)
def test_a_body_without_tools_says_nothing_of_them(body: bytes) -> None:
    assert words_about_tools(body) == ""


def test_tools_are_read_only_where_a_rule_minds() -> None:
    assert Skill(SkillSpec.model_validate({"rules": [CAREFUL]})).reads_tools
    assert not Skill(SkillSpec.model_validate({"rules": [{**CAREFUL, "where": "prompt"}]})).reads_tools


def test_a_rule_may_say_what_happens_after_an_error() -> None:
    skill = Skill(SkillSpec.model_validate({"recovery": 0.5, "rules": [{"pattern": "read errors", "recovery": 0.25}]}))
    assert [skill.rates(text).recovery for text in ("", "READ errors.")] == [0.5, 0.75]


def test_instructions_of_a_fusion_change_its_judge_and_its_members() -> None:
    judge = JudgeSkill(accuracy=0.5, rules=TOLD)
    assert [instructed(judge, text).accuracy for text in ("Judge.", "Think twice.")] == [0.5, 0.75]
    member = AnswerSkill(accuracy=0.5, debating=TOLD)
    turns = [
        Turn(role="user", content=f"Others:\n<position-1>\n{text}\n</position-1>\nCheck.") for text in ("Think twice.",)
    ]
    assert convinced(member, heard_with(turns)).accuracy == 0.5
    told = Turn(role="user", content=f"{turns[0].text} Think twice.")
    assert convinced(member, heard_with([told])).accuracy == 0.75


def test_an_accuracy_stays_one() -> None:
    draws = random_stream("told")
    for _ in range(100):
        rules = [InstructedSpec(pattern="a", accuracy=draws.uniform(-2, 2)) for _ in range(3)]
        assert 0.0 <= accuracy_told(draws.random(), rules, "a") <= 1.0
