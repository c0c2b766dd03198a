from hypothesis import given, settings
from hypothesis import strategies as some
from support.pairs import gate, result

from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result
from wardian.specs.refinement import GateSpec

Arm = tuple[float | None, dict[str, float], float | None]

shares = some.one_of(some.none(), some.sampled_from([0.0, 1.0]), some.floats(0, 1))
metrics = some.dictionaries(
    some.sampled_from(["violations", "ungrounded_args", "turns"]), some.floats(0, 9), max_size=3
)
costs = some.one_of(some.none(), some.floats(0, 2))
kinds = some.sampled_from(["orders", "returns", ""])
arms = some.tuples(shares, metrics, costs)
rows = some.lists(some.tuples(arms, arms, kinds), min_size=1, max_size=60)


@given(rows, some.integers(8, 60), some.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_whatever_the_pairs_are_a_gate_ends_behind_its_last_draw_and_says_the_same_again(
    row: list[tuple[Arm, Arm, str]], most: int, number: int
) -> None:
    spec = GateSpec(pairs=most)
    played = [_pair(place, *row[place % len(row)]) for place in range(most)]
    whole, single = gate(spec, number=number), gate(spec, number=number)
    verdict = whole.step(played)
    for each in played:
        single.step([each])
    assert verdict is not None
    assert single.step([]) == verdict
    assert verdict.pairs + verdict.missing_champion + verdict.missing_candidate - verdict.missing_both <= most
    assert -1 <= verdict.low <= verdict.delta <= verdict.high <= 1
    if verdict.ruling == "promoted":
        assert verdict.coverage >= spec.coverage - 1e-9
        assert all(each.holds for each in verdict.guardrails)


def _pair(number: int, champion: Arm, candidate: Arm, template: str) -> Pair:
    return Pair(number, _result(number, template, *champion), _result(number, template, *candidate))


def _result(
    number: int, template: str, success: float | None, values: dict[str, float], cost_usd: float | None
) -> Result:
    return result(success, number, values=values, cost_usd=cost_usd, template=template)
