"""Intervals for many differences that all hold at once."""

import numpy as np
import pytest

from wardian.scoring.statistics import common_level, simultaneous_difference


def test_one_pair_is_judged_at_the_whole_level() -> None:
    assert common_level(np.zeros((2, 30)), 0.05) == 0.05


def test_many_pairs_are_judged_harder_than_one_and_less_hard_than_if_they_had_nothing_in_common() -> None:
    rows = np.random.default_rng(0).random((10, 60))
    assert 0.05 / 45 < common_level(rows, 0.05) < 0.05 / 10


def test_arms_that_do_the_same_are_no_more_questions() -> None:
    base = np.random.default_rng(1).random((3, 60))
    assert common_level(np.repeat(base, 4, axis=0), 0.05) == pytest.approx(common_level(base, 0.05), rel=0.2)


def test_of_very_many_arms_the_pairs_are_counted() -> None:
    assert common_level(np.random.default_rng(2).random((100, 20)), 0.05) == pytest.approx(0.05 / 4950)


def test_the_largest_of_all_differences_is_within_its_interval_in_95_percent() -> None:
    generator, rounds, wrong = np.random.default_rng(3), 150, 0
    for _ in range(rounds):
        rows = (generator.random((6, 40)) < generator.random(40)).astype(float)
        order = np.argsort(rows.mean(axis=1))
        low = simultaneous_difference(rows[order[-1]] - rows[order[0]], common_level(rows, 0.05)).low
        wrong += low is not None and low > 0
    assert wrong / rounds <= 0.05 + 2 * (0.05 * 0.95 / rounds) ** 0.5


def test_a_difference_that_is_alike_everywhere_has_no_interval_unless_it_is_plain() -> None:
    assert simultaneous_difference(np.full(9, 0.25), 0.05).low is None
    plain = simultaneous_difference(np.zeros(9), 0.05)
    assert plain.low is not None
    assert plain.low < 0 < (plain.high or 0)


def test_without_a_task_there_is_no_difference() -> None:
    with pytest.raises(ValueError, match="no task"):
        simultaneous_difference(np.array([]), 0.05)
