"""Two texts are the same answer when what is read from them is."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from wardian.base.errors import ConfigError
from wardian.fusion.readings import reading_of
from wardian.specs.fusion.agree import AgreeSpec


def read(text: str, **said: Any) -> str | None:
    return reading_of(TypeAdapter(AgreeSpec).validate_python(said))(text)


def third_word(text: str) -> object:
    return text.split()[2]


def picky(text: str) -> object:
    raise ConfigError(f"not {text}")


def test_exact_texts_are_the_same_characters() -> None:
    assert read("Yes", kind="exact") != read("yes", kind="exact")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Answer is: Yes.", "the answer  is yes"),
        ("**Paris**", "paris"),
        ("caf\u00e9", "cafe\u0301"),
        ("Don't!", "Don\u2019t"),
        ("\uff39\uff25\uff33", "yes"),
        ("Stra\u00dfe", "STRASSE"),
        ("_maybe_", "maybe"),
        ("# Paris", "paris"),
        ("- *Paris*, \u201cof course\u201d\u2026", "Paris of course"),
        ("Oui !", "oui"),
        ("(see above.)", "(see above)"),
    ],
)
def test_normalized_texts_are_the_same_words(one: str, other: str) -> None:
    assert read(one) == read(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.14", "314"),
        ("-5", "5"),
        ("x = 1", "x > 1"),
        ("10\u00b2", "102"),
        ("50%", "50"),
        ("!", "?"),
        ("a b", "ab"),
        ("1.5", "1,5"),
        ("!x", "x"),
        ("2*3", "2 3"),
        ("2 * 3", "2 3"),
        ("x*y", "x y"),
        ("a/b", "a b"),
        ("a % b", "a b"),
        ("5!", "5"),
        ("[1, 2]", "1 2"),
        ("f(x)", "f x"),
        ("C#", "C"),
        ("10 - 5", "10 5"),
        ("x-y", "x y"),
        ("a ? b : c", "a b c"),
        ("a.b", "a b"),
        ("/etc/a", "etc a"),
    ],
)
def test_normalized_texts_keep_what_makes_another_answer(one: str, other: str) -> None:
    assert read(one) != read(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("First 3, then 42.", "42"),
        ("It costs $1,234.50", "1234.5"),
        ("42.0", "42"),
        ("minus: -7", "-7"),
        ("\u22127", "-7"),
        ("pages 3-5", "5"),
        ("-0.0", "0"),
        ("about 1.5e3 of them", "1.5E+3"),
        ("none", None),
    ],
)
def test_the_last_number_counts(text: str, number: str | None) -> None:
    assert read(text, kind="number") == number


def test_one_number_has_one_spelling() -> None:
    assert read("1500", kind="number") == read("1.5e3", kind="number") == read("1,500.00", kind="number")


def test_numbers_within_a_tolerance_are_rounded_together() -> None:
    assert read("3.1416", kind="number", tolerance=0.01) == read("3.14", kind="number", tolerance=0.01)
    assert read("3.15", kind="number", tolerance=0.01) != read("3.14", kind="number", tolerance=0.01)


def test_numbers_of_any_length_stay_different() -> None:
    assert read("1" + "0" * 60, kind="number") != read("1" + "0" * 59 + "1", kind="number")


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B", "B"),
        ("c.", "C"),
        ("The answer is (D).", "D"),
        ("Answer: b", "B"),
        ("A dog barks, so it is C) because of the noise", "C"),
        ("\\boxed{E}", "E"),
        ("I think A is wrong. The answer is B because A dog is none.", "B"),
        ("A cat sat", None),
        ("The answer is a cat", None),
        ("F", None),
    ],
)
def test_a_choice_is_the_letter_that_is_called_the_answer(text: str, letter: str | None) -> None:
    assert read(text, kind="choice") == letter


def test_a_place_in_json_is_compared_by_its_value() -> None:
    said = {"kind": "json_path", "path": "$.items[0]['unit price']"}
    assert read('{"items": [{"unit price": 2.0}]}', **said) == read(
        '```json\n{"items":[{"unit price":2}]}\n```', **said
    )
    assert read('{"items": [{"unit price": true}]}', **said) != read('{"items": [{"unit price": 1}]}', **said)
    assert read('{"items": []}', **said) is None
    assert read("no JSON", **said) is None
    assert read('{"items": [{"unit price": NaN}]}', **said) is None


def test_numbers_of_any_length_in_json_stay_different() -> None:
    ids = ['{"id": 123456789012345678901}', '{"id": 123456789012345678902}']
    assert len({read(text, kind="json_path", path="$.id") for text in ids} - {None}) == 2


def test_the_last_match_of_an_expression_counts() -> None:
    assert read("x=1 x=2", kind="regex", pattern=r"x=(\d)") == "2"
    assert read("y", kind="regex", pattern=r"x=(\d)") is None
    assert read("\ud800 x=1", kind="regex", pattern=r"x=(\d)") is None


def test_a_function_of_the_users_reads_texts_and_what_it_cannot_read_is_no_answer() -> None:
    own = {"kind": "callable", "callable": f"{__name__}:third_word"}
    assert read("one two three", **own) == "three"
    assert read("one", **own) is None
    assert read("one", kind="callable", callable=f"{__name__}:picky") is None


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "regex", "pattern": "(?=x)"},
        {"kind": "json_path", "path": "items"},
        {"kind": "callable", "callable": "no"},
        {"kind": "unheard"},
    ],
)
def test_what_cannot_be_read_with_is_a_mistake_of_the_config(said: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        read("", **said)


def test_a_function_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="no_such_module"):
        read("", kind="callable", callable="no_such_module:read")


KINDS: list[dict[str, Any]] = [{"kind": kind} for kind in ("exact", "normalized", "number", "choice", "json_path")]


@pytest.mark.parametrize("said", [*KINDS, {"kind": "number", "tolerance": 0.5}], ids=str)
@given(text=st.text())
def test_no_text_breaks_a_reading(said: dict[str, Any], text: str) -> None:
    read(text, **said)


@pytest.mark.parametrize("said", KINDS, ids=str)
@pytest.mark.parametrize("piece", ["1.", "-", "(", "'a", "answer ", "e1", "1,111", "\u00bd", "_", "!", "*", "*a", "# "])
def test_long_texts_are_read_in_linear_time(said: dict[str, Any], piece: str) -> None:
    began = time.perf_counter()
    read(piece * 20_000, **said)
    assert time.perf_counter() - began < 2
