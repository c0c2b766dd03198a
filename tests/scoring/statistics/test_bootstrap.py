"""Resampled intervals: the same for the same seed, those of scipy, and they cover."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from wardian.scoring.statistics.bootstrap import bootstrap

Rows = NDArray[np.float64]


def ratio(sums: Rows) -> Rows:
    return np.asarray(sums[..., 0] / sums[..., 1])


def skewed(n: int, seed: int) -> Rows:
    return np.stack([np.random.default_rng(seed).lognormal(size=n), np.ones(n)], axis=1)


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrap(skewed(30, 1), ratio, seed=4) == bootstrap(skewed(30, 1), ratio, seed=4)
    assert bootstrap(skewed(30, 1), ratio, seed=4) != bootstrap(skewed(30, 1), ratio, seed=5)


def test_the_order_of_units_decides_nothing() -> None:
    rows = skewed(30, 1)
    assert bootstrap(rows[::-1], ratio) == bootstrap(rows, ratio)


@pytest.mark.parametrize(("ours", "theirs"), [("bca", "BCa"), ("percentile", "percentile")])
def test_it_is_scipys(ours: str, theirs: str) -> None:
    rows = skewed(40, 2)
    estimate = bootstrap(rows, ratio, method="bca" if ours == "bca" else "percentile")
    expected = stats.bootstrap((rows[:, 0],), np.mean, n_resamples=20_000, method=theirs, rng=1).confidence_interval
    assert estimate.value == pytest.approx(rows[:, 0].mean())
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), rel=0.03)


def test_skew_moves_the_corrected_interval_upwards() -> None:
    rows = skewed(25, 3)
    plain, corrected = bootstrap(rows, ratio, method="percentile"), bootstrap(rows, ratio)
    assert plain.high is not None
    assert corrected.high is not None
    assert corrected.high > plain.high


def test_a_number_that_never_varies_has_no_width() -> None:
    estimate = bootstrap(np.array([[2.0, 1.0], [4.0, 2.0], [6.0, 3.0]]), ratio)
    assert (estimate.low, estimate.value, estimate.high) == (2.0, 2.0, 2.0)


def test_more_draws_than_fit_into_memory_at_a_time() -> None:
    estimate = bootstrap(skewed(3_000, 7), ratio)
    expected = stats.t.interval(0.95, 2_999, estimate.value, stats.sem(skewed(3_000, 7)[:, 0]))
    assert (estimate.low, estimate.high) == pytest.approx(expected, rel=0.02)


def test_one_unit_has_no_interval_and_none_no_number() -> None:
    assert bootstrap(np.ones((1, 2)), ratio).low is None
    with pytest.raises(ValueError, match="no unit"):
        bootstrap(np.ones((0, 2)), ratio)


def test_the_ratio_of_two_sums_is_covered() -> None:
    generator = np.random.default_rng(6)
    covered = 0
    for run in range(400):
        size = generator.gamma(4, 1, 60)
        rows = np.stack([size * generator.normal(1.5, 0.3, 60), size], axis=1)
        estimate = bootstrap(rows, ratio, seed=run)
        assert estimate.low is not None
        assert estimate.high is not None
        covered += estimate.low <= 1.5 <= estimate.high
    assert 0.92 <= covered / 400 <= 0.98
