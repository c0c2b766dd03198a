from collections import defaultdict
from math import log

import pytest

from wardian.optimization.gate.claim import claim
from wardian.optimization.gate.stopping import StoppingRule
from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.wealth import Wealth

RULE = StoppingRule(promote=log(20), futile=log(10), shift=0.05)


def tally(ups: int, downs: int, ties: int = 0, size: float = 1.0) -> Tally:
    found = Tally()
    for difference, count in ((size, ups), (-size, downs), (0.0, ties)):
        for _ in range(count):
            found.add(difference)
    return found


def stopped(ups: int, downs: int, ties: int) -> tuple[bool, bool]:
    gain, futility = Wealth(), Wealth(shift=RULE.shift, sign=-1.0)
    for difference, count in ((1.0, ups), (-1.0, downs), (0.0, ties)):
        for _ in range(count):
            gain.add(difference)
            futility.add(difference)
    return gain.log >= RULE.promote, futility.log >= RULE.futile


def means(up: float, down: float, most: int) -> tuple[float, float]:
    """What is claimed on average, and the plain mean, over everything that can happen in `most` pairs."""
    live, claimed, plain = {(0, 0, 0): 1.0}, 0.0, 0.0
    for played in range(1, most + 1):
        reached: dict[tuple[int, int, int], float] = defaultdict(float)
        for (ups, downs, ties), chance in live.items():
            reached[ups + 1, downs, ties] += chance * up
            reached[ups, downs + 1, ties] += chance * down
            reached[ups, downs, ties + 1] += chance * (1 - up - down)
        live = {}
        for place, chance in reached.items():
            if not chance:
                continue
            crossed, given_up = stopped(*place)
            if crossed or given_up or played == most:
                seen = tally(*place)
                claimed += chance * claim(RULE, seen, crossed=crossed)
                plain += chance * seen.mean
            else:
                live[place] = chance
    return claimed, plain


@pytest.mark.parametrize("up", [0.5, 0.6, 0.75, 0.9])
def test_where_every_pair_differs_the_claim_has_no_bias_at_all(up: float) -> None:
    claimed, plain = means(up, 1 - up, 40)
    assert claimed == pytest.approx(2 * up - 1, abs=1e-9)
    assert abs(plain - (2 * up - 1)) > 0.001


@pytest.mark.parametrize(("up", "down"), [(0.5, 0.2), (0.35, 0.25)])
def test_with_ties_it_has_hardly_any(up: float, down: float) -> None:
    claimed, plain = means(up, down, 26)
    assert claimed == pytest.approx(up - down, abs=0.006)
    assert abs(plain - (up - down)) > abs(claimed - (up - down))


def test_a_walk_that_no_rule_could_have_stopped_claims_its_mean() -> None:
    never = StoppingRule(promote=1e9, futile=1e9, shift=0.05)
    seen = tally(30, 20, 50)
    assert claim(never, seen, crossed=False) == pytest.approx(seen.mean)


def test_steps_of_half_the_size_claim_about_half_as_much() -> None:
    never = StoppingRule(promote=1e9, futile=1e9, shift=0.05)
    assert claim(never, tally(30, 20, 50, size=0.5), crossed=False) == pytest.approx(0.05)


def test_a_place_that_no_path_leads_to_claims_the_plain_mean() -> None:
    assert claim(RULE, tally(60, 0), crossed=False) == 1.0


def test_no_pair_differs_so_nothing_is_gained() -> None:
    assert claim(RULE, tally(0, 0, 30), crossed=False) == 0.0


def test_after_thousands_of_steps_luck_is_worth_less_than_a_point() -> None:
    seen = tally(1_300, 700, 2_000)
    assert claim(RULE, seen, crossed=False) == pytest.approx(seen.mean, abs=0.01)
