"""Questions with a known answer, answered with known skill and correlation."""

from itertools import combinations

import pytest
from support.simulator import said

from wardian.base.identity import random_stream
from wardian.fusion.arithmetic import PanelOdds
from wardian.simulator.answering import answered
from wardian.simulator.knowledge import NOBODY_KNOWS, Knowledge
from wardian.simulator.script import Script
from wardian.specs.skills import AnswerSkill

QUESTIONS = 4_000


def knowing(gold: str) -> Knowledge:
    return Knowledge(Script([said(gold)]))


def panel(skills: tuple[float, ...], correlation: float, gold: str = "B", choices: int = 4) -> list[list[str]]:
    """What members of these skills say to each question."""
    specs = [AnswerSkill(accuracy=skill, correlation=correlation, choices=choices) for skill in skills]
    known = knowing(gold)

    def one(question: int, seat: int, spec: AnswerSkill) -> str:
        draws = random_stream("own", question, seat)
        return answered(known, spec, random_stream("question", question), draws)

    return [[one(number, seat, spec) for seat, spec in enumerate(specs)] for number in range(QUESTIONS)]


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_members_are_right_as_often_as_their_skills_say_and_together_as_the_arithmetic_says(correlation: float) -> None:
    skills = (0.85, 0.7, 0.55)
    said_by = panel(skills, correlation)
    chances = PanelOdds(skills=skills, correlation=correlation).chances
    for seat, skill in enumerate(skills):
        assert sum(row[seat] == "B" for row in said_by) / QUESTIONS == pytest.approx(skill, abs=0.025)
    assert sum(set(row) == {"B"} for row in said_by) / QUESTIONS == pytest.approx(chances.all_right, abs=0.025)
    assert sum("B" not in row for row in said_by) / QUESTIONS == pytest.approx(chances.all_wrong, abs=0.025)


def test_who_is_wrong_is_so_in_every_way_alike() -> None:
    wrong = [answer for row in panel((0.1, 0.1), 0.0) for answer in row if answer != "B"]
    for letter in "ACD":
        assert wrong.count(letter) / len(wrong) == pytest.approx(1 / 3, abs=0.02)
    assert set(wrong) == set("ACD")


@pytest.mark.parametrize("gold", ["B", "z", "42", "-3", "2.5", "Paris", "a long answer, with 42 in it", NOBODY_KNOWS])
def test_wrong_answers_are_never_right_and_differ_from_each_other(gold: str) -> None:
    known, skill = knowing(gold), AnswerSkill(accuracy=0, choices=5)
    given = {answered(known, skill, random_stream(n), random_stream("own", n)) for n in range(200)}
    assert len(given) >= 4
    assert not any(known.right(answer) for answer in given)
    assert all(one.casefold() != other.casefold() for one, other in combinations(given, 2))


def test_without_a_reference_one_answer_counts_as_right() -> None:
    assert answered(Knowledge(None), AnswerSkill(accuracy=1), random_stream(1), random_stream(2)) == NOBODY_KNOWS
    assert Knowledge(None).right(NOBODY_KNOWS)
