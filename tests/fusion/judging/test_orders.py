"""A judge who likes places better than answers is found out."""

from collections.abc import Mapping
from itertools import permutations

from support.judges import Say, answer, call_of, judge_of, prefers, verdict

from wardian.base.fused import Answer

TWO = [answer("a", "three"), answer("b", "four")]
THREE = [*TWO, answer("c", "five")]


def first(candidates: Mapping[str, str]) -> str:
    return verdict(*candidates)


def biased_towards_the_first_of(many: int, then: Say) -> Say:
    """Takes the first of at least so `many`; among fewer it judges."""
    return lambda candidates: first(candidates) if len(candidates) >= many else then(candidates)


async def test_two_orders_that_agree_need_no_more() -> None:
    call = call_of()
    ranking = await judge_of(prefers("four")).rank(call, THREE)
    assert (ranking.best, ranking.order_conflict) == (TWO[1], False)
    shown = [verdict.shown for verdict in ranking.verdicts]
    assert shown[0] == shown[1][::-1]


async def test_a_judge_who_takes_the_first_decides_nothing() -> None:
    call = call_of()
    heavy = answer("z", "six", weight=2)
    ranking = await judge_of(first).rank(call, [*TWO, heavy])
    assert (ranking.best, ranking.by, ranking.order_conflict) == (heavy, "vote", True)
    assert ranking.confidence is None, "how sure it is of places says nothing of answers"


async def test_the_two_winners_meet_both_ways() -> None:
    call = call_of()
    ranking = await judge_of(biased_towards_the_first_of(3, prefers("four", "five"))).rank(call, THREE)
    assert ranking.order_conflict
    assert ranking.by == "judge"
    duels = ranking.verdicts[2:]
    assert [len(duel.shown) for duel in duels] == [2, 2]
    assert {duel.ranking[0] for duel in duels} == {ranking.best.seat}  # type: ignore[union-attr]  # there are candidates


async def test_two_candidates_have_met_already() -> None:
    call = call_of()
    ranking = await judge_of(first).rank(call, TWO)
    assert ranking.order_conflict
    assert len(call.answers) == 2


async def test_neither_members_order_nor_seed_change_who_wins_before_a_judge_who_takes_places() -> None:
    winners = {
        (await judge_of(first, seed).rank(call_of(), order)).best for seed in range(10) for order in permutations(THREE)
    }
    assert len(winners) == 1


async def test_the_seed_decides_who_stands_first() -> None:
    judges = [judge_of(first, seed, orders=1) for seed in range(20)]
    winners: set[Answer | None] = {(await judge.rank(call_of(), THREE)).best for judge in judges}
    assert winners == set(THREE)


async def test_one_order_that_cannot_be_read_leaves_the_other() -> None:
    def unsteady(candidates: Mapping[str, str]) -> str:
        return verdict(*candidates) if next(iter(candidates.values())) == "three" else "Hm."

    call = call_of()
    ranking = await judge_of(unsteady).rank(call, TWO)
    assert (ranking.best, ranking.by, ranking.order_conflict) == (TWO[0], "judge", False)
    assert call.degraded == ["judge_not_valid_json"]
