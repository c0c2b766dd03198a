"""Rows as an agent reads them."""

import math
import sqlite3
from typing import Any

import orjson

from wardian.environments.sql.limits import SqlLimits
from wardian.environments.state import Row
from wardian.environments.tool import ToolError

__all__ = ["answer_of"]


def answer_of(cursor: sqlite3.Cursor, limits: SqlLimits) -> Row:
    """`columns`, `rows` as lists, and a `notice` when rows were left off.

    Raises:
        ToolError: `too_large` when not even one row fits.
    """
    rows: list[list[Any]] = []
    size = 0
    answer: Row = {"columns": [column[0] for column in cursor.description or ()], "rows": rows}
    for row in cursor:
        values = [_plain(value) for value in row]
        size += len(orjson.dumps(values))
        if size > limits.answer_bytes and not rows:
            raise ToolError("too_large", f"one row has more than {limits.answer_bytes} bytes; select fewer columns")
        if size > limits.answer_bytes or len(rows) == limits.rows:
            answer["notice"] = _notice(len(rows))
            break
        rows.append(values)
    return answer


def _notice(shown: int) -> Row:
    message = f"only the first {shown} rows are shown, there are more: count or sum them in SQL, or use WHERE and LIMIT"
    return {"code": "truncated", "message": message}


def _plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
