"""JSON in which numbers of any length stay what they are: ids of more than 64 bits are no floats."""

import json
from typing import Any

__all__ = ["read_exactly", "written_exactly"]


def read_exactly(text: str) -> Any:
    """The value that `text` says.

    Raises:
        ValueError: when it is no JSON.
        RecursionError: when it is nested too deeply.
    """
    return json.loads(text, parse_constant=_refused)


def written_exactly(value: Any) -> bytes:
    """`value` as JSON with sorted keys.

    Raises:
        ValueError: when it holds half a character, or a number that is none.
        TypeError: when it holds something that JSON cannot say.
        RecursionError: when it is nested too deeply.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
