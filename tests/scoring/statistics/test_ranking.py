"""AUROC with an interval over tasks."""

import numpy as np
import pytest
from scipy import stats

from wardian.scoring.statistics.ranking import auroc


def test_it_counts_the_pairs_that_are_in_order() -> None:
    values = [3.0, 2.0, 2.0, 1.0, 5.0]
    outcomes = [True, True, False, False, False]
    pairs = [(a > b) + 0.5 * (a == b) for a in (3.0, 2.0) for b in (2.0, 1.0, 5.0)]
    estimate = auroc(values, outcomes, range(5))
    assert estimate is not None
    assert estimate.value == pytest.approx(sum(pairs) / 6)


def test_it_is_mann_whitneys_u() -> None:
    generator = np.random.default_rng(1)
    values = generator.integers(0, 9, 80).astype(float)
    success = generator.random(80) < 0.4
    u = stats.mannwhitneyu(values[success], values[~success]).statistic
    estimate = auroc(values.tolist(), success.tolist(), range(80))
    assert estimate is not None
    assert estimate.value == pytest.approx(u / success.sum() / (~success).sum())


@pytest.mark.parametrize("outcomes", [[True, True], [False, False]])
def test_one_outcome_only_says_nothing(outcomes: list[bool]) -> None:
    assert auroc([1.0, 2.0], outcomes, ["a", "b"]) is None


def test_one_task_has_no_interval() -> None:
    estimate = auroc([1.0, 2.0], [True, False], ["a", "a"])
    assert estimate is not None
    assert (estimate.value, estimate.low, estimate.high) == (0.0, None, None)


def test_a_number_that_is_always_the_same_says_nothing_and_surely_so_far() -> None:
    estimate = auroc([1.0] * 6, [True, False] * 3, range(6))
    assert estimate is not None
    assert estimate.value == 0.5
    assert estimate.low is not None
    assert estimate.low < 0.3


def test_perfect_order_of_few_is_no_certainty() -> None:
    estimate = auroc([1.0, 2.0, 3.0, 4.0], [False, False, True, True], range(4))
    assert estimate is not None
    assert estimate.high == 1.0
    assert estimate.low is not None
    assert estimate.low < 0.5


def test_repeats_of_a_task_make_it_no_surer() -> None:
    values, outcomes = [1.0, 3.0, 2.0, 4.0, 5.0, 0.5], [False, True, True, False, True, False]
    once = auroc(values, outcomes, range(6))
    thrice = auroc(values * 3, outcomes * 3, list(range(6)) * 3)
    assert once is not None
    assert thrice is not None
    assert (thrice.value, thrice.low, thrice.high) == pytest.approx((once.value, once.low, once.high))


def test_one_failure_is_too_little_for_an_interval_and_two_are_little() -> None:
    values = [float(each) for each in range(40)]
    one = auroc(values, [each != 10 for each in range(40)], range(40))
    assert one is not None
    assert one.value == pytest.approx(29 / 39)
    assert one.low is None
    two = auroc(values, [each not in (10, 20) for each in range(40)], range(40))
    assert two is not None
    assert two.low is not None
    assert two.low < 0.2


def test_arrays_are_taken_too() -> None:
    values, outcomes, tasks = [1.0, 3.0, 2.0, 4.0, 0.5, 6.0], [False, True] * 3, [0, 0, 1, 1, 2, 2]
    assert auroc(np.array(values), np.array(outcomes), np.array(tasks)) == auroc(values, outcomes, tasks)
