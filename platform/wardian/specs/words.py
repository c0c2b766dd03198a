"""Values and schemas in plain words, for error messages and the reference page."""

from typing import Any

from wardian.specs.names import PATTERNS
from wardian.specs.scalars import plain_tag
from wardian.specs.shape import Schema, resolve, tag_key, tagged

__all__ = ["describe", "expected", "show"]

LONGEST = 40


def describe(schema: Schema) -> str:
    """What `schema` accepts: "a whole number of at least 1", "'native' or 'text'"."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return _either([describe(choice) for choice in schema["anyOf"] if choice.get("type") != "null"])
    if "oneOf" in schema:
        return f"a mapping whose {tag_key(schema)} is {_either([repr(tag) for tag in tagged(schema)])}"
    if "const" in schema:
        return repr(schema["const"])
    if "enum" in schema:
        return _either([repr(choice) for choice in schema["enum"]])
    return _WORDS.get(str(schema.get("type")), _anything)(schema)


def expected(schema: Schema, value: Any) -> str:
    """What should stand there and what does: "must be text, not 1; put it in quotes"."""
    hint = ""
    kind = resolve(schema).get("type")
    if kind == "string" and isinstance(value, bool | int | float):
        hint = "; put it in quotes"
    elif kind in ("integer", "number", "boolean") and isinstance(value, str) and _is_written(kind, value):
        hint = "; leave out the quotes"
    elif kind == "object" and (keys := resolve(schema).get("required")):
        hint = f"; for instance {{{', '.join(f'{key}: …' for key in keys)}}}"
    return f"must be {describe(schema)}, not {show(value)}{hint}"


def _is_written(kind: str, text: str) -> bool:
    return {"int": "integer", "float": "number", "bool": "boolean"}.get(plain_tag(text).rsplit(":", 1)[1]) == kind


def show(value: Any) -> str:
    """A short rendering of what was written, safe to print on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {value if len(value) <= LONGEST else value[:LONGEST] + '…'!r}"
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return "a mapping"


def _either(choices: list[str]) -> str:
    choices = list(dict.fromkeys(choices))
    return " or ".join(part for part in (", ".join(choices[:-1]), choices[-1]) if part)


def _number(schema: Schema) -> str:
    noun = "a whole number" if schema["type"] == "integer" else "a number"
    low, high = schema.get("minimum"), schema.get("maximum")
    above = schema.get("exclusiveMinimum")
    if schema["type"] == "integer" and above is not None:
        low, above = above + 1, None
    if low is not None and high is not None:
        return f"{noun} from {_plain(low)} to {_plain(high)}"
    if low is not None:
        return f"{noun} of at least {_plain(low)}"
    return noun if above is None else f"{noun} above {_plain(above)}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _text(schema: Schema) -> str:
    if schema.get("format") == "date":
        return "a date such as 2026-01-31"
    pattern = schema.get("pattern")
    return "text" if pattern is None else PATTERNS.get(pattern, f"text that matches {pattern}")


def _list(schema: Schema) -> str:
    least = schema.get("minItems", 0)
    inside = resolve(schema.get("items", {})).get("type")
    of = {"string": " of texts", "integer": " of whole numbers", "number": " of numbers"}.get(str(inside), "")
    return f"a list{of}" + (f" with at least {least} item{'s' * (least > 1)}" if least else "")


def _mapping(schema: Schema) -> str:
    return "a mapping"


def _truth(schema: Schema) -> str:
    return "true or false"


def _anything(schema: Schema) -> str:
    return "something else"


_WORDS = {
    "integer": _number,
    "number": _number,
    "string": _text,
    "array": _list,
    "object": _mapping,
    "boolean": _truth,
}
