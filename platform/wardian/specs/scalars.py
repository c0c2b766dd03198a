"""How plain text in a YAML file becomes a value: the core schema of YAML 1.2.

PyYAML itself follows YAML 1.1, where `no` is false, `12:30` is 750 and `1e-3` is a text.
Reference: section 10.3 of the YAML 1.2.2 specification.
"""

import math
import re

__all__ = ["MERGE", "RESOLVERS", "STRING", "ScalarError", "plain_tag", "scalar_value"]

NULL, BOOL, INT, FLOAT, STRING, MERGE = (
    f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "merge")
)

RESOLVERS = (
    (NULL, re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    (BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    (INT, re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), list("-+0123456789")),
    (FLOAT, re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"), list("-+.0123456789")),
    (MERGE, re.compile(r"<<$"), ["<"]),
)
"""Tag, pattern and possible first characters, in the order in which they are tried."""

LONGEST_NUMBER = 64


class ScalarError(ValueError):
    """A value that a config cannot hold."""


def plain_tag(text: str) -> str:
    """The tag that unquoted `text` has."""
    return next((tag for tag, pattern, _ in RESOLVERS if tag != MERGE and pattern.match(text)), STRING)


def scalar_value(tag: str, text: str) -> str | int | float | bool | None:
    """The value that `text` stands for under `tag`.

    Raises:
        ScalarError: for tags outside the core schema and numbers out of all proportion.
    """
    if tag in (STRING, MERGE):
        return _text(text)
    if tag == NULL:
        return None
    if tag == BOOL:
        return text.lower() == "true"
    if tag in (INT, FLOAT) and len(text) <= LONGEST_NUMBER:
        return _number(tag, text)
    raise ScalarError("the number is too long" if tag in (INT, FLOAT) else f"the tag '{tag}' is not allowed here")


def _text(text: str) -> str:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ScalarError("holds half a character (a lone surrogate)")
    return text


def _number(tag: str, text: str) -> int | float:
    try:
        value = _integer(text) if tag == INT else float(text)
    except ValueError:
        raise ScalarError(f"'{text}' is not a number") from None
    if not math.isfinite(value):
        raise ScalarError(f"the number {text} is too large")
    return value


def _integer(text: str) -> int:
    bases = {"0o": 8, "0x": 16}
    return int(text, bases.get(text[:2], 10))
