"""What a call is for, and in which arguments two calls of one tool differ."""

import re
from collections.abc import Iterable
from typing import Final

from wardian.base.frozen import JsonObject, JsonValue
from wardian.base.identity import canonical_json
from wardian.scoring.faults import LABELS
from wardian.scoring.walk import Signature, Step

__all__ = ["differing", "nearest", "purpose_of"]

PROSE_WORDS: Final = 5
"""Longer texts are prose, two people write them in different words and mean the same, unless they look like code."""

CODE: Final = re.compile(r"[=<>{}*|]|\w\(")


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


def nearest(step: Step, others: Iterable[Step]) -> Step | None:
    """The call of the same tool with the fewest other arguments, the first of equals; None when there is none."""
    alike = (other for other in others if other.acted.call.name == step.acted.call.name)
    return min(alike, key=lambda other: len(differing(step, other)), default=None)


def _decisive(arguments: JsonObject) -> JsonObject:
    return {name: value for name, value in arguments.items() if name not in LABELS and not _prose(value)}


def _prose(value: JsonValue) -> bool:
    return isinstance(value, str) and len(value.split()) > PROSE_WORDS and CODE.search(value) is None


def _object(arguments: JsonValue) -> JsonObject:
    return arguments if isinstance(arguments, dict) else {}


def _text(arguments: JsonObject, name: str) -> bytes | None:
    return canonical_json(arguments[name]) if name in arguments else None
