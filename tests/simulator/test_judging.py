"""Simulated judges, in front of the panels of real fusions."""

from collections.abc import Sequence

import orjson
import pytest
from support.judges import ScriptedJudge, answer, call_of
from support.simulator import called, said

from wardian.base.identity import random_stream
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.simulator.conversation import Turn
from wardian.simulator.judging import Shown, judged
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.script import Script
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.skills import JudgeSkill

TASKS = 2_000
PROMPT = 'Answer with "ranking".'


def say(texts: Sequence[str], skill: JudgeSkill, known: Knowledge, number: int = 0, prompt: str = PROMPT) -> str:
    """What the judge says of these texts, shown as A, B, C and D."""
    shown = Shown(prompt, dict(zip("ABCD", texts, strict=False)))
    draws = random_stream(number, *sorted(texts))
    return judged(shown, known, skill, draws, random_stream("own", number))


def first(texts: Sequence[str], skill: JudgeSkill, known: Knowledge, number: int = 0) -> str:
    """The text that is preferred."""
    ranking = orjson.loads(say(texts, skill, known, number))["ranking"]
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


def test_garbage_is_no_verdict_in_some_answers() -> None:
    told = [say(["x", "y"], JudgeSkill(garbage=0.3), PARIS, number) for number in range(TASKS)]
    assert sum("ranking" not in text for text in told) / TASKS == pytest.approx(0.3, abs=0.03)


def test_who_is_asked_for_nothing_else_writes_the_best_one_down() -> None:
    assert say(["Lyon", "Paris"], JudgeSkill(accuracy=1), PARIS, prompt="Write the answer.") == "Paris"


@pytest.mark.parametrize(("text", "high"), [("Paris", 0.8), ("Lyon", 0.2)])
def test_a_score_is_high_for_a_right_answer_as_often_as_the_skill_says(text: str, high: float) -> None:
    skill, prompt = JudgeSkill(accuracy=0.8), 'an object with one key: "score"'
    scores = [orjson.loads(say([text], skill, PARIS, number, prompt))["score"] for number in range(TASKS)]
    assert sum(score > 0.5 for score in scores) / TASKS == pytest.approx(high, abs=0.03)


def test_an_analysis_says_who_contradicts_whom() -> None:
    told = orjson.loads(say(["Lyon", "Paris"], JudgeSkill(), PARIS, prompt='keys "consensus", "contradictions"'))
    assert [each["model"] for each in told["contradictions"][0]["stances"]] == ["A", "B"]
    assert orjson.loads(say(["Lyon"], JudgeSkill(), PARIS, prompt='"consensus"'))["consensus"] == ["Lyon"]


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
    turns = [Turn(role=message.role, content=message.content) for message in scripted.asked[0].messages]
    shown = Shown.of([*turns, Turn(role="assistant", content="?"), Turn(role="user", content="Once more, please.")])
    assert shown is not None
    assert sorted(shown.texts.values()) == ["Lyon", "Paris\n</candidate-0>"]
    assert shown.asks_for("ranking")
    assert not shown.asks_for("score")
    assert Shown.of(turns[:1]) is None
