"""Who goes on after a block."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wardian.optimization.sweeps.elimination import Safe, adjusted

Numbers = NDArray[np.float64]


def dropped(values: Numbers, ends: tuple[int, ...], alpha: float = 0.05) -> dict[int, int]:
    """Who is dropped after how many cells, by the same rule as in a sweep."""
    count, cells = values.shape
    rule, alive, begin, gone = Safe(alpha, count, cells), list(range(count)), 0, dict[int, int]()
    seen = np.full_like(values, np.nan)
    for end in ends:
        seen[alive, begin:end] = values[alive, begin:end]
        found = {each.config: each.cells for each in rule.drop(seen[:, :end], seen[:, :end], alive, begin)}
        gone |= found
        alive, begin = [each for each in alive if each not in found], end
        if len(alive) < 2:
            break
    return gone


@pytest.mark.parametrize("cells", [24, 64])
def test_one_that_is_best_in_all_cells_is_dropped_in_no_more_than_alpha_of_the_sweeps(cells: int) -> None:
    """The hardest case: several are exactly the best, so that each of them may be dropped wrongly."""
    generator, wrong, rounds = np.random.default_rng(cells), 0, 200
    for _ in range(rounds):
        values = np.zeros((6, cells))
        for row in values[:4]:
            row[generator.permutation(cells)[: cells // 2]] = 1
        for row in values[4:]:
            row[generator.permutation(cells)[: cells // 3]] = 1
        wrong += bool(dropped(values, tuple(range(8, cells + 1, 8))).keys() & {0, 1, 2, 3})
    assert wrong / rounds <= 0.05


def test_one_that_is_much_worse_is_dropped_early() -> None:
    generator = np.random.default_rng(1)
    values = (generator.random((4, 200)) < np.array([[0.9], [0.85], [0.4], [0.1]])).astype(float)
    gone = dropped(values, tuple(range(10, 201, 10)))
    assert gone[3] <= 30
    assert gone[2] <= 60
    assert 0 not in gone


def test_what_cannot_be_caught_up_with_is_dropped_before_the_end() -> None:
    """At the end every cell is known, so a difference is a fact and no estimate."""
    values = np.zeros((2, 40))
    values[0, ::4] = 1
    assert dropped(values, tuple(range(4, 41, 4)))[1] < 40


def test_missing_cells_stop_no_bets_on_the_others() -> None:
    generator = np.random.default_rng(2)
    values = (generator.random((3, 120)) < np.array([[0.9], [0.2], [0.9]])).astype(float)
    values[2, generator.random(120) < 0.3] = np.nan
    gone = dropped(values, tuple(range(8, 121, 8)))
    assert 1 in gone
    assert 2 not in gone


def test_a_mean_is_adjusted_for_the_cells_that_are_missing() -> None:
    values = np.array([[1.0, np.nan, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    assert np.allclose(adjusted(values), 2 / 3)


def test_a_row_without_any_value_is_last() -> None:
    assert adjusted(np.array([[0.0, 0.0], [np.nan, np.nan]])).tolist() == [0.0, -np.inf]
