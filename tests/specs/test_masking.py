"""Keys are covered in texts, and in texts that stand in JSON."""

import json
from collections.abc import Callable

import orjson
import pytest

from wardian.models.redaction import Redactor
from wardian.specs.masking import mask

KEY = "sk-" + "a1b2" * 8


@pytest.mark.parametrize("before", ["\n", "\t", "\r", "\b", "\f", "\x1b", "\\", '"', " ", "é", "=", ""])
@pytest.mark.parametrize("cover", [mask, Redactor(None)])
def test_a_key_is_covered_whatever_stands_before_it_in_json(before: str, cover: Callable[[str], str]) -> None:
    once = orjson.dumps({"text": f"mine:{before}{KEY}!"}).decode()
    twice = orjson.dumps({"arguments": once}).decode()
    assert orjson.loads(cover(once))["text"] == f"mine:{before}[key]!"
    assert KEY not in cover(twice)
    assert orjson.loads(orjson.loads(cover(twice))["arguments"])["text"] == f"mine:{before}[key]!"


@pytest.mark.parametrize("space", [" ", "\n", "\r\n", "\t", "\f", "\u00a0", " \n "])
@pytest.mark.parametrize("cover", [mask, Redactor(None)])
def test_what_a_bearer_bears_is_covered_whatever_stands_between(space: str, cover: Callable[[str], str]) -> None:
    token = "a1b2" * 8
    said = f"Authorization: Bearer{space}{token}"
    once = json.dumps({"text": said})
    twice = json.dumps({"arguments": once})
    assert cover(said) == "Authorization: [key]"
    assert json.loads(cover(once))["text"] == "Authorization: [key]"
    assert json.loads(json.loads(cover(twice))["arguments"])["text"] == "Authorization: [key]"


def test_the_end_of_a_word_is_no_beginning_of_a_key() -> None:
    words = "an ask-me-something-in-2024 disk-image-number-12345678"
    assert mask(words) == words
