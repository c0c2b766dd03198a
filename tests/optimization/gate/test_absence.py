from support.pairs import gate, pairs, result

from wardian.base.errors import Failure
from wardian.base.identity import random_stream
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.pairs import Pair
from wardian.specs.refinement import GateSpec


def stormy(champion: float, candidate: float, *, seed: int, both: float = 0.0) -> GateVerdict:
    """A candidate that gains 20 points, while so many episodes of each arm, or pairs, are lost at random."""
    drawn, row = random_stream(seed, "storm"), []
    for _ in range(400):
        neither = drawn.random() < both
        first, second = float(drawn.random() < 0.4), float(drawn.random() < 0.6)
        lost = [neither or drawn.random() < share for share in (champion, candidate)]
        row.append((None if lost[0] else first, None if lost[1] else second))
    verdict = gate().step(pairs(row))
    assert verdict is not None
    return verdict


def test_a_storm_in_one_arm_is_invalid_long_before_the_end() -> None:
    for seed in range(20):
        verdict = stormy(0.0, 0.2, seed=seed)
        assert verdict.ruling == "invalid"
        assert verdict.pairs < 100
        assert verdict.missing_candidate > verdict.missing_champion == 0


def test_a_storm_over_both_arms_alike_is_invalid_for_its_coverage() -> None:
    verdict = stormy(0.0, 0.0, seed=1, both=0.2)
    assert verdict.ruling == "invalid"
    assert "no result" in verdict.why
    assert verdict.missing_both == verdict.missing_champion == verdict.missing_candidate
    assert verdict.coverage < 0.95


def test_a_few_lost_draws_leave_the_verdict_to_the_pairs() -> None:
    rulings = [stormy(0.01, 0.01, seed=seed).ruling for seed in range(40)]
    assert rulings.count("promoted") >= 36


def test_one_lost_draw_among_the_first_delays_the_verdict_until_enough_are_pairs() -> None:
    verdict = gate().step(pairs([(None, 1.0)] + [(0.0, 1.0)] * 30))
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert (verdict.pairs, verdict.missing_champion) == (19, 1)
    assert verdict.coverage == 0.95


def test_a_lost_draw_is_a_draw() -> None:
    verdict = gate(GateSpec(pairs=40)).step(pairs([(None, None)] + [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] * 20))
    assert verdict is not None
    assert verdict.ruling == "inconclusive"
    assert verdict.pairs == 39


def test_an_episode_that_its_agent_broke_is_a_zero_of_every_metric_and_not_missing() -> None:
    broken = result(0.0, arm="candidate", failure=Failure(cause="agent", kind="bad_reply", message="…"))
    pair = Pair(0, result(1.0, values={"score": 0.5}), broken)
    assert pair.difference("score") == -0.5
    assert pair.lacks("score") == (False, False)


def test_a_metric_that_applies_to_one_of_the_two_is_missing_in_the_other() -> None:
    pair = Pair(0, result(1.0, values={"spl": 0.5}), result(0.0, arm="candidate"))
    assert pair.difference("spl") is None
    assert pair.lacks("spl") == (False, True)
    assert pair.lacks("path_efficiency") == (False, False)
