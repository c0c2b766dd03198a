"""Scalars follow YAML 1.2, not 1.1."""

import pytest

from wardian.specs.parsing import parse
from wardian.specs.variables import VariableError, interpolate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("-3", -3),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("3.", 3.0),
        (".nan", ".nan"),
        ("~", None),
        ("", None),
        ("null", None),
        ("True", True),
        ("'3'", "3"),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("${N}", 5),
        ("'${N}'", "5"),
        ("n${N}", "n5"),
        ("${YES}", "no"),
        ("${EMPTY}", None),
        ("'${EMPTY:-x}'", "x"),
        ("${MISSING:-}", None),
        ("${URL}", "http://a: b"),
        ("$${N}", "${N}"),
        ("$N", "$N"),
    ],
)
def test_value(text: str, value: object) -> None:
    environ = {"N": "5", "YES": "no", "EMPTY": "", "URL": "http://a: b"}
    document = parse(f"key: {text}", source="x.yaml", environ=environ)
    assert document.problems == []
    assert document.value == {"key": value}
    assert type(document.value["key"]) is type(value)


def test_keys_are_texts() -> None:
    assert parse("{1: a, no: b, null: c}", source="x", environ={}).value == {"1": "a", "no": "b", "null": "c"}


def test_a_variable_cannot_bring_in_structure() -> None:
    document = parse("key: ${V}", source="x", environ={"V": "{a: 1}\nb: 2"})
    assert document.value == {"key": "{a: 1}\nb: 2"}


@pytest.mark.parametrize("text", ["${}", "${A B}", "${A-b}", "${:-x}"])
def test_malformed_references(text: str) -> None:
    with pytest.raises(VariableError, match="is neither"):
        interpolate(text, {"A": "a"})
