"""From what a YAML or CSV file, an agent and SQLite say to one another: the values of columns and arguments."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field, JsonValue, WithJsonSchema

from wardian.environments.declarative.tables import ValueSpec
from wardian.environments.template import SqlValue
from wardian.specs.words import show

__all__ = ["annotation", "from_cell", "opening_value", "shown", "stored"]

_LARGEST = 1 << 63
"""Whole numbers of SQLite are smaller."""

_NOUNS = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2026-01-31",
    "datetime": "a moment such as 2026-01-31T09:00:00",
    "json": "JSON",
}


def _iso_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be {_NOUNS['date']}") from None
    return text


def _iso_moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be {_NOUNS['datetime']}") from None
    if moment.tzinfo is not None:
        raise ValueError("must have no time zone")
    return text


def annotation(spec: ValueSpec) -> Any:
    """The Python type of an argument, with its limits: what `Tool` makes a JSON Schema of."""
    if spec.one_of:
        kind: Any = Literal[spec.one_of]
    elif spec.type in ("integer", "number"):
        number = int if spec.type == "integer" else float
        kind = Annotated[number, Field(ge=spec.min, le=spec.max)]
    else:
        kind = _ANNOTATIONS[spec.type]
    return kind | None if spec.optional else kind


_ANNOTATIONS: Mapping[str, Any] = {
    "text": str,
    "boolean": bool,
    "date": Annotated[str, AfterValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date"})],
    "datetime": Annotated[str, AfterValidator(_iso_moment), WithJsonSchema({"type": "string", "format": "date-time"})],
    "json": JsonValue,
}


def stored(spec: ValueSpec, value: Any) -> SqlValue:
    """`value` as it stands in the database."""
    if value is not None and spec.type == "json":
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return int(value) if isinstance(value, bool) else value


def shown(spec: ValueSpec, value: SqlValue) -> Any:
    """A value of the database as an agent sees it."""
    if value is not None and spec.type == "json":
        return orjson.loads(str(value))
    return bool(value) if value is not None and spec.type == "boolean" else value


def opening_value(spec: ValueSpec, value: JsonValue) -> SqlValue:
    """A value of a row that is there from the beginning, as it stands in the database.

    Raises:
        ValueError: when it does not fit.
    """
    if value is None:
        if spec.optional:
            return None
        raise ValueError(f"must be {_NOUNS[spec.type]}; only a column with `optional: true` may be empty")
    if not _fits(spec, value):
        raise ValueError(f"must be {_NOUNS[spec.type]}, not {show(value)}")
    if spec.one_of and value not in spec.one_of:
        raise ValueError(f"{value!r} is not one of {', '.join(map(str, spec.one_of))}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = spec.min, spec.max
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(
                f"{value} is not in {'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"
            )
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise ValueError(f"{value} is too large")
    try:
        return stored(spec, value)
    except orjson.JSONEncodeError as error:
        raise ValueError(f"cannot be kept: {error}") from None


def _fits(spec: ValueSpec, value: JsonValue) -> bool:
    kinds: Mapping[str, Any] = {"integer": int, "number": int | float, "boolean": bool, "json": object}
    if not isinstance(value, kinds.get(spec.type, str)):
        return False
    if isinstance(value, bool) and spec.type in ("integer", "number"):
        return False
    check = {"date": _iso_date, "datetime": _iso_moment}.get(spec.type)
    return check is None or _passes(check, str(value))


def _passes(check: Callable[[str], str], text: str) -> bool:
    try:
        check(text)
    except ValueError:
        return False
    return True


def from_cell(spec: ValueSpec, cell: str) -> JsonValue:
    """A cell of a CSV file as a value of the column's type; as text, when it is none.

    An empty cell is no value, unless a text has to stand there.
    """
    if not cell:
        return "" if spec.type == "text" and not spec.optional and spec.default is None else None
    parse = _PARSERS.get(spec.type)
    if parse is None:
        return cell
    try:
        return parse(cell)
    except ValueError:
        return cell


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}

_PARSERS: Mapping[str, Callable[[str], JsonValue]] = {
    "integer": int,
    "number": float,
    "boolean": lambda cell: _TRUTHS.get(cell.lower(), cell),
    "json": orjson.loads,
}
