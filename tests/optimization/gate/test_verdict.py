"""What is said of a guardrail."""

import pytest

from wardian.optimization.gate.comparisons import Shares
from wardian.optimization.gate.verdict import GuardrailReport


def report(difference: float, least: float, bound: float, *, relative: bool = False) -> GuardrailReport:
    return GuardrailReport(
        name="policy", difference=difference, least=least, bound=bound, allowed=0.02, relative=relative
    )


@pytest.mark.parametrize(
    ("guardrail", "words"),
    [
        (report(0.122, -0.126, 0.358), "worse by 12.2 points, at most 35.8; 2.0 allowed"),
        (report(0.122, 0.05, 0.2), "worse by 12.2 points, at least 5.0; 2.0 allowed"),
        (report(0.0, -0.1, 0.1), "no worse, worse by at most 10.0 points; 2.0 allowed"),
        (report(-0.1, -0.2, 0.0149, relative=True), "better by 10.0 %, worse by at most 1.5 %; 2.0 allowed"),
        (report(-0.1, -0.2, -0.05), "better by 10.0 points, shown to be better; 2.0 allowed"),
    ],
)
def test_a_guardrail_says_in_points_how_much_worse_it_is(guardrail: GuardrailReport, words: str) -> None:
    assert guardrail.words == words


def test_no_share_differs_by_more_than_all() -> None:
    seen = Shares()
    seen.add(1.0)
    seen.add(-1.0)
    assert seen.bounds(0.001) == (0.0, -1.0, 1.0)


def test_a_slice_of_a_handful_of_pairs_is_told_only_where_it_is_shown_to_be_worse() -> None:
    small = report(0.2, -0.6, 1.0).model_copy(update={"part": True, "pairs": 7})
    assert not small.telling
    assert small.model_copy(update={"least": 0.03}).telling
    assert small.model_copy(update={"pairs": 8}).telling
    assert report(0.2, -0.6, 1.0).telling
