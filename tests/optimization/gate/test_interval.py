from math import isclose, prod

import pytest
from support.pairs import gate, pairs

from wardian.optimization.gate.interval import interval
from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.wealth import STAKES

ROW = [1.0] * 30 + [-1.0] * 8 + [0.0] * 40 + [0.5] * 5


def tally(row: list[float]) -> Tally:
    found = Tally()
    for each in row:
        found.add(each)
    return found


def test_at_its_lower_bound_the_gamblers_are_worth_forty() -> None:
    low, _ = interval(tally(ROW))
    worth = sum(prod(1 + stake * (each - low) / (1 + low) for each in ROW) for stake in STAKES) / len(STAKES)
    assert isclose(worth, 40, rel_tol=1e-6)


def test_the_other_way_round_it_is_mirrored() -> None:
    low, high = interval(tally(ROW))
    assert interval(tally([-each for each in ROW])) == pytest.approx((-high, -low))


def test_it_holds_the_mean_and_narrows() -> None:
    short, long = tally(ROW), tally(ROW * 4)
    (low, high), (lower, higher) = interval(long), interval(short)
    assert lower < low < short.mean < high < higher


def test_nothing_is_known_of_no_pairs() -> None:
    low, high = interval(Tally())
    assert low == pytest.approx(-1.0)
    assert high == pytest.approx(1.0)


def test_what_is_promoted_has_an_interval_above_zero() -> None:
    verdict = gate().step(pairs([(0.0, 1.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)] * 60))
    assert verdict is not None
    assert verdict.ruling == "promoted"
    assert 0 < verdict.low < verdict.delta < verdict.raw_delta < verdict.high
