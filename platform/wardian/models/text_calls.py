"""Tool calls out of plain text, as small models write them.

What can be read is read: code fences, missing end tags, other names for the two keys. What cannot be read stays a
call with the raw text as its arguments, so that the environment answers it as invalid and the metrics see it.
"""

import re
from collections.abc import Iterator

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.messages import ToolCall
from wardian.models.fences import unfenced
from wardian.models.lenient import as_text, parse
from wardian.models.tool_calls import call_id

__all__ = ["read_calls"]

TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|(?=<tool_response>)|\Z)", re.DOTALL)
NAME = re.compile(r"""["'](?:name|tool|tool_name|function)["']\s*:\s*["']([^"'\\]{1,200})["']""")
NAME_KEYS = ("name", "tool", "tool_name", "function")
ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")


def read_calls(text: str, turn: int) -> tuple[str, tuple[ToolCall, ...]]:
    """What `text` says before its first call, and its calls; ids are made from `turn`.

    Without a single `<tool_call>` tag, a text that is nothing but a JSON call (fenced or not) counts as one.
    """
    tagged = list(TAGGED.finditer(text))
    if tagged:
        found = [call for match in tagged for call in _calls(unfenced(match[1]))]
        return text[: tagged[0].start()].strip(), _numbered(found, turn)
    bare = _bare(unfenced(text))
    return ("", _numbered(bare, turn)) if bare else (text, ())


def _numbered(found: list[tuple[str, str]], turn: int) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall(id=call_id(turn, index), name=name, arguments=arguments)
        for index, (name, arguments) in enumerate(found)
    )


def _bare(text: str) -> list[tuple[str, str]]:
    """Calls of a text without tags: only what is clearly meant as one."""
    if text[:1] not in {"{", "["}:
        return []
    try:
        value = parse(text.encode())
    except ValueError:
        return []
    return [_call(entry) for entry in _entries(value) if _name(entry) and _arguments(entry) is not None]


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """The calls inside one pair of tags: usually one, sometimes a list, sometimes no JSON at all."""
    try:
        value = parse(text.encode())
    except ValueError:
        match = NAME.search(text)
        yield (match[1] if match else "", text)
        return
    entries = _entries(value)
    if not entries:
        yield ("", text)
    for entry in entries:
        yield _call(entry)


def _entries(value: JsonValue) -> list[JsonObject]:
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict)]


def _call(entry: JsonObject) -> tuple[str, str]:
    return _name(entry), as_text(_arguments(entry) or {})


def _name(entry: JsonObject) -> str:
    found = (_innermost(entry).get(key) for key in NAME_KEYS)
    return next((as_text(name) for name in found if isinstance(name, str)), "")


def _arguments(entry: JsonObject) -> JsonValue:
    inside = _innermost(entry)
    return next((inside[key] for key in ARGUMENT_KEYS if inside.get(key) is not None), None)


def _innermost(entry: JsonObject) -> JsonObject:
    """The call itself, which some models put into a `function`, as chat completions do."""
    while isinstance(function := entry.get("function"), dict):
        entry = function
    return entry
