"""Personas are adapted to a world, and take turns in its tasks."""

from collections import Counter

import pytest
from pydantic import ValidationError

from wardian.environments.persona import PERSONAS, met


def test_who_is_adapted_stays_the_same_otherwise() -> None:
    chatty = PERSONAS["chatty"].adapted(opens=("{} Ahoy!",), forgets={"email"})
    assert (chatty.opens, chatty.forgets) == (("{} Ahoy!",), frozenset({"email"}))
    assert chatty.adapted(opens=PERSONAS["chatty"].opens, forgets=()) == PERSONAS["chatty"]


@pytest.mark.parametrize("mistake", [{"openings": ("{}",)}, {"opens": "{}"}, {"patience": "much"}])
def test_a_mistake_in_words_is_told(mistake: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(mistake))):
        PERSONAS["plain"].adapted(**mistake)


def test_each_template_meets_everybody() -> None:
    kinds = len(PERSONAS)
    pairs = Counter((number % kinds, met(PERSONAS, "mixed", number, kinds).name) for number in range(kinds**2))
    assert len(pairs) == kinds**2


def test_one_that_is_wanted_always_comes() -> None:
    assert {met(PERSONAS, "terse", number, 3).name for number in range(20)} == {"terse"}
