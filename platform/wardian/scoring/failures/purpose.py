"""What a call is for, and in which arguments two calls of one tool differ."""

from typing import Final

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.identity import canonical_json
from wardian.scoring.faults import LABELS
from wardian.scoring.walk import Signature, Step

__all__ = ["differing", "purpose_of"]

PROSE_WORDS: Final = 5
"""Longer texts are prose: two people write them in different words and mean the same."""


def purpose_of(step: Step) -> Signature:
    """Tool and arguments, keys and free text aside."""
    if not isinstance(step.arguments, dict):
        return step.signature
    return step.acted.call.name, canonical_json(_decisive(step.arguments))


def differing(one: Step, other: Step) -> tuple[str, ...]:
    """Names of the arguments that differ; free text only where nothing else does."""
    ours, theirs = _object(one.arguments), _object(other.arguments)
    names = [name for name in {**theirs, **ours} if _text(ours, name) != _text(theirs, name)]
    decisive = [name for name in names if name in _decisive(ours) or name in _decisive(theirs)]
    return tuple(decisive or names)


def _decisive(arguments: JsonObject) -> JsonObject:
    return {name: value for name, value in arguments.items() if name not in LABELS and not _prose(value)}


def _prose(value: JsonValue) -> bool:
    return isinstance(value, str) and len(value.split()) > PROSE_WORDS


def _object(arguments: JsonValue) -> JsonObject:
    return arguments if isinstance(arguments, dict) else {}


def _text(arguments: JsonObject, name: str) -> bytes | None:
    return canonical_json(arguments[name]) if name in arguments else None
