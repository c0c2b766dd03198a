"""Addresses as they are drawn, written and recognised."""

from random import Random

from wardian.environments.address import Address, address_in
from wardian.environments.brief import mentions

HOME = Address("12 Oak Street", "Denver", "CO", "80211")


def test_it_stands_on_one_line_and_in_a_row() -> None:
    assert HOME.line == "12 Oak Street, Denver, CO 80211"
    assert address_in({"id": "C1", **vars(HOME), "phone": "555"}) == vars(HOME)


def test_a_part_is_enough_to_recognise_it() -> None:
    for text in (HOME.line, "I send it to 12 Oak Street.", "ZIP code 80211, right?"):
        assert mentions(HOME.pattern, text)
    for text in ("112 Oak Street", "12 Oak", "802110"):
        assert not mentions(HOME.pattern, text)


def test_another_zip_code_is_corrected() -> None:
    assert HOME.correction.applies("To 12 Oak Street, Denver, CO 80212?")
    assert not HOME.correction.applies(f"To {HOME.line}?")
    assert HOME.line in HOME.correction.say


def test_it_is_drawn_from_towns_and_streets() -> None:
    drawn = Address.drawn(Random(1), [("Denver", "CO", "802")], ["Oak Street"])
    assert drawn == Address.drawn(Random(1), [("Denver", "CO", "802")], ["Oak Street"])
    assert (drawn.city, drawn.state, drawn.zip[:3], len(drawn.zip)) == ("Denver", "CO", "802", 5)
    assert drawn.street.endswith(" Oak Street")
