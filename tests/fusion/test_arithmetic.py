"""Whether fusion pays is arithmetic, and simulated panels agree with it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from wardian.fusion.arithmetic import Chances, PanelOdds

UNEQUAL = PanelOdds(skills=(0.85, 0.70, 0.55), correlation=0.5)


def drawn(odds: PanelOdds, questions: int) -> NDArray[np.bool_]:
    """Who is right, [question, member], by drawing the normal numbers themselves."""
    generator = np.random.default_rng(7)
    shared = generator.normal(size=(questions, 1))
    own = generator.normal(size=(questions, len(odds.skills)))
    behind = odds.correlation**0.5 * shared + (1 - odds.correlation) ** 0.5 * own
    return np.asarray(behind < special.ndtri(np.array(odds.skills)))


def test_an_unequal_correlated_panel_needs_a_judge_that_is_right_in_85_of_100_mixed_ones() -> None:
    assert UNEQUAL.chances.needed == pytest.approx(0.850, abs=5e-4)


def test_voting_harms_that_panel() -> None:
    assert UNEQUAL.vote(2) == pytest.approx(0.740, abs=5e-4)
    assert UNEQUAL.vote(2) < UNEQUAL.chances.best


def test_independent_members_multiply() -> None:
    chances = PanelOdds(skills=(0.8, 0.8, 0.8)).chances
    assert chances.all_right == pytest.approx(0.8**3)
    assert chances.oracle == pytest.approx(1 - 0.2**3)
    assert PanelOdds(skills=(0.8, 0.8, 0.8)).vote(2) == pytest.approx(0.8**3 + 3 * 0.8**2 * 0.2)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("skills", [(0.85, 0.70, 0.55), (0.7, 0.7, 0.7), (0.9, 0.6)])
def test_drawn_panels_agree_with_what_is_reckoned(skills: tuple[float, ...], correlation: float) -> None:
    odds = PanelOdds(skills=skills, correlation=correlation)
    right = drawn(odds, 40_000)
    tolerance = 4 * 0.5 / 40_000**0.5
    assert right.mean(axis=0) == pytest.approx(np.array(skills), abs=tolerance)
    assert right.all(axis=1).mean() == pytest.approx(odds.chances.all_right, abs=tolerance)
    assert right.any(axis=1).mean() == pytest.approx(odds.chances.oracle, abs=tolerance)


def test_a_vote_over_four_choices_agrees_with_drawn_votes() -> None:
    generator, right = np.random.default_rng(3), drawn(UNEQUAL, 20_000)
    answers = np.where(right, 0, generator.integers(1, 4, right.shape))
    first, second, third = answers.T
    won = np.where(second == third, second, first) == 0  # all different: the first one
    assert won.mean() == pytest.approx(UNEQUAL.vote(4), abs=0.015)


def test_a_weight_above_all_others_together_makes_one_member_the_answer() -> None:
    assert UNEQUAL.vote(4, weights=(3, 1, 1)) == pytest.approx(0.85)


def test_weights_that_add_up_to_the_same_are_a_tie_for_the_first() -> None:
    assert PanelOdds(skills=(0.9, 0.6, 0.6)).vote(2, weights=(0.3, 0.1, 0.2)) == pytest.approx(0.9)


def test_a_decision_as_good_as_s_star_gains_and_loses_nothing() -> None:
    chances = UNEQUAL.chances
    assert chances.needed is not None
    assert chances.fused(chances.needed) == pytest.approx(chances.best)
    assert chances.fused(1.0) == pytest.approx(chances.oracle)
    assert chances.decided(chances.fused(0.6)) == pytest.approx(0.6)


def test_a_panel_that_is_never_mixed_has_no_s_star() -> None:
    alike = Chances(members=(0.7, 0.7), all_right=0.7, all_wrong=0.3)
    assert alike.needed is None
    assert alike.decided(0.7) is None
