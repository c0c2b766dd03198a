import pytest
from support.pairs import gate, result

from wardian.base.identity import random_stream
from wardian.optimization.gate.comparisons import Shares
from wardian.optimization.gate.verdict import GateVerdict, GuardrailReport
from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result
from wardian.specs.refinement import GateSpec, GuardrailSpec


def arm(name: str, number: int, success: float, **more: object) -> Result:
    return result(success, number, arm=name, **more)


def judged(row: list[Pair], spec: GuardrailSpec | None = None) -> GateVerdict:
    verdict = gate(GateSpec(guardrails=spec or GuardrailSpec())).step(row)
    assert verdict is not None
    return verdict


def gaining(champion: dict[str, object], candidate: dict[str, object], pairs: int = 60) -> list[Pair]:
    """The candidate succeeds in half of the pairs where the champion does not; each with what else there is of it."""
    return [
        Pair(number, arm("champion", number, 0.0, **champion), arm("candidate", number, number % 2, **candidate))
        for number in range(pairs)
    ]


def named(verdict: GateVerdict, name: str) -> GuardrailReport:
    return next(each for each in verdict.guardrails if each.name == name)


def test_who_succeeds_by_breaking_rules_is_rejected() -> None:
    verdict = judged(gaining({"values": {"violations": 0.0}}, {"values": {"violations": 2.0}}))
    assert verdict.ruling == "rejected"
    assert named(verdict, "policy").broken
    assert "policy" in verdict.why


@pytest.mark.parametrize("metric", ["unknown_tool", "ungrounded_args", "nonexistent_ref"])
def test_who_succeeds_by_making_things_up_is_rejected(metric: str) -> None:
    verdict = judged(gaining({"values": {metric: 0.0}}, {"values": {metric: 1.0}}))
    assert verdict.ruling == "rejected"
    assert named(verdict, "hallucination").difference == 1.0


def test_who_succeeds_with_twice_as_many_turns_is_rejected() -> None:
    verdict = judged(gaining({"values": {"turns": 4.0}}, {"values": {"turns": 8.0}}))
    assert verdict.ruling == "rejected"
    assert named(verdict, "turns").difference == 1.0


def test_a_tenth_dearer_is_allowed_a_fifth_is_not() -> None:
    assert judged(gaining({"cost_usd": 0.10}, {"cost_usd": 0.11})).ruling == "promoted"
    assert judged(gaining({"cost_usd": 0.10}, {"cost_usd": 0.12})).ruling == "rejected"
    assert judged(gaining({"cost_usd": 0.10}, {"cost_usd": 0.12}), GuardrailSpec(cost=None)).ruling == "promoted"


def test_of_unknown_prices_nothing_is_said() -> None:
    verdict = judged(gaining({"cost_usd": 0.10}, {"cost_usd": None}))
    assert verdict.ruling == "promoted"
    assert "cost" not in {each.name for each in verdict.guardrails}


def with_violations(row: list[Pair], *places: int) -> list[Pair]:
    """The candidate breaks a rule in some of the pairs."""
    return [
        Pair(pair.number, pair.champion, arm("candidate", number, number % 2, values={"violations": 1.0}))
        if number in places
        else pair
        for number, pair in enumerate(row)
    ]


def test_what_looks_worse_and_is_not_shown_to_be_asks_for_more_pairs() -> None:
    row = with_violations(gaining({"values": {"violations": 0.0}}, {"values": {"violations": 0.0}}, 160), 3, 9, 15)
    verdict, plain = judged(row), judged(gaining({}, {}))
    assert verdict.ruling == plain.ruling == "promoted"
    assert plain.pairs < 40 < verdict.pairs
    assert not named(verdict, "policy").suspect


def test_one_slip_holds_a_promotion_up_by_a_few_pairs() -> None:
    row = with_violations(gaining({"values": {"violations": 0.0}}, {"values": {"violations": 0.0}}), 3)
    assert judged(row).pairs <= judged(gaining({}, {})).pairs + 5


def test_doubt_at_the_end_is_no_promotion() -> None:
    row = with_violations(gaining({"values": {"violations": 0.0}}, {"values": {"violations": 0.0}}, 40), 3, 9, 15)
    verdict = gate(GateSpec(pairs=40)).step(row)
    assert verdict is not None
    assert verdict.ruling == "inconclusive"
    assert "policy" in verdict.why
    assert not named(verdict, "policy").broken


def test_a_kind_of_tasks_that_is_lost_stands_against_a_gain_in_all_others() -> None:
    row = [
        Pair(
            number,
            arm("champion", number, float(number % 5 == 0), template="returns" if number % 5 == 0 else "orders"),
            arm("candidate", number, float(number % 5 != 0), template="returns" if number % 5 == 0 else "orders"),
        )
        for number in range(100)
    ]
    verdict = judged(row)
    assert verdict.ruling == "rejected"
    assert named(verdict, "slice returns").difference == 1.0
    assert named(verdict, "slice orders").holds
    assert judged(row, GuardrailSpec(slices=None)).ruling == "promoted"


