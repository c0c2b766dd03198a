"""What holds of every interval, whatever the outcomes."""

from hypothesis import given
from hypothesis import strategies as st

from wardian.scoring.statistics import Estimate, auroc, clustered_mean, paired_difference, paired_p_value, proportion

SHARES = st.floats(0, 1)
GRADED = st.floats(-1e6, 1e6)
ROWS = st.lists(st.lists(SHARES, min_size=1, max_size=4), min_size=1, max_size=12)
DIFFERENCES = st.lists(st.lists(st.floats(-1, 1), min_size=1, max_size=4), min_size=1, max_size=12)


def holds(estimate: Estimate, low: float, high: float) -> bool:
    """The value lies within its interval, and that within what is possible."""
    if estimate.low is None or estimate.high is None:
        return estimate.low is estimate.high is None
    slack = 1e-9 * max(1.0, abs(estimate.value))
    return low <= estimate.low <= estimate.value + slack and estimate.value - slack <= estimate.high <= high


@given(ROWS, st.data())
def test_proportions(rows: list[list[float]], data: st.DataObject) -> None:
    clusters = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    assert holds(proportion(rows), 0.0, 1.0)
    assert holds(proportion(rows, clusters), 0.0, 1.0)


@given(DIFFERENCES, st.data())
def test_differences(rows: list[list[float]], data: st.DataObject) -> None:
    clusters = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    assert holds(paired_difference(rows), -1.0, 1.0)
    assert holds(paired_difference(rows, clusters=clusters), -1.0, 1.0)
    assert 0 < paired_p_value(rows) <= 1


@given(st.lists(GRADED, min_size=1, max_size=20))
def test_means(values: list[float]) -> None:
    assert holds(clustered_mean(values), float("-inf"), float("inf"))


@given(st.lists(st.tuples(GRADED, st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
def test_areas(rows: list[tuple[float, bool, int]]) -> None:
    values, outcomes, clusters = zip(*rows, strict=True)
    estimate = auroc(values, outcomes, clusters)
    assert estimate is None if len(set(outcomes)) == 1 else estimate is not None and holds(estimate, 0.0, 1.0)
    flipped = auroc([-value for value in values], outcomes, clusters)
    if estimate is not None and flipped is not None:
        assert abs(estimate.value + flipped.value - 1) < 1e-9
