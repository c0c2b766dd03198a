"""Simulated reflection models, in front of the real proposer."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from support.proposals import EVIDENCE, Reflecting, assigned, proposer

from wardian.base.identity import random_stream
from wardian.base.messages import Message, Request
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.simulator.asker import Asker
from wardian.simulator.conversation import Conversation, Turn
from wardian.simulator.model import SimulatedModel
from wardian.simulator.reflecting import GARBAGE, USELESS, Wanted, reflected
from wardian.specs.models import SkillSpec
from wardian.specs.skills import CureSpec, ReflectSkill

ASKED = 2_000
ASK = "Ask the customer to confirm before you change anything."
CURE = CureSpec(mistake="^policy_violation", rule=ASK)
RULES = {1: "Be brief.", 2: "Never ask whether they are sure."}


def say(skill: ReflectSkill, number: int = 0, rules: Mapping[int, str] = RULES) -> str:
    return reflected(Wanted(str(number), rules, EVIDENCE.name), skill, random_stream(number))


def change(skill: ReflectSkill, number: int = 0, rules: Mapping[int, str] = RULES) -> dict[str, Any]:
    (made,) = orjson.loads(say(skill, number, rules))["changes"]
    assert isinstance(made, dict)
    return made


def simulated(skill: ReflectSkill) -> Reflecting:
    model = SimulatedModel("sim", SkillSpec(reflecting=skill), seed=1)

    def answer(request: Request) -> str:
        turns = tuple(Turn(role=message.role, content=message.content) for message in request.messages)
        return model.answer(Conversation(model="sim", messages=turns), None, Asker())[0].content

    return Reflecting(answer)


@pytest.mark.parametrize("accuracy", [0.2, 0.9])
def test_the_cure_is_proposed_as_often_as_the_skill_says(accuracy: float) -> None:
    skill = ReflectSkill(cures=(CURE,), accuracy=accuracy)
    said = [change(skill, number)["text"] for number in range(ASKED)]
    assert said.count(ASK) / ASKED == pytest.approx(accuracy, abs=0.03)
    assert {*said} - {ASK} == {*USELESS}


def test_harm_and_garbage_have_their_shares() -> None:
    skill = ReflectSkill(cures=(CURE,), accuracy=1, harm=0.25, harmful=("Hurry.", "Guess."), garbage=0.2)
    said = [say(skill, number) for number in range(ASKED)]
    assert said.count(GARBAGE) / ASKED == pytest.approx(0.2, abs=0.03)
    harm = [text for text in said if re.search(r"Hurry|Guess", text)]
    assert len(harm) / ASKED == pytest.approx(0.25 * 0.8, abs=0.03)
    assert len({*harm}) == 2


def test_without_a_cure_for_the_mistake_it_says_what_sounds_well() -> None:
    skill = ReflectSkill(cures=(CureSpec(mistake="^loop", rule=ASK),), accuracy=1)
    assert change(skill)["text"] in USELESS


def test_a_cure_may_take_the_place_of_the_rule_that_does_harm_or_take_it_away() -> None:
    replaces = ReflectSkill(cures=(CURE.model_copy(update={"removes": "never ask"}),), accuracy=1)
    assert change(replaces) == {"kind": "replace", "rule": 2, "text": ASK}
    deletes = ReflectSkill(cures=(CureSpec(removes="never ask"),), accuracy=1)
    assert change(deletes) == {"kind": "delete", "rule": 2, "text": None}
    assert change(deletes, rules={1: "Be brief."})["text"] in USELESS


def test_what_is_there_already_is_not_proposed_again() -> None:
    there = {1: ASK, **dict(enumerate(USELESS[1:], 2))}
    assert change(ReflectSkill(cures=(CURE,), accuracy=1), rules=there)["text"] == USELESS[0]


async def test_it_understands_the_words_of_our_proposer() -> None:
    made = await proposer(simulated(ReflectSkill(cures=(CURE,), accuracy=1))).propose(assigned())
    assert isinstance(made, Candidate)
    assert made.bundle.texts["system"].endswith(f"- {ASK}")
    refused = await proposer(simulated(ReflectSkill(garbage=1))).propose(assigned())
    assert isinstance(refused, Refused)


async def test_the_same_question_gets_the_same_answer_and_another_number_may_get_another() -> None:
    client = simulated(ReflectSkill(cures=(CURE,), accuracy=0.5))
    first = [await proposer(client).propose(assigned(number=number)) for number in range(12)]
    again = [await proposer(client).propose(assigned(number=number)) for number in range(12)]
    assert first == again
    assert len({made.bundle.sha for made in first if isinstance(made, Candidate)}) > 2


def test_who_is_asked_for_no_edit_answers_as_ever() -> None:
    model = SimulatedModel("sim", SkillSpec(reflecting=ReflectSkill()), seed=1)
    hello = Message(role="user", content="Hello")
    talk = Conversation(model="sim", messages=(Turn(role="user", content=hello.content),))
    assert "You said: Hello" in model.answer(talk, None, Asker())[0].content


def test_a_cure_that_does_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="a rule, or one that it removes"):
        CureSpec(mistake="loop")
