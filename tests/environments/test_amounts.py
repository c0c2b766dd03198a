"""Amounts: written, given and recognised."""

import re

import pytest

from wardian.environments.amounts import NUMERALS, amount_check, amount_wish, dollars, money, usd


def test_amounts_as_they_are_written_and_given() -> None:
    assert [usd(cents) for cents in (5, 600, 123456)] == ["$0.05", "$6.00", "$1,234.56"]
    assert [dollars(cents) for cents in (5, 600, 123456)] == [0.05, 6.0, 1234.56]
    assert NUMERALS[12] == "twelve"


@pytest.mark.parametrize(
    ("cents", "right", "wrong"),
    [
        (5990, ["$59.90", "59.9 dollars", "USD 59.90.", "(59.90)"], ["$159.90", "59.99", "$59", "59.905"]),
        (123450, ["$1,234.50", "1234.5"], ["234.50", "$1,234.05", "11,234.50"]),
        (6000, ["$60", "60.00", "$60.0!", "$ 60, please", "USD 60", "60 dollars"], ["600", "60.50", "160", "$60,000"]),
        (600, ["$6."], ["6 days", "size 6", "6 Oak Street", "$6.50", "$16", "1.6 dollars", "order 6"]),
        (695, ["$6.95"], ["6.9", "$16.95"]),
    ],
)
def test_amounts_as_people_write_them(cents: int, right: list[str], wrong: list[str]) -> None:
    assert all(re.search(money(cents), text) for text in right)
    assert not any(re.search(money(cents), text) for text in wrong)


def test_who_wants_to_hear_an_amount_notices_a_wrong_one() -> None:
    wish = amount_wish("refund", 5990, "How much is it?", words=r"(?:refund|back)")
    assert (wish.name, wish.ask, wish.said) == ("refund", "How much is it?", amount_check("told", 5990).pattern)
    assert wish.heard_in("You get $59.90.")
    for text in ("Your refund is $12.", "$12.00 goes back to your card."):
        assert wish.touched_in(text)
        assert not wish.heard_in(text)
    assert not wish.touched_in("It weighs 12 pounds, and you get it back.")
