"""What a judge is worth is found, whatever is wrong with it."""

from collections.abc import Mapping, Sequence

import pytest
from support.judges import Say, ScriptedJudge, verdict

from wardian.base.clock import SystemClock
from wardian.base.identity import random_stream
from wardian.reports.judging.examination import examined
from wardian.reports.judging.gold import Candidate, GoldItem
from wardian.reports.judging.outcome import JudgeReport
from wardian.reports.judging.reckoning import calibrated
from wardian.reports.judging.sections import judge_sections
from wardian.reports.markdown import sections_markdown
from wardian.specs.fusion.judge import JudgeSpec

ITEMS = 200


def items(count: int = ITEMS, *, right: Sequence[int] | None = None) -> list[GoldItem]:
    """Two candidates each; the right one says so, and is of the strong source on three items of four."""
    made = []
    for number in range(count):
        stream = random_stream("items", number)
        place, padding = stream.randrange(2), "x" * stream.randrange(60)
        texts = [f"{padding} wrong {number}", f"{'x' * stream.randrange(60)} wrong {number}?"]
        texts[place] = texts[place].replace("wrong", "right")
        strong = place if number % 4 else 1 - place
        candidates = [Candidate(text=text, source="strong" if n == strong else "weak") for n, text in enumerate(texts)]
        known = (place,) if right is None else tuple(right)
        made.append(GoldItem(prompt=f"{number}?", candidates=tuple(candidates), right=known, id=str(number)))
    return made


async def report(say: Say, of: Sequence[GoldItem] | None = None, *, bound: float | None = None) -> JudgeReport:
    judge = ScriptedJudge(say)
    seen = await examined(of or items(), JudgeSpec(model="judge"), judge, SystemClock())
    return calibrated("judge", seen, bound=bound)


def skilled(skill: float, confidence: float) -> Say:
    """Right with probability `skill`, whatever the order."""

    def say(candidates: Mapping[str, str]) -> str:
        sees = random_stream("judge", *sorted(candidates.values())).random() < skill
        return verdict(
            *sorted(candidates, key=lambda each: ("right" in candidates[each]) != sees), confidence=confidence
        )

    return say


def first(candidates: Mapping[str, str]) -> str:
    return verdict(*candidates)


def longest(candidates: Mapping[str, str]) -> str:
    return verdict(*sorted(candidates, key=lambda each: -len(candidates[each])))


async def test_skill_and_sureness_are_what_they_are() -> None:
    found = await report(skilled(0.8, 0.9))
    assert found.accuracy.value == pytest.approx(0.8, abs=0.08)
    assert found.chance == 0.5
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(2 * found.accuracy.value - 1, abs=0.05)
    assert found.consistent is not None
    assert found.consistent.value == 1.0
    assert found.sureness is not None
    assert found.sureness.ece == pytest.approx(abs(0.9 - found.accuracy.value))
    right = found.accuracy.value
    assert found.sureness.brier.value == pytest.approx(right * 0.01 + (1 - right) * 0.81)


async def test_a_judge_of_places_is_found_out() -> None:
    found = await report(first)
    assert found.consistent is not None
    assert found.consistent.value == 0.0
    assert found.first is not None
    assert found.first.value == 1.0
    assert found.first_by_chance == 0.5
    assert found.drawn is not None
    assert found.drawn.place.low is not None
    assert found.drawn.place.low > 1
    assert found.unread == ITEMS
    assert found.accuracy.value == 0.0


async def test_a_judge_of_length_is_found_out() -> None:
    found = await report(longest)
    assert found.drawn is not None
    assert found.drawn.length.low is not None
    assert found.drawn.length.low > 1
    assert found.drawn.right.low is not None
    assert found.drawn.right.low < 0.5
    assert found.accuracy.value == pytest.approx(0.5, abs=0.1)


async def test_sources_are_as_strong_as_their_candidates_are_right() -> None:
    found = await report(skilled(1.0, 0.9))
    strong, weak = found.strengths
    assert (strong.source, weak.source) == ("strong", "weak")
    assert (strong.right, weak.right) == (0.75, 0.25)
    assert strong.strength.value - weak.strength.value == pytest.approx(1.0986, abs=0.02)  # log(3)


async def test_who_says_nothing_that_can_be_read_is_right_nowhere() -> None:
    found = await report(lambda _: "well, who knows")
    assert (found.unread, found.accuracy.value, found.drawn, found.sureness) == (ITEMS, 0.0, None, None)
    assert "something else than the judge decides" in sections_markdown(judge_sections(found))


async def test_the_true_share_of_unmarked_items_is_found_through_known_errors() -> None:
    """It accepts 9 of 10 where one is right and half where none is; of 400 unmarked, 60 % have a right one."""

    def say(candidates: Mapping[str, str]) -> str:
        stream = random_stream("accept", *sorted(candidates.values()))
        good = any("right" in text for text in candidates.values())
        return verdict(*candidates, none_acceptable=stream.random() > (0.9 if good else 0.5))

    without = [bad(each) for each in items(300, right=())]
    unmarked = [each.model_copy(update={"right": None, "id": f"u{each.id}"}) for each in items(240)]
    unmarked += [bad(each).model_copy(update={"right": None, "id": f"v{each.id}"}) for each in items(160)]
    found = (await report(say, [*items(300), *without, *unmarked])).corrected
    assert found is not None
    assert found.corrected is not None
    assert found.corrected.low is not None
    assert found.corrected.high is not None
    assert found.corrected.low < 0.6 < found.corrected.high
    assert found.apparent.value > 0.68


def bad(item: GoldItem) -> GoldItem:
    """Without its right candidate."""
    wrong = tuple(each.model_copy(update={"text": each.text.replace("right", "wrong!")}) for each in item.candidates)
    return item.model_copy(update={"candidates": wrong, "right": (), "id": f"w{item.id}"})


async def test_few_items_are_said_to_be_few() -> None:
    few = await report(skilled(0.8, 0.8), items(40))
    assert few.underpowered
    assert few.needed > 200
    assert "UNDERPOWERED" in sections_markdown(judge_sections(few))
    assert not (await report(skilled(0.97, 0.8), items(120))).underpowered


@pytest.mark.parametrize(("skill", "ruling"), [(0.97, "above s*"), (0.6, "below s*"), (0.86, "not told from s*")])
async def test_it_is_held_against_what_a_panel_needs(skill: float, ruling: str) -> None:
    found = await report(skilled(skill, 0.8), bound=0.85)
    assert found.ruling == ruling
    assert f"this one is {ruling}" in "".join(note for section in judge_sections(found) for note in section.notes)
