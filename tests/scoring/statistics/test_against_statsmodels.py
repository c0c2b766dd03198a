"""The same numbers as statsmodels, which is not needed to run Wardian."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

from wardian.scoring.statistics import Variation, clustered_mean, holm, mcnemar, paired_difference, wilson


@pytest.mark.parametrize(("clusters", "size"), [(4, 5), (12, 3), (30, 1)])
def test_a_clustered_mean_is_ordinary_least_squares_with_robust_errors(clusters: int, size: int) -> None:
    generator = np.random.default_rng(1)
    labels = np.repeat(np.arange(clusters), size)
    means = generator.normal(size=clusters)[labels] + generator.normal(size=len(labels))
    options = {"groups": labels, "use_correction": True, "df_correction": True}
    theirs = OLS(means, np.ones(len(means))).fit(cov_type="cluster", cov_kwds=options, use_t=True)
    ours = clustered_mean(means.tolist(), clusters=labels.tolist())
    assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.params[0], *theirs.conf_int()[0]))


def test_clusters_of_unequal_size_are_never_surer_than_with_the_usual_errors() -> None:
    generator = np.random.default_rng(2)
    for _ in range(20):
        labels = np.repeat(np.arange(8), generator.integers(1, 12, 8))
        means = generator.normal(size=8)[labels] + generator.normal(size=len(labels))
        theirs = OLS(means, np.ones(len(means))).fit(cov_type="cluster", cov_kwds={"groups": labels}, use_t=True)
        ours = clustered_mean(means.tolist(), clusters=labels.tolist())
        assert ours.low is not None
        assert ours.low < theirs.conf_int()[0][0]


@pytest.mark.parametrize(("better", "worse"), [(1, 0), (5, 5), (12, 3), (0, 9), (40, 22)])
def test_mcnemar(better: int, worse: int) -> None:
    theirs = their_mcnemar([[30, better], [worse, 20]], exact=True)
    assert mcnemar(better, worse) == pytest.approx(theirs.pvalue)


def test_holm() -> None:
    p_values = np.random.default_rng(3).beta(0.3, 1, 25)
    assert holm(p_values.tolist()) == pytest.approx(multipletests(p_values, method="holm")[1])


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (7, 10), (391, 400)])
def test_wilson(successes: int, n: int) -> None:
    ours = wilson(successes, n)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(successes, n, method="wilson"))


def test_differences_of_graded_pairs_are_a_regression_on_a_constant() -> None:
    rows = np.random.default_rng(4).uniform(-1, 1, (15, 3))
    theirs = OLS(rows.mean(axis=1), np.ones(15)).fit()
    ours = paired_difference(rows.tolist(), graded=True)
    assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.params[0], *theirs.conf_int()[0]))


@pytest.mark.parametrize("difference", [0.03, 0.05, 0.1])
def test_the_tasks_that_a_difference_needs(difference: float) -> None:
    variation = Variation(tasks=0.1, tries=0.2)
    theirs = TTestPower().solve_power(effect_size=difference / 0.15**0.5, alpha=0.05, power=0.8)
    assert variation.tasks_for(difference, repeats=4) == pytest.approx(theirs, rel=0.01, abs=3)
