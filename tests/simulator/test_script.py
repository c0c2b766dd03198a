"""Which texts of a solution ask for a confirmation."""

import pytest
from support.simulator import CANCEL, called, said

from wardian.simulator.script import Script


def test_only_the_question_before_a_call_asks() -> None:
    script = Script(CANCEL)
    assert [script.asks_to_confirm(index) for index in range(len(CANCEL) + 1)] == [False] * 4 + [True] + [False] * 3


@pytest.mark.parametrize(
    "text",
    [
        "Do you confirm?",
        "Shall I go ahead?",
        "Should I cancel it?",
        "Is that correct?",
        "Is that all right?",
        "Please answer yes or no.",
    ],
)
def test_questions_that_ask(text: str) -> None:
    assert Script([said(text), called("write")]).asks_to_confirm(0)


@pytest.mark.parametrize("text", ["What is your email address?", "Which order is it?", "Your order is on its way."])
def test_texts_that_do_not(text: str) -> None:
    assert not Script([said(text), called("write")]).asks_to_confirm(0)


def test_a_question_with_nothing_after_it_is_none() -> None:
    assert not Script([said("Shall I?")]).asks_to_confirm(0)
