"""What an agent gets of a call that something went wrong with."""

from collections.abc import Sequence
from typing import Any

import orjson

from wardian.environments.life.fault import Fault
from wardian.environments.observation import Observation, refusal
from wardian.specs.environments import FaultKind

__all__ = ["stricken"]

REFUSALS: dict[FaultKind, tuple[str, str]] = {
    "timeout": ("timeout", "no answer in time; whether the request was carried out is not known"),
    "applied_timeout": ("timeout", "no answer in time; whether the request was carried out is not known"),
    "rate_limited": ("rate_limited", "too many requests; try again in {} minutes"),
    "server_error": ("server_error", "the service has an internal error"),
    "permission": ("permission_denied", "the service refuses this request at the moment"),
}
GARBLED = "\N{REPLACEMENT CHARACTER}"


def stricken(fault: Fault, seen: Observation | None = None) -> Observation:
    """The observation of a call that `fault` happens to.

    Args:
        fault: what happens.
        seen: what the call has given; None when the fault refuses it.
    """
    if fault.kind in REFUSALS:
        code, message = REFUSALS[fault.kind]
        said = refusal(code, message.format(f"{fault.delay_min:g}"))
        return said.model_copy(update={"fault": fault.kind, "changes": seen.changes if seen else ()})
    seen = seen or Observation(text="")
    text = seen.text if seen.error else _spoilt(fault, seen.text)
    return seen.model_copy(update={"text": text, "fault": fault.kind})


def _spoilt(fault: Fault, text: str) -> str:
    match fault.kind:
        case "malformed":
            return text[: max(1, len(text) // 2)]
        case "truncated":
            return _truncated(text)
        case "removed_field" | "corrupt_field":
            return _without(text, fault.fields, garble=fault.kind == "corrupt_field")
        case _:
            return text


def _truncated(text: str) -> str:
    value = _parsed(text)
    if isinstance(value, list):
        return orjson.dumps(value[: len(value) // 2]).decode()
    return text[: len(text) // 2]


def _without(text: str, fields: Sequence[str], *, garble: bool) -> str:
    value = _parsed(text)
    rows = value if isinstance(value, list) else [value]
    for row in filter(lambda each: isinstance(each, dict), rows):
        for name in [name for name in fields if name in row] or list(row)[-1:]:
            del row[name]
            if garble:
                row[name] = GARBLED
    return text if value is None else orjson.dumps(value).decode()


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
