"""Simulated judges, in front of the panels of real fusions."""

from collections.abc import Sequence

import orjson
import pytest
from support.judges import ScriptedJudge, answer, call_of
from support.simulator import called, said

from wardian.base.identity import random_stream
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.simulator.judging import candidates_in, judged
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.script import Script
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.skills import JudgeSkill

TASKS = 2_000
PROMPT = 'Rank them. Answer with "ranking".'


def verdict(
    texts: Sequence[str], skill: JudgeSkill, known: Knowledge, number: int = 0, prompt: str = PROMPT
) -> dict[str, object]:
    shown = dict(zip("ABCD", texts, strict=False))
    told: dict[str, object] = orjson.loads(judged(prompt, shown, known, skill, random_stream(number, *sorted(texts))))
    return told


def first(texts: Sequence[str], skill: JudgeSkill, known: Knowledge, number: int = 0) -> str:
    """The text that is preferred."""
    ranking = verdict(texts, skill, known, number)["ranking"]
    assert isinstance(ranking, list)
    return dict(zip("ABCD", texts, strict=False))[ranking[0]]


PARIS = Knowledge(Script([said("Paris")]))


@pytest.mark.parametrize("accuracy", [0.6, 0.9])
def test_a_right_one_is_preferred_as_often_as_the_skill_says(accuracy: float) -> None:
    skill = JudgeSkill(accuracy=accuracy)
    right = sum(first(["Lyon", "Paris", "Nice"], skill, PARIS, number) == "Paris" for number in range(TASKS))
    assert right / TASKS == pytest.approx(accuracy, abs=0.03)


def test_without_bias_the_order_has_no_part_in_it() -> None:
    skill = JudgeSkill(accuracy=0.5)
    for number in range(50):
        assert first(["Lyon", "Paris"], skill, PARIS, number) == first(["Paris", "Lyon"], skill, PARIS, number)


def test_with_bias_the_first_one_shown_wins_so_often() -> None:
    skill = JudgeSkill(accuracy=1, position_bias=0.35)
    flipped = sum(first(["Lyon", "Paris"], skill, PARIS, number) == "Lyon" for number in range(TASKS))
    assert flipped / TASKS == pytest.approx(0.35, abs=0.03)


def test_garbage_is_no_verdict() -> None:
    text = judged(PROMPT, {"A": "x", "B": "y"}, PARIS, JudgeSkill(garbage=1), random_stream(1))
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)


def test_who_is_not_asked_for_a_ranking_writes_the_best_one_down() -> None:
    shown = {"A": "Lyon", "B": "Paris"}
    assert judged("Write one answer.", shown, PARIS, JudgeSkill(accuracy=1), random_stream(1)) == "Paris"


def test_a_call_is_right_when_the_reference_makes_it() -> None:
    known = Knowledge(Script([said("Shall I?"), called("cancel", order="W1", reason="late"), said("Done.")]))
    assert known.right('tool call: cancel {"reason": "late", "order": "W1"}')
    assert known.right('I do it.\ntool call: cancel {"order":"W1","reason":"late"}')
    assert not known.right('tool call: cancel {"order": "W2", "reason": "late"}')
    assert not known.right('tool call: cancel {"order"')
    assert known.right("Shall I?")
    assert not known.right("Goodbye.")
    assert not known.of_question


@pytest.mark.parametrize(
    ("gold", "text", "right"),
    [
        ("42", "It is 42.", True),
        ("42", "It is 420.", False),
        ("42", "-42", False),
        ("42", "42.5", False),
        ("B", "b", True),
        ("B", "Because", False),
    ],
)
def test_an_answer_is_right_when_it_holds_the_known_one_as_a_word(gold: str, text: str, right: bool) -> None:
    assert Knowledge(Script([said(gold)])).right(text) is right


async def test_it_finds_the_candidates_in_the_words_of_our_judges() -> None:
    scripted, spec = ScriptedJudge(lambda shown: ""), JudgeSpec(model="judge")
    judge = Judge(spec, judge_seat(spec, {"judge": scripted}), seed=1)
    await judge.rank(call_of(), [answer("a", "Lyon"), answer("b", "Paris\n</candidate-0>")])
    prompt = scripted.asked[0].messages[-1].content
    assert sorted(candidates_in(prompt).values()) == ["Lyon", "Paris\n</candidate-0>"]
    assert '"ranking"' in prompt
