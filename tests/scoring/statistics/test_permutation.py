"""Sign flips: exact where few, drawn where many, and alarms as often as they say."""

import numpy as np
import pytest
from scipy import stats

from wardian.scoring.statistics.permutation import EXACT, sign_flip


def test_few_differences_are_tried_in_every_way() -> None:
    assert sign_flip([1.0, 1.0, 1.0]) == 2 / 8
    assert sign_flip([0.5, -0.25]) == 1.0
    assert sign_flip([]) == 1.0


def test_zeroes_have_no_sign() -> None:
    assert sign_flip([0.3, 0.0, 0.2, 0.0]) == sign_flip([0.3, 0.2])


def test_rounding_hides_no_tie() -> None:
    values = [0.1, 0.2, -0.3, 0.3]
    assert sign_flip(values) == sign_flip([1, 2, -3, 3])


def test_many_differences_are_drawn_and_near_the_t_test() -> None:
    values = np.random.default_rng(1).normal(0.25, 1, 80)
    expected = stats.ttest_1samp(values, 0).pvalue
    assert sign_flip(values.tolist()) == pytest.approx(expected, abs=0.01)
    assert sign_flip(values.tolist()) == sign_flip(values.tolist())


@pytest.mark.parametrize("count", [EXACT, 80])
def test_neither_the_order_of_tasks_nor_who_comes_first_decides(count: int) -> None:
    generator = np.random.default_rng(4)
    values = generator.normal(0.2, 1, count).tolist()
    found = sign_flip(values)
    for _ in range(5):
        generator.shuffle(values)
        assert sign_flip(values) == found
    assert sign_flip([-each for each in values]) == found


def test_drawing_agrees_with_trying_all() -> None:
    values = np.random.default_rng(2).normal(0.4, 1, EXACT).tolist()
    assert sign_flip([*values, 1e-12]) == pytest.approx(sign_flip(values), abs=0.02)


def test_more_signs_than_fit_into_memory_at_a_time() -> None:
    assert sign_flip([1.0] * 3_000) == 1 / 10_000


def test_alarms_are_as_frequent_as_they_say() -> None:
    generator = np.random.default_rng(3)
    alarms = [sign_flip(generator.laplace(size=11).tolist()) <= 0.05 for _ in range(400)]
    assert 0.025 <= np.mean(alarms) <= 0.075
