"""Conditions as one types them."""

import pytest

from wardian.base.errors import ConfigError
from wardian.scoring.condition import Condition


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("score=0.5", True),
        ("score>0.5", False),
        ("score >= 0.5", True),
        ("score<=0.4", False),
        ("score<1e0", True),
        ("score!=0", True),
        ("other=0", False),
        ("other!=0", False),
    ],
)
def test_a_value_meets_it_or_not(text: str, met: bool) -> None:
    assert Condition.parse(text).met({"score": 0.5}) is met


@pytest.mark.parametrize("text", ["", "score", "score=", "=1", "score=high", "score=>1", "a b=1"])
def test_what_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ConfigError, match="is no condition"):
        Condition.parse(text)
