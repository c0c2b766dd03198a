"""The numbers agree with scipy, and the intervals cover what they say: checked by simulation with fixed seeds."""

from collections.abc import Callable
from itertools import combinations
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from wardian.scoring.statistics import (
    Estimate,
    auroc,
    clustered_mean,
    holm,
    mcnemar,
    paired_difference,
    paired_p_value,
    pass_at,
    pass_hat,
    proportion,
    wilson,
    worst_case,
)

T = TypeVar("T")

SIMULATIONS = 2_000


def covered(truth: float, estimates: list[Estimate]) -> float:
    inside = [e.low is not None and e.high is not None and e.low <= truth <= e.high for e in estimates]
    return sum(inside) / len(inside)


def _mean_difference(one: NDArray[np.float64], other: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(one.mean(axis=axis) - other.mean(axis=axis))


class TestAgainstScipy:
    def test_clustered_mean_is_students_t_over_tasks(self) -> None:
        means = [0.25, 0.5, 1.0, 0.75, 0.5]
        estimate = clustered_mean(means)
        low, high = stats.t.interval(0.95, 4, loc=np.mean(means), scale=stats.sem(means))
        assert (estimate.value, estimate.low, estimate.high) == pytest.approx((np.mean(means), low, high))

    @pytest.mark.parametrize(("successes", "n"), [(0, 10), (1, 10), (7, 10), (10, 10), (391, 400), (0, 1)])
    def test_wilson(self, successes: int, n: int) -> None:
        theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
        ours = wilson(successes, n)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert ours.low is not None
        assert ours.high is not None
        assert 0 <= ours.low <= ours.value <= ours.high <= 1

    @pytest.mark.parametrize(("better", "worse"), [(0, 0), (1, 0), (5, 5), (12, 3), (0, 9)])
    def test_mcnemar_is_the_exact_binomial_test(self, better: int, worse: int) -> None:
        n = better + worse
        expected = stats.binomtest(better, n, 0.5).pvalue if n else 1.0
        assert mcnemar(better, worse) == pytest.approx(expected)

    def test_graded_pairs_may_have_had_the_other_sign(self) -> None:
        rows = [[0.5, 0.0], [1.0, 1.0], [-0.5, 0.0], [0.25, 0.5]]
        means = np.array([np.mean(row) for row in rows])
        expected = stats.permutation_test((means, np.zeros(4)), _mean_difference, permutation_type="samples").pvalue
        assert paired_p_value(rows) == pytest.approx(expected)

    def test_holm(self) -> None:
        assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
        assert holm([0.9, 0.8]) == [1.0, 1.0]
        assert holm([]) == []


class TestEstimators:
    @pytest.mark.parametrize(("n", "successes", "k"), [(4, 2, 2), (5, 5, 3), (5, 0, 5), (6, 3, 4), (1, 1, 1)])
    def test_pass_at_and_pass_hat_count_every_choice_of_k_tries(self, n: int, successes: int, k: int) -> None:
        tries = [True] * successes + [False] * (n - successes)
        choices = list(combinations(tries, k))
        assert pass_at(n, successes, k) == pytest.approx(sum(map(any, choices)) / len(choices))
        assert pass_hat(n, successes, k) == pytest.approx(sum(map(all, choices)) / len(choices))

    @pytest.mark.parametrize("k", [0, 5])
    def test_four_tries_say_nothing_about_five(self, k: int) -> None:
        with pytest.raises(ValueError, match="say nothing"):
            pass_hat(4, 2, k)

    def test_pass_hat_is_unbiased_where_the_naive_power_is_not(self) -> None:
        generator = np.random.default_rng(5)
        chances = generator.beta(2, 2, 200_000)
        counts = generator.binomial(8, chances)
        truth = 0.5 * 0.6 * (4 / 6) * (5 / 7)  # E[p^4] of Beta(2, 2)
        ours = np.mean([pass_hat(8, int(c), 4) for c in counts[:50_000]])
        assert ours == pytest.approx(truth, abs=0.004)
        assert np.mean((counts / 8) ** 4) > truth + 0.02

    def test_every_task_weighs_the_same(self) -> None:
        assert proportion([[1.0], [0.0, 0.0, 0.0]]).value == 0.5

    @pytest.mark.parametrize("outcomes", [[1.0], [0.0, 0.0], [1.0, 0.0]])
    def test_one_task_has_no_interval(self, outcomes: list[float]) -> None:
        alone = proportion([outcomes])
        assert (alone.low, alone.high, alone.tasks) == (None, None, 1)

    def test_a_task_without_outcomes_is_no_task(self) -> None:
        assert proportion([[1.0], [], [0.0]]).tasks == 2

    def test_no_task_no_mean(self) -> None:
        with pytest.raises(ValueError, match="no task"):
            proportion([[], []])

    def test_one_graded_task_has_no_interval(self) -> None:
        assert clustered_mean([0.3]) == Estimate(value=0.3, low=None, high=None, tasks=1)

    @pytest.mark.parametrize("each", [0.0, 1.0, 0.1, 1e9 / 3])
    def test_graded_values_that_are_all_alike_have_no_interval(self, each: float) -> None:
        found = paired_difference([[each]] * 3, graded=True)
        assert found.value == pytest.approx(each)
        assert (found.low, found.high) == (None, None)

    @pytest.mark.parametrize("difference", [0.0, 1.0])
    def test_clusters_that_are_all_alike_are_no_surer_than_their_tasks(self, difference: float) -> None:
        rows = [[difference]] * 6
        assert paired_difference(rows, clusters=[0, 0, 0, 1, 1, 1]) == paired_difference(rows)

    def test_agreement_of_all_tasks_is_no_certainty(self) -> None:
        assert proportion([[1.0, 1.0]] * 10) == wilson(10, 10)
        assert proportion([[1.0, 1.0]] * 7 + [[0.0, 0.0]] * 3) == wilson(7, 10)
        none = paired_difference([[0.0, 0.0]] * 10)
        assert none.low is not None
        assert none.high is not None
        assert none.low < -0.1
        assert none.high > 0.1

    def test_task_means_that_happen_to_be_equal_are_no_certainty_either(self) -> None:
        theirs = stats.binomtest(10, 20).proportion_ci(method="wilson")
        ours = proportion([[1.0, 0.0]] * 10)
        assert ours.low is not None
        assert ours.high is not None
        assert ours.low < theirs.low < theirs.high < ours.high

    def test_intervals_stay_within_what_is_possible(self) -> None:
        estimate = proportion([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0.0 < estimate.low < estimate.value < estimate.high <= 1.0

    def test_worst_case_fills_in_what_is_missing(self) -> None:
        assert worst_case([([1.0, 0.0], 2), ([1.0], 0)]) == pytest.approx((0.625, 0.875))
        assert worst_case([([], 3)]) == (0.0, 1.0)
        assert worst_case([]) == (0.0, 1.0)


class TestCoverage:
    """Tasks differ in difficulty, repeats of a task do not: the case in which rows are not independent."""

    @pytest.mark.parametrize(
        ("tasks", "repeats", "shape"),
        [
            (40, 4, (2, 2)),
            (40, 8, (0.5, 0.5)),
            (15, 4, (2, 2)),
            (100, 2, (4, 2)),
            (40, 2, (8, 1)),
            (15, 4, (8, 1)),
            (40, 2, (19, 1)),
            (20, 8, (0.3, 1)),
        ],
    )
    def test_clustered_intervals(self, tasks: int, repeats: int, shape: tuple[float, float]) -> None:
        generator = np.random.default_rng(1)
        estimates = []
        for _ in range(SIMULATIONS):
            chances = generator.beta(*shape, tasks)
            estimates.append(proportion((generator.random((tasks, repeats)) < chances[:, None]).astype(float).tolist()))
        assert 0.93 <= covered(shape[0] / sum(shape), estimates) <= 0.97

    @pytest.mark.parametrize(
        ("clusters", "most", "repeats", "alike"), [(8, 12, 1, 0.3), (6, 12, 4, 0.1), (20, 5, 2, 0.5), (12, 8, 1, 0.0)]
    )
    def test_tasks_of_templates_that_are_alike(self, clusters: int, most: int, repeats: int, alike: float) -> None:
        generator = np.random.default_rng(6)
        estimates = []
        for _ in range(SIMULATIONS):
            labels = np.repeat(np.arange(clusters), generator.integers(1, most + 1, clusters))
            shape = 1 / alike - 1 if alike else 1e9
            chances = generator.beta(0.65 * shape, 0.35 * shape, clusters)[labels]
            rows = (generator.random((len(labels), repeats)) < chances[:, None]).astype(float)
            estimates.append(proportion(rows.tolist(), labels.tolist()))
        assert 0.93 <= covered(0.65, estimates) <= 0.97

    def test_templates_that_are_alike_taken_for_independent_tasks_would_not_cover(self) -> None:
        generator = np.random.default_rng(6)
        estimates = []
        for _ in range(SIMULATIONS):
            chances = np.repeat(generator.beta(1.5, 0.8, 8), 6)
            estimates.append(proportion((generator.random((48, 1)) < chances[:, None]).astype(float).tolist()))
        assert covered(1.5 / 2.3, estimates) < 0.8

    def test_areas_under_the_curve(self) -> None:
        generator = np.random.default_rng(7)
        estimates = []
        for _ in range(SIMULATIONS):
            tasks = generator.normal(0, 0.7, 30)[:, None]
            success = generator.random((30, 4)) < 1 / (1 + np.exp(-tasks))
            values = success + generator.normal(0, 2**0.5, (30, 4))
            found = auroc(values.ravel().tolist(), success.ravel().tolist(), np.repeat(np.arange(30), 4).tolist())
            assert found is not None
            estimates.append(found)
        assert 0.93 <= covered(float(stats.norm.cdf(0.5)), estimates) <= 0.97

    def test_rows_taken_for_independent_would_not_cover(self) -> None:
        generator = np.random.default_rng(1)
        estimates = []
        for _ in range(SIMULATIONS):
            chances = generator.beta(0.5, 0.5, 40)
            estimates.append(wilson(int((generator.random((40, 8)) < chances[:, None]).sum()), 320))
        assert covered(0.5, estimates) < 0.8

    def test_reliability(self) -> None:
        generator = np.random.default_rng(4)
        estimates = []
        for _ in range(SIMULATIONS):
            counts = generator.binomial(8, generator.beta(2, 2, 40))
            estimates.append(proportion([[pass_hat(8, int(count), 2)] for count in counts]))
        assert 0.93 <= covered(0.3, estimates) <= 0.97  # E[p^2] of Beta(2, 2)

    @pytest.mark.parametrize("chance", [0.5, 0.7, 0.9])
    def test_one_repeat(self, chance: float) -> None:
        generator = np.random.default_rng(2)
        draws = (generator.random((SIMULATIONS, 60)) < chance).astype(float)
        assert 0.93 <= covered(chance, [proportion([[x] for x in row]) for row in draws.tolist()]) <= 0.97

    @pytest.mark.parametrize("repeats", [1, 4])
    @pytest.mark.parametrize("gain", [0.0, 0.15])
    def test_paired_differences(self, repeats: int, gain: float) -> None:
        estimates = self._paired(repeats, gain, paired_difference)
        assert 0.93 <= covered(gain, estimates) <= 0.975

    @pytest.mark.parametrize("repeats", [1, 4])
    def test_p_values_cry_wolf_as_often_as_they_say(self, repeats: int) -> None:
        runs = SIMULATIONS // repeats**2
        alarms = np.mean([p < 0.05 for p in self._paired(repeats, 0.0, paired_p_value, runs)])
        assert alarms <= 0.06  # McNemar's exact test stays well below its level
        assert np.mean([p < 0.05 for p in self._paired(repeats, 0.25, paired_p_value, runs)]) > 0.7

    @staticmethod
    def _paired(
        repeats: int, gain: float, reckon: Callable[[list[list[float]]], T], runs: int = SIMULATIONS
    ) -> list[T]:
        generator = np.random.default_rng(3)

        def play(chances: NDArray[np.float64]) -> NDArray[np.float64]:
            return (generator.random((60, repeats)) < chances[:, None]).astype(float)

        results = []
        for _ in range(runs):
            chances = generator.beta(2, 2, 60) * (1 - gain)
            results.append(reckon((play(chances + gain) - play(chances)).tolist()))
        return results
