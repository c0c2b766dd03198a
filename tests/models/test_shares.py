"""Weighted max-min fairness, as arithmetic."""

import pytest

from wardian.base.identity import random_stream
from wardian.models.shares import Balances, max_min


@pytest.mark.parametrize(
    ("amount", "wants", "weights", "shares"),
    [
        (10, {"a": 100, "b": 100}, {"a": 1, "b": 1}, {"a": 5, "b": 5}),
        (10, {"a": 2, "b": 100}, {"a": 1, "b": 1}, {"a": 2, "b": 8}),
        (12, {"a": 100, "b": 100}, {"a": 3, "b": 1}, {"a": 9, "b": 3}),
        (12, {"a": 1, "b": 100, "c": 100}, {"a": 9, "b": 1, "c": 1}, {"a": 1, "b": 5.5, "c": 5.5}),
        (10, {"a": 1, "b": 2}, {"a": 1, "b": 1}, {"a": 1, "b": 2}),
        (-3, {"a": 1}, {"a": 1}, {"a": 0}),
        (10, {}, {}, {}),
    ],
)
def test_shares(amount: float, wants: dict[str, float], weights: dict[str, float], shares: dict[str, float]) -> None:
    assert max_min(amount, wants, weights) == pytest.approx(shares)


def test_nobody_can_get_more_without_another_who_has_less_losing() -> None:
    """The definition of max-min, on a thousand random cases."""
    for case in range(1_000):
        random = random_stream("max-min", case)
        names = [str(number) for number in range(random.randint(1, 6))]
        wants = {name: random.uniform(0, 10) for name in names}
        weights = {name: random.uniform(0.1, 5) for name in names}
        amount = random.uniform(0, 30)
        shares = max_min(amount, wants, weights)
        assert sum(shares.values()) == pytest.approx(min(amount, sum(wants.values())))
        level = max(shares[name] / weights[name] for name in names)
        for name in names:
            assert shares[name] <= wants[name] + 1e-9
            assert shares[name] == pytest.approx(wants[name]) or shares[name] / weights[name] == pytest.approx(level)


def test_what_is_promised_is_never_more_than_there_is() -> None:
    balances = Balances()
    wants, weights = {"a": 10.0, "b": 10.0}, {"a": 1.0, "b": 1.0}
    balances.pour(12.0, wants, weights)
    balances.pour(3.0, wants, weights)
    assert (balances.of("a"), balances.of("b")) == pytest.approx((1.5, 1.5))


def test_whoever_took_little_catches_up() -> None:
    balances = Balances()
    wants, weights = {"a": 100.0, "b": 100.0}, {"a": 1.0, "b": 1.0}
    balances.pour(10.0, wants, weights)
    balances.take("a", 5.0)
    balances.pour(5.0 + 10.0, wants, weights)
    assert (balances.of("a"), balances.of("b")) == pytest.approx((5.0, 10.0))
