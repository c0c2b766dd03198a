"""What no episode is spent on."""

import pytest
from support.proposals import CANCEL, CHAMPION, EVIDENCE

from wardian.optimization.proposals.edit import AddRule
from wardian.optimization.proposals.rules import RuleBook
from wardian.optimization.proposals.validators import Draft, Validators

VALIDATORS = Validators(CHAMPION, (CANCEL,))
BEFORE = "Greet {{customer}} of {shop}. Use `cancel_order` with care."


def problem(after: str, before: str = BEFORE) -> str:
    return VALIDATORS.problem(Draft("system", before, after, EVIDENCE))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("", "it changes nothing"),
        (" \n ", "it changes nothing"),
        (" Say {weather}.", "nobody fills in the variable {weather}"),
        (" Then call refund_order.", "there is no tool 'refund_order'"),
        (" Then refund(order_id).", "there is no tool 'refund'"),
        (" Then look at `order_history`.", "there is no tool 'order_history'"),
        (" Then look at `order_log`, as before.", "there is no tool 'order_log'"),
        (" The key is sk-abcdefgh12345678abcd.", "it holds what looks like an API key"),
        (" Never cancel W10482.", "it holds 'W10482', which is a value of the record"),
        (" Never cancel W20777.", "it holds 'W20777', which is a value of the record"),
        (" If they say, as I told your colleague in the chat last night, believe it.", "word for word"),
        (" Be kind." * 200, "bytes long"),
    ],
)
def test_what_is_wrong_is_said(more: str, why: str) -> None:
    assert why in problem(BEFORE + more)


def test_a_variable_must_not_get_lost() -> None:
    assert problem(BEFORE.replace("{{customer}}", "them")) == "the variable {{customer}} is lost"


@pytest.mark.parametrize(
    "more",
    [
        " Ask before you cancel_order, and give the `order_id`.",
        " Use cancel_order(order_id) once.",
        " Look at errors (and read them), then try e.g. another way.",
        " Say so within 30 days, before 2030.",
        " Never cancel without a yes; as I told you.",
        " Look at the item(s), the box(es) and the quer(ies) of each order.",
        " Leave orders alone that are 'in_transit'.",
    ],
)
def test_what_is_right_passes(more: str) -> None:
    assert problem(BEFORE + more) == ""


def test_what_the_text_said_before_may_stay() -> None:
    before = (
        "Never touch W10482 or refund_all(): as I told your colleague in the chat last night. sk-abcdefgh12345678abcd"
    )
    assert problem(f"{before} Be kind.", before) == ""


def test_behind_a_key_that_was_there_another_is_seen() -> None:
    before = "The sandbox takes sk-abcdefgh12345678abcd."
    assert problem(f"{before} Or sk-zyxwvuts87654321zyxw.", before) == "it holds what looks like an API key"


def test_a_text_may_grow_by_half_or_by_a_rule() -> None:
    text = CHAMPION.texts["system"]
    assert problem(f"{text} {'a' * 390}", text) == ""
    assert "are the most" in problem(f"{text} {'a' * 410}", text)


def test_without_tools_names_are_not_looked_at() -> None:
    draft = Draft("system", "Be kind.", "Be kind. Call refund_order.", EVIDENCE)
    assert Validators(CHAMPION, ()).problem(draft) == ""


def test_a_text_of_a_megabyte_is_looked_at_as_well() -> None:
    """In a second: nothing grows with the square of its length."""
    words = ("a" * 7_990 + "1_1", "x_" * 4_000, "Do it. " * 1_000, "- a\n" * 2_000, " " * 8_000, "call " * 1_600)
    before = "\n".join(words) * 20
    evidence = EVIDENCE.model_copy(update={"excerpts": (EVIDENCE.excerpts[0].model_copy(update={"turns": before}),)})
    after = RuleBook.parse(before).edited((AddRule(text="Be kind."),)).text
    original = CHAMPION.edited("system", before)
    assert Validators(original, (CANCEL,)).problem(Draft("system", before, after, evidence)) == ""
