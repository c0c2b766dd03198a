"""A rule that stands there is nothing new."""

import pytest

from wardian.optimization.proposals.edit import AddRule, Change, DeleteRule, ReplaceRule
from wardian.optimization.proposals.restated import restated
from wardian.optimization.proposals.rules import RuleBook

TEXT = """You add numbers.

- Check every sum twice before you answer.
- Be kind. Say what you did.
- Never ask first.
"""
RULES = RuleBook.parse(TEXT).rules


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Check every sum twice before you answer.", "rule 2 says that already"),
        ("- check every  sum twice, before you answer", "rule 2 says that already"),
        ("2. CHECK every sum\ntwice before you answer!", "rule 2 says that already"),
        ("You add numbers", "rule 1 says that already"),
        ("Say what you did.", "rule 3 says that already"),
    ],
)
def test_what_stands_there_is_nothing_new(text: str, why: str) -> None:
    assert restated(RULES, (DeleteRule(rule=4), AddRule(text=text))) == f"it changes nothing: {why}"


@pytest.mark.parametrize("text", ["Ask first.", "Check every sum before you answer.", "?"])
def test_other_words_are_new_also_when_they_are_a_part_of_a_rule(text: str) -> None:
    assert restated(RULES, (AddRule(text=text),)) == ""


def test_one_edit_adds_a_rule_once() -> None:
    assert "twice" in restated(RULES, (AddRule(text="Ask first."), AddRule(text="ask first")))


@pytest.mark.parametrize("change", [DeleteRule(rule=4), ReplaceRule(rule=4, text="Be brief.")])
def test_a_rule_that_goes_may_stand_elsewhere(change: Change) -> None:
    assert restated(RULES, (change, AddRule(text="Never ask first.", after=1))) == ""
