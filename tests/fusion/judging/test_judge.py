"""A judge decides by what candidates say, whoever said it and whatever it answers itself."""

from itertools import permutations

from support.judges import ASKED, ScriptedJudge, answer, call_of, judge_of, prefers

from wardian.base.messages import Sampling
from wardian.fusion.judging.judge import Judge, judge_seat
from wardian.specs.fusion.judge import JudgeSpec

WRONG, RIGHT, OTHER = answer("a", "3"), answer("b", "4"), answer("c", "5")


async def test_the_judge_chooses_by_what_candidates_say() -> None:
    call = call_of()
    ranking = await judge_of(prefers("4", "5")).rank(call, [WRONG, RIGHT, OTHER])
    assert ranking.best == RIGHT
    assert ranking.verdicts[0].ranking == ("b", "c", "a")
    assert ranking.confidence == 0.9
    assert not call.degraded
    assert {each.role for each in call.answers} == {"judge"}


async def test_the_order_of_members_makes_no_difference_even_to_a_judge_who_takes_the_first() -> None:
    first = judge_of(lambda candidates: '{"ranking": ["A"], "confidence": 1, "none_acceptable": false}')
    chosen = {
        (await first.rank(call_of(), order)).best.seat  # type: ignore[union-attr]  # there are candidates
        for order in permutations([WRONG, RIGHT, OTHER])
    }
    assert len(chosen) == 1


async def test_a_judge_who_says_nothing_of_use_does_not_end_the_fusion() -> None:
    call = call_of()
    ranking = await judge_of(lambda candidates: "Well.").rank(call, [WRONG, RIGHT])
    assert ranking.best in (WRONG, RIGHT)
    assert call.degraded == ["judge_not_valid_json"]


async def test_candidates_that_are_the_same_need_no_judge() -> None:
    call = call_of()
    ranking = await judge_of(prefers()).rank(call, [answer("a", "4"), answer("b", "4")])
    assert (ranking.best, ranking.by) == (answer("a", "4"), "agreement")
    assert not call.answers


async def test_a_verdict_is_as_long_as_the_asker_allows_unless_the_config_says_more() -> None:
    asked = ASKED.model_copy(update={"sampling": Sampling(temperature=1.5, max_tokens=64, seed=3)})
    for said, most in (({}, 64), ({"max_tokens": 900}, 900)):
        judge = ScriptedJudge(prefers("4"))
        spec = JudgeSpec.model_validate({"model": "judge"} | said)
        await Judge(spec, judge_seat(spec, {"judge": judge}), 0).rank(call_of(asked), [WRONG, RIGHT])
        assert judge.asked[0].sampling == Sampling(temperature=0.0, max_tokens=most)
