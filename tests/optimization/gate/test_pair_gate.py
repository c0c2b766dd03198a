import random
from math import exp, isclose, prod

import pytest
from support.pairs import gate, pair, pairs, result

from wardian.base.errors import ConfigError
from wardian.optimization.gate.wealth import STAKES
from wardian.optimization.pairs import Pair
from wardian.scoring.statistics import mcnemar
from wardian.specs.refinement import GateSpec

BETTER, WORSE, EQUAL = (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)


def test_a_candidate_that_always_wins_is_promoted_after_a_few_pairs() -> None:
    verdict = gate().step(pairs([BETTER] * 50))
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert verdict.pairs < 12


def test_the_evidence_is_the_mean_over_all_stakes_of_what_a_gambler_is_worth() -> None:
    judge = gate()
    outcomes = [BETTER, WORSE, EQUAL, BETTER, BETTER]
    assert judge.step(pairs(outcomes)) is None
    worth = sum(prod(1 + stake * (b - a) for a, b in outcomes) for stake in STAKES) / len(STAKES)
    assert isclose(exp(judge.curve[-1].log_e), worth)


def test_a_gate_pays_a_smaller_share_of_alpha_the_later_it_comes_in_a_lineage() -> None:
    alphas = []
    for number in range(1, 5):
        verdict = gate(number=number).step(pairs([BETTER] * 100))
        assert verdict is not None
        alphas.append(verdict.alpha)
        assert isclose(verdict.threshold, 1 / (0.4 * verdict.alpha))
    assert alphas == sorted(alphas, reverse=True)
    assert sum(alphas) < 0.05


def test_how_pairs_are_parcelled_and_what_comes_behind_the_verdict_changes_nothing() -> None:
    drawn = random.Random(4)
    row = pairs((float(drawn.random() < 0.4), float(drawn.random() < 0.65)) for _ in range(400))
    whole, single = gate(), gate()
    verdict = whole.step(row)
    for each in row:
        found = single.step([each])
    assert found == verdict
    assert whole.curve == single.curve
    assert verdict is not None
    assert len(whole.curve) == verdict.pairs < 400


def test_no_gain_in_sight_is_futile_long_before_all_pairs_are_played() -> None:
    verdict = gate().step(pairs([EQUAL] * 400))
    assert verdict is not None
    assert verdict.ruling == "futile"
    assert verdict.pairs < 100


def test_a_candidate_that_always_loses_is_rejected() -> None:
    verdict = gate().step(pairs([WORSE] * 400))
    assert verdict is not None
    assert verdict.ruling == "rejected"


def test_the_exact_test_at_the_end_promotes_what_the_bets_have_not() -> None:
    row = [BETTER, EQUAL, EQUAL, WORSE] * 40 + [BETTER] * 14
    random.Random(2).shuffle(row)
    verdict = gate(GateSpec(pairs=len(row), alpha=0.5)).step(pairs(row))
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert verdict.e_value < verdict.threshold
    assert verdict.p_value == mcnemar(54, 40) / 2 <= 0.6 * verdict.alpha


def test_all_pairs_and_nothing_shown_is_inconclusive() -> None:
    verdict = gate(GateSpec(pairs=40)).step(pairs([BETTER, WORSE, BETTER, EQUAL] * 10))
    assert verdict is not None
    assert verdict.ruling == "inconclusive"
    assert verdict.pairs == 40


def test_a_graded_metric_spends_all_of_its_alpha_on_stopping_early_and_has_no_exact_test() -> None:
    judge = gate(GateSpec(pairs=60, alpha=0.5), metric="score")
    row = [pair_of_scores(0.25, 0.75 if number % 3 else 0.25, number) for number in range(60)]
    verdict = judge.step(row)
    assert verdict is not None
    assert isclose(verdict.threshold, 1 / verdict.alpha)
    assert verdict.p_value is None


def pair_of_scores(champion: float, candidate: float, number: int) -> Pair:
    return Pair(
        number,
        result(0.0, number, values={"score": champion}),
        result(0.0, number, arm="candidate", values={"score": candidate}),
    )


def test_a_metric_beyond_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="differs by 3"):
        gate().step([pair(0.0, 3.0)])
