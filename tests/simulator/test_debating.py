"""Simulated members of a debate, in the words of real ones."""

import orjson
import pytest
from support.judges import ScriptedJudge, answer
from support.simulator import said

from wardian.base.identity import random_stream
from wardian.base.messages import Message, Request
from wardian.fusion.debating.debater import debater
from wardian.fusion.debating.statement import Statement, statement_of
from wardian.fusion.seats import Seat
from wardian.simulator.conversation import Turn
from wardian.simulator.debating import debated, positions_in
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.script import Script
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import DebateSpec
from wardian.specs.skills import AnswerSkill

ASKED = Request(model="m", messages=(Message(role="user", content="Capital of France?"),))
DEBATE = DebateSpec.model_validate({"mode": "debate", "members": ["m", "n"]})
PARIS = Knowledge(Script([said("Paris")]))


def heard(own: str, *others: str) -> list[Turn]:
    """What a debater with the answer `own` is told."""
    seat = Seat("m", ScriptedJudge(lambda shown: ""), MemberSpec(model="m"), "1")
    asked = debater(seat, answer("m", own), [answer(f"o{n}", text) for n, text in enumerate(others)], 1, DEBATE)
    return [Turn(role=message.role, content=message.content) for message in asked.question(ASKED).messages]


def statement(own: str, *others: str, accuracy: float = 1.0, number: int = 0) -> Statement:
    turns = heard(own, *others)
    positions = positions_in(turns)
    assert sorted(positions) == sorted(others)
    text = debated(turns, positions, PARIS, AnswerSkill(accuracy=accuracy), random_stream(number))
    found = statement_of(Message(role="assistant", content=text))
    assert found is not None
    assert orjson.loads(text)
    return found


def test_who_sees_a_right_position_takes_it() -> None:
    now = statement("Lyon", "Nice", "Paris")
    assert (now.answer, now.changed) == ("Paris", True)


def test_who_was_right_stays() -> None:
    assert (statement("Paris", "Lyon").answer, statement("Paris", "Lyon").changed) == ("Paris", False)


def test_who_does_not_see_it_stays_as_often_as_the_skill_says() -> None:
    kept = [statement("Lyon", "Paris", accuracy=0.7, number=number).answer == "Lyon" for number in range(500)]
    assert sum(kept) / 500 == pytest.approx(0.3, abs=0.06)


def test_a_question_is_no_debate() -> None:
    assert positions_in([Turn(role="user", content="Capital of France?")]) == ()
