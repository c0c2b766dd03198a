"""Rules of a text: prose and lists alike, and what an edit leaves alone."""

import pytest

from wardian.base.identity import random_stream
from wardian.optimization.proposals.edit import AddRule, Change, DeleteRule, Edit, ReplaceRule
from wardian.optimization.proposals.rules import BadEdit, RuleBook, written_by

MARKDOWN = """\
# Support

You help customers of a shop. Be brief.

**Rules:**

1. Look the order up before
   you speak of it.
2. Never ask twice.
3. Refunds go to the card.

```json
{"order": 1}. Not a rule
```

Say goodbye.
"""
PROSE = "You help customers. Be brief, e.g. Hi there. Never ask\nthem to confirm! Say goodbye."


def edited(text: str, *changes: Change, inline: bool = False) -> str:
    return RuleBook.parse(text).edited(changes, inline=inline).text


def rules(text: str) -> list[str]:
    return [rule.text for rule in RuleBook.parse(text).rules]


def test_items_and_sentences_are_rules_and_headings_introductions_and_code_are_not() -> None:
    assert rules(MARKDOWN) == [
        "You help customers of a shop.",
        "Be brief.",
        "Look the order up before you speak of it.",
        "Never ask twice.",
        "Refunds go to the card.",
        "Say goodbye.",
    ]
    assert rules(PROSE)[2] == "Never ask them to confirm!"
    assert len(rules(PROSE)) == 4


def test_a_model_is_shown_the_numbers() -> None:
    shown = RuleBook.parse(MARKDOWN).shown.splitlines()
    assert shown[:5] == ["# Support", "[1] You help customers of a shop.", "[2] Be brief.", "**Rules:**", shown[4]]
    assert shown[4].startswith("[3] Look the order up")


def test_a_new_rule_goes_behind_the_last_item_with_its_number() -> None:
    text = edited(MARKDOWN, AddRule(text="- Ask before\nyou cancel."))
    assert "3. Refunds go to the card.\n4. Ask before you cancel.\n\n```json" in text
    assert text.replace("\n4. Ask before you cancel.", "") == MARKDOWN


def test_a_new_rule_can_stand_behind_another_and_those_after_it_count_on() -> None:
    text = edited(MARKDOWN, AddRule(text="Look twice.", after=3))
    assert "   you speak of it.\n2. Look twice.\n3. Never ask twice.\n4. Refunds" in text


def test_where_there_is_no_list_a_new_rule_begins_one() -> None:
    text = edited(PROSE, AddRule(text="Read errors."))
    assert text == f"{PROSE}\n\n- Read errors."
    assert edited(text, AddRule(text="Be kind.")) == f"{text}\n- Be kind."


def test_the_description_of_a_tool_goes_on_in_its_line() -> None:
    assert edited("Cancels an order.", AddRule(text="Ask first."), inline=True) == "Cancels an order. Ask first."


def test_an_empty_text_becomes_its_first_rule() -> None:
    assert edited("", AddRule(text="Read errors.")) == "Read errors."
    assert edited("\n", AddRule(text="Read errors.")) == "Read errors.\n"


def test_a_deleted_item_closes_the_list() -> None:
    assert "2. Refunds go to the card.\n\n```" in edited(MARKDOWN, DeleteRule(rule=4))
    assert "**Rules:**\n\n1. Never ask twice.\n2. Refunds" in edited(MARKDOWN, DeleteRule(rule=3))
    assert "**Rules:**\n\n1. Refunds go" in edited(MARKDOWN, DeleteRule(rule=3), DeleteRule(rule=4))


def test_a_deleted_sentence_leaves_no_hole() -> None:
    assert edited(PROSE, DeleteRule(rule=1)).startswith("Be brief, e.g.")
    assert "# Support\n\nBe brief.\n\n**Rules" in edited(MARKDOWN, DeleteRule(rule=1))
    assert edited("One. Two.", DeleteRule(rule=1), DeleteRule(rule=2)) == ""
    assert edited("One.\n\nTwo.\n", DeleteRule(rule=1)) == "Two.\n"


def test_a_replaced_rule_stands_where_the_old_one_stood() -> None:
    once = MARKDOWN.replace("Never ask twice.", "Ask once.")
    assert edited(MARKDOWN, ReplaceRule(rule=4, text="2. Ask once.")) == once
    assert "Hi there. Ask\nfirst" not in edited(PROSE, ReplaceRule(rule=3, text="Ask\nfirst."))
    assert "Hi there. Ask first. Say goodbye." in edited(PROSE, ReplaceRule(rule=3, text="Ask\nfirst."))


def test_several_changes_mean_the_numbers_of_the_text_before() -> None:
    text = edited("- a\n- b\n- c", DeleteRule(rule=1), ReplaceRule(rule=3, text="C"), AddRule(text="d", after=2))
    assert text == "- b\n- d\n- C"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ((DeleteRule(rule=9),), "there is no rule 9; there are 6"),
        ((AddRule(text="x", after=0),), "there is no rule 0"),
        ((DeleteRule(rule=1), ReplaceRule(rule=1, text="x")), "changed twice"),
        ((AddRule(text=" \n"),), "no words"),
    ],
)
def test_what_cannot_be_done_is_said(changes: tuple[Change, ...], why: str) -> None:
    with pytest.raises(BadEdit, match=why):
        RuleBook.parse(MARKDOWN).edited(changes)


def test_whatever_the_text_nothing_is_lost_and_every_rule_can_go() -> None:
    draws = random_stream("rules")
    parts = ["- ", "1. ", "2) ", "# ", "A word. ", "B: ", "\n", "\n\n", "  ", "```\n", "\t", "é!", '"Q" ', "|", "</x>"]
    for _ in range(3_000):
        text = "".join(draws.choices(parts, k=draws.randrange(25)))
        book = RuleBook.parse(text)
        assert book.text == text
        if known := book.rules:
            change = DeleteRule(rule=draws.randint(1, len(known)))
            left = [rule.text for rule in book.edited((change,)).rules]
            assert left == [rule.text for rule in known if rule.number != change.rule]


def test_each_rule_says_which_evidence_it_was_written_for() -> None:
    edits = (
        Edit(component="system", changes=(AddRule(text="Ask first."),), cluster="policy_violation"),
        Edit(component="system", changes=(ReplaceRule(rule=1, text="Help."), DeleteRule(rule=2)), cluster="loop"),
    )
    found = [(rule.number, rule.text, rule.source) for rule in written_by("Be kind. Be brief.", edits)]
    assert found == [(1, "Help.", "loop"), (2, "Ask first.", "policy_violation")]
