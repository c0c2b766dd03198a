"""How many tasks a difference needs."""

import numpy as np
import pytest

from wardian.scoring.statistics import TYPICAL, Variation, paired_difference


def test_repeats_help_as_far_as_tries_vary() -> None:
    assert [TYPICAL.tasks_for(0.05, repeats) for repeats in (1, 4, 16)] == [1396, 611, 415]


def test_what_is_visible_is_what_needs_as_many_tasks() -> None:
    assert TYPICAL.tasks_for(TYPICAL.visible(200, 4), 4) == pytest.approx(200, abs=1)


def test_the_variances_are_told_apart() -> None:
    generator = np.random.default_rng(1)
    rows = generator.normal(0, 0.3, (4_000, 1)) + generator.normal(0, 0.5, (4_000, 3))
    variation = Variation.of(rows.tolist())
    assert variation is not None
    assert variation.tasks == pytest.approx(0.09, abs=0.01)
    assert variation.tries == pytest.approx(0.25, abs=0.01)


def test_without_repeats_all_of_it_is_that_of_tasks() -> None:
    assert Variation.of([[1.0], [0.0]]) == Variation(tasks=0.5, tries=0.0)
    assert Variation.of([[1.0, 0.0]]) is None


def test_no_variance_is_less_than_nothing() -> None:
    variation = Variation.of([[1.0, -1.0], [-1.0, 1.0]])
    assert variation == Variation(tasks=0.0, tries=2.0)


def test_so_many_tasks_do_see_it_in_eighty_per_cent() -> None:
    generator = np.random.default_rng(2)
    variation, gain, repeats = Variation(tasks=0.04, tries=0.3), 0.1, 2
    tasks = variation.tasks_for(gain, repeats)
    seen = 0
    for _ in range(500):
        rows = generator.normal(gain, 0.2, (tasks, 1)) + generator.normal(0, 0.3**0.5, (tasks, repeats))
        low = paired_difference(rows.tolist(), graded=True).low
        seen += low is not None and low > 0
    assert 0.75 <= seen / 500 <= 0.85
