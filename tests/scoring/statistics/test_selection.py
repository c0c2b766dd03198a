"""The best of k tries, over all choices of k of them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardian.scoring.statistics import pass_at, selected_at

TRIES = st.lists(st.tuples(st.integers(0, 3).map(float), st.sampled_from((0.0, 1.0))), min_size=1, max_size=7)


def counted(tries: list[tuple[float, float]], k: int) -> float:
    """Choice by choice; among equals each is as likely."""
    found = []
    for choice in combinations(tries, k):
        most = max(number for number, _ in choice)
        best = [success for number, success in choice if number == most]
        found.append(sum(best) / len(best))
    return sum(found) / len(found)


@given(tries=TRIES, data=st.data())
def test_it_is_the_mean_over_all_choices(tries: list[tuple[float, float]], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(tries)))
    assert selected_at(tries, k) == pytest.approx(counted(tries, k))


@given(outcomes=st.lists(st.sampled_from((0.0, 1.0)), min_size=1, max_size=9), data=st.data())
def test_who_knows_success_selects_as_the_oracle_and_who_knows_nothing_as_chance(
    outcomes: list[float], data: st.DataObject
) -> None:
    k, n = data.draw(st.integers(1, len(outcomes))), len(outcomes)
    knowing = [(success, success) for success in outcomes]
    assert selected_at(knowing, k) == pytest.approx(pass_at(n, int(sum(outcomes)), k))
    assert selected_at([(0.0, success) for success in outcomes], k) == pytest.approx(sum(outcomes) / n)


def test_too_few_tries_say_nothing() -> None:
    with pytest.raises(ValueError, match="2 tries say nothing about 3"):
        selected_at([(0.0, 1.0)] * 2, 3)
