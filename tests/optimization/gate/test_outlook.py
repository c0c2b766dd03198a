import pytest
from support.pairs import gate, pairs, result

from wardian.base.identity import random_stream
from wardian.optimization.gate.outlook import Outlook
from wardian.optimization.pairs import Pair
from wardian.specs.refinement import GateSpec, GuardrailSpec

SPEC = GateSpec()


def played(gain: float, moving: float, runs: int) -> tuple[float, float]:
    """How often real gates promote, and how many pairs they take, where arms differ in `moving` of the pairs."""
    drawn, promoted, taken = random_stream(3, "outlook"), 0, 0
    for _ in range(runs):
        row = []
        for _ in range(SPEC.pairs):
            chance = drawn.random()
            better, worse = chance < (moving + gain) / 2, chance >= 1 - (moving - gain) / 2
            row.append((float(worse), float(better)))
        verdict = gate(SPEC).step(pairs(row))
        assert verdict is not None
        promoted, taken = promoted + (verdict.ruling == "promoted"), taken + verdict.pairs
    return promoted / runs, taken / runs


@pytest.mark.parametrize(("gain", "moving"), [(0.0, 0.4), (0.1, 0.4), (0.2, 0.5)])
def test_a_forecast_is_what_gates_do(gain: float, moving: float) -> None:
    power, taken = played(gain, moving, 80)
    forecast = Outlook(SPEC, (moving - gain**2) ** 0.5).forecast(gain)
    assert forecast.power == pytest.approx(power, abs=0.13)
    assert forecast.pairs == pytest.approx(taken, rel=0.15)


def test_graded_metrics_are_forecast_as_well() -> None:
    drawn, promoted, taken, runs = random_stream(5, "graded"), 0, 0, 60
    spec = GateSpec(guardrails=GuardrailSpec(success=None))
    for _ in range(runs):
        changes = [(0.25 + drawn.gauss(0.0, 0.12), 0.25 + drawn.gauss(0.05, 0.12)) for _ in range(SPEC.pairs)]
        verdict = gate(spec, metric="score").step([_scores(*each, number) for number, each in enumerate(changes)])
        assert verdict is not None
        promoted, taken = promoted + (verdict.ruling == "promoted"), taken + verdict.pairs
    forecast = Outlook(SPEC, 0.12 * 2**0.5, plain=False).forecast(0.05)
    assert forecast.power == pytest.approx(promoted / runs, abs=0.13)
    assert forecast.pairs == pytest.approx(taken / runs, rel=0.15)


def _scores(champion: float, candidate: float, number: int) -> Pair:
    one, other = {"score": champion}, {"score": candidate}
    return Pair(number, result(0.0, number, values=one), result(0.0, number, arm="candidate", values=other))


def test_what_is_detectable_is_promoted_by_eight_of_ten_gates_and_a_little_less_is_not() -> None:
    outlook = Outlook(SPEC, 0.6)
    assert outlook.forecast(outlook.detectable).power >= 0.8
    assert outlook.forecast(outlook.detectable - 0.01).power < 0.8


def test_more_noise_later_gates_and_fewer_pairs_find_less() -> None:
    plain = Outlook(SPEC, 0.5).detectable
    assert Outlook(SPEC, 0.8).detectable > plain
    assert Outlook(SPEC, 0.5, gate=5).detectable > plain
    assert Outlook(GateSpec(pairs=100), 0.5).detectable > plain


def test_eight_pairs_find_nothing() -> None:
    assert Outlook(GateSpec(pairs=8), 0.7, gate=4).detectable == 1.0


def test_a_champion_that_never_differs_from_itself_still_differs_from_who_gains() -> None:
    assert 0.0 < Outlook(SPEC, 0.0).detectable < 0.1
