"""The logistic model of preferences agrees with statsmodels, and with the truth."""

import numpy as np
import pytest
from scipy import special
from statsmodels.discrete.discrete_model import Logit

from wardian.reports.judging.preferences import preferences

TRUTH = np.array([1.5, 0.4, -0.3])


def drawn(items: int, seed: int = 1) -> tuple[np.ndarray, list[int]]:
    """Pairs whose first one is preferred as the truth says, two for each item; rows are preferred minus other."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(2 * items, 3))
    won = generator.random(2 * items) < special.expit(features @ TRUTH)
    return np.where(won[:, None], features, -features), [number // 2 for number in range(2 * items)]


def test_the_truth_is_found() -> None:
    for estimate, truth in zip(preferences(*drawn(4_000)), TRUTH, strict=True):
        assert estimate.value == pytest.approx(truth, abs=0.1)
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < truth < estimate.high


def test_errors_are_those_of_statsmodels() -> None:
    more, items = drawn(300)
    sign = np.where(np.arange(len(more)) % 2, 1.0, -1.0)
    theirs = Logit((sign > 0).astype(float), more * sign[:, None]).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": np.array(items), "use_correction": False}
    )
    for ours, value, error in zip(preferences(more, items), theirs.params, theirs.bse, strict=True):
        assert ours.value == pytest.approx(value, rel=0.01, abs=0.005)
        assert ours.high is not None
        assert (ours.high - ours.value) / 1.96 == pytest.approx(error, rel=0.02)


def test_one_who_never_errs_has_a_large_but_finite_coefficient() -> None:
    (estimate,) = preferences(np.ones((50, 1)), list(range(50)))
    assert 3 < estimate.value < 10


def test_no_pair_no_preference() -> None:
    with pytest.raises(ValueError, match="no pair"):
        preferences(np.zeros((0, 2)), [])