def test_few_pairs_of_a_kind_that_went_badly_prove_nothing() -> None:
    row = gaining({"template": "orders"}, {"template": "orders"})
    row[0] = Pair(0, arm("champion", 0, 1.0, template="returns"), arm("candidate", 0, 0.0, template="returns"))
    assert judged(row).ruling == "promoted"


def test_bounds_are_seldom_wrong_however_often_one_looks() -> None:
    drawn, above, below, once, runs = random_stream(7, "bounds"), 0, 0, 0, 300
    for _ in range(runs):
        seen, wrong = Shares(), [False, False, False]
        for _ in range(300):
            seen.add(float(drawn.random() < 0.3) - float(drawn.random() < 0.2))
            close, wide = seen.bounds(0.05, once=True), seen.bounds(0.05)
            assert close is not None
            assert wide is not None
            wrong = [wrong[0] or wide[2] < 0.1, wrong[1] or wide[1] > 0.1, wrong[2] or close[2] < 0.1]
        above, below, once = above + wrong[0], below + wrong[1], once + wrong[2]
    assert above / runs < 0.085
    assert below / runs < 0.085
    assert once / runs > 0.15  # bounds for one look are found wrong by who looks often


def test_proof_asks_for_more_pairs_or_stays_inconclusive() -> None:
    clean: dict[str, object] = {"values": {"violations": 0.0}}
    spec = GateSpec(guardrails=GuardrailSpec(proven=True, turns=None, cost=None, hallucination=None))
    verdict = gate(spec).step(gaining(clean, clean, 400))
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert verdict.pairs == 195
    assert named(verdict, "policy").proven
    short = gate(spec.model_copy(update={"pairs": 60})).step(gaining(clean, clean, 60))
    assert short is not None
    assert short.ruling == "inconclusive"


def test_one_unknown_price_hides_no_other_one() -> None:
    row = gaining({"cost_usd": 0.1}, {"cost_usd": 0.9})
    row[0] = Pair(0, arm("champion", 0, 0.0, cost_usd=0.1), arm("candidate", 0, 0.0, cost_usd=None))
    verdict = judged(row)
    assert verdict.ruling == "rejected"
    assert named(verdict, "cost").broken


def test_what_was_never_measured_is_not_proven() -> None:
    spec = GateSpec(pairs=60, guardrails=GuardrailSpec(proven=True, turns=None, cost=None, hallucination=None))
    verdict = gate(spec).step(gaining({}, {}))
    assert verdict is not None
    assert verdict.ruling == "inconclusive"
    assert "policy" in verdict.why


def test_a_gain_that_is_lost_while_a_guardrail_is_in_doubt_is_not_promoted() -> None:
    """Forty better pairs with violations, then pairs without any in which the candidate loses half."""
    row = [
        Pair(
            number,
            arm("champion", number, float(number >= 40), values={"violations": 0.0}),
            arm(
                "candidate",
                number,
                float(number < 40 or number % 2),
                values={"violations": float(number < 40 and number % 5 == 0)},
            ),
        )
        for number in range(200)
    ]
    verdict = gate(GateSpec()).step(row)
    assert verdict is not None
    assert verdict.pairs > 40
    assert verdict.ruling != "promoted"


def by_a_judge(change: float, seed: int) -> GateVerdict | None:
    """A judge likes two of three answers better; success, half of the champion's, differs by `change`."""
    stream = random_stream(seed, "judge")
    row = [
        Pair(
            number,
            result(float(stream.random() < 0.5), number, values={"taste": 0.0}),
            result(
                float(stream.random() < 0.5 + change), number, arm="candidate", values={"taste": float(number % 3 > 0)}
            ),
        )
        for number in range(400)
    ]
    return gate(GateSpec(), metric="taste").step(row)


def test_what_a_judge_likes_better_and_does_less_is_never_promoted() -> None:
    rulings = [verdict.ruling for seed in range(60) if (verdict := by_a_judge(-0.1, seed)) is not None]
    assert rulings.count("rejected") >= 50
    assert set(rulings) <= {"rejected", "inconclusive"}
    assert len(rulings) == 60


def test_what_a_judge_likes_better_and_does_more_is_promoted() -> None:
    verdict = by_a_judge(0.2, 0)
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert named(verdict, "success").shown


def test_success_is_no_guardrail_of_itself_and_may_be_turned_off() -> None:
    row = gaining({"values": {"taste": 0.0}}, {"values": {"taste": 1.0}})
    assert not any(each.name == "success" for each in judged(row).guardrails)
    spec = GateSpec(guardrails=GuardrailSpec(success=None))
    verdict = gate(spec, metric="taste").step(row)
    assert verdict is not None
    assert not any(each.name == "success" for each in verdict.guardrails)
