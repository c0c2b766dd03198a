"""All texts of an agent as one."""

import pytest

from wardian.base.prompt_document import read_document, written_document


def test_a_system_prompt_alone_stays_what_it_is() -> None:
    text = "Be kind.\n\n1. Ask {{first}}.\n"
    assert written_document({"system": text}) == text
    assert read_document(text) == {"system": text}


def test_further_texts_stand_behind_it_and_are_found_again() -> None:
    texts = {
        "tool:cancel_order.description": "Cancels.\nFor good.",
        "recovery": "Try again.",
        "system": "Be kind.",
        "tool:cancel_order.arg:id": "Of the order.",
    }
    document = written_document(texts)
    assert document.startswith("Be kind.\n\n<!-- wardian: recovery -->\nTry again.\n\n<!-- wardian: tool:")
    assert read_document(document) == texts
    assert read_document(written_document({"recovery": "Again."})) == {"system": "", "recovery": "Again."}


def test_a_text_for_something_that_no_agent_has_is_refused() -> None:
    with pytest.raises(ValueError, match="'judge' is no component of an agent"):
        read_document("Be kind.\n<!-- wardian: judge -->\nBe strict.")
