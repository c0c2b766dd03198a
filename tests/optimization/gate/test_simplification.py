from support.pairs import result

from wardian.base.bundle import Bundle
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.gate.verdict import GateVerdict
from wardian.optimization.pairs import Pair
from wardian.specs.refinement import GateSpec

LONG = Bundle(agent="support", texts={"system": "Help. Be very, very thorough in everything."})
SHORT = Bundle(agent="support", texts={"system": "Help."})
OTHER = Bundle(agent="support", texts={"recovery": "Try again."})


def judged(
    champion: Bundle,
    candidate: Bundle,
    successes: tuple[float, float],
    costs: tuple[float | None, float | None],
    margin: float | None = 0.05,
) -> GateVerdict:
    row = [
        Pair(
            number,
            result(successes[0], number, cost_usd=costs[0], tokens=1_000),
            result(successes[1], number, arm="candidate", cost_usd=costs[1], tokens=900),
        )
        for number in range(400)
    ]
    verdict = PairGate(GateSpec(shorter=margin), "success", 1, "gate/1", champion, candidate).step(row)
    assert verdict is not None
    return verdict


def test_shorter_cheaper_and_no_worse_is_promoted_as_such() -> None:
    verdict = judged(LONG, SHORT, (1.0, 1.0), (0.10, 0.08))
    assert verdict.ruling == "promoted"
    assert verdict.simplification
    assert verdict.delta == 0.0
    assert verdict.e_value < verdict.threshold


def test_tokens_stand_in_for_a_price_that_nobody_knows() -> None:
    assert judged(LONG, SHORT, (1.0, 1.0), (None, 0.08)).simplification


def test_longer_dearer_or_about_another_component_is_not() -> None:
    assert judged(SHORT, LONG, (1.0, 1.0), (0.10, 0.08)).ruling == "futile"
    assert judged(LONG, SHORT, (1.0, 1.0), (0.10, 0.10)).ruling == "futile"
    assert judged(LONG, OTHER, (1.0, 1.0), (0.10, 0.08)).ruling == "futile"


def test_a_gain_is_promoted_as_a_gain() -> None:
    verdict = judged(LONG, SHORT, (0.0, 1.0), (0.10, 0.08))
    assert verdict.ruling == "promoted"
    assert not verdict.simplification


def test_worse_is_worse_however_short() -> None:
    assert judged(LONG, SHORT, (1.0, 0.0), (0.10, 0.08)).ruling == "rejected"


def test_nobody_gets_a_shorter_version_who_has_not_asked_for_one() -> None:
    assert judged(LONG, SHORT, (1.0, 1.0), (0.10, 0.08), margin=None).ruling == "futile"
