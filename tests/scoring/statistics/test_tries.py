"""How often two tries of one task disagree, and bounds for what is missing."""

from itertools import combinations

import pytest

from wardian.scoring.statistics import flip_rate, flip_rate_between, worst_case_difference


@pytest.mark.parametrize(("n", "successes"), [(2, 1), (5, 2), (4, 4), (3, 0)])
def test_flips_are_the_pairs_of_tries_that_disagree(n: int, successes: int) -> None:
    tries = [True] * successes + [False] * (n - successes)
    pairs = list(combinations(tries, 2))
    assert flip_rate(n, successes) == pytest.approx(sum(a != b for a, b in pairs) / len(pairs))


def test_one_try_cannot_flip() -> None:
    with pytest.raises(ValueError, match="say nothing"):
        flip_rate(1, 1)
    with pytest.raises(ValueError, match="one group"):
        flip_rate_between([(3, 1)])


def test_flips_between_groups_are_the_pairs_across_them() -> None:
    groups = [[True, False], [True, True, True], [False]]
    rates = [
        sum(a != b for a in one for b in other) / (len(one) * len(other)) for one, other in combinations(groups, 2)
    ]
    found = flip_rate_between([(len(each), sum(each)) for each in groups])
    assert found == pytest.approx(sum(rates) / 3)


def test_a_difference_lies_between_bounds_whatever_is_missing() -> None:
    assert worst_case_difference([[(1.0, 0.0), (1.0, None)], [(None, 1.0)]]) == pytest.approx((-0.25, 0.5))
    assert worst_case_difference([[(None, None)]]) == (-1.0, 1.0)
    assert worst_case_difference([]) == (-1.0, 1.0)
