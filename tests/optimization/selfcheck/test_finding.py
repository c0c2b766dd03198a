"""What is promised, and what so many cases show of it."""

import pytest

from wardian.optimization.selfcheck.finding import Finding


@pytest.mark.parametrize(
    ("hits", "n", "target", "least", "kept", "undecided"),
    [
        (1, 15, 0.05, False, True, True),
        (0, 15, 0.05, False, True, True),
        (0, 90, 0.05, False, True, False),
        (9, 15, 0.05, False, False, False),
        (2, 100, 0.05, False, True, False),
        (12, 15, 0.9, True, True, True),
        (15, 15, 0.7, True, True, False),
        (2, 15, 0.9, True, False, False),
    ],
)
def test_where_neither_side_is_shown_nobody_can_tell(
    hits: int, n: int, target: float, least: bool, kept: bool, undecided: bool
) -> None:
    finding = Finding.share("promote one", [True] * hits + [False] * (n - hits), target, least=least)
    assert (finding.kept, finding.undecided) == (kept, undecided)


def test_a_count_and_what_is_for_comparison_are_never_undecided() -> None:
    assert not Finding.count("differ", [False, False]).undecided
    assert not Finding.share("for comparison", [True, False], None).undecided
