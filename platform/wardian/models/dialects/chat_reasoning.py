"""Reasoning as chat completions carry it: what goes back, and what a stream brings in pieces.

Reference: "Reasoning tokens" in OpenRouter's documentation (`reasoning_details` go back as they came), "Thinking mode"
in DeepSeek's (a conversation with tools is refused without `reasoning_content`).
"""

from typing import Final

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.lenient import as_json, as_object, as_text
from wardian.models.reply import REASONING, first_choice

__all__ = ["ReasoningDetails", "said_again"]

JOINED: Final = ("text", "summary")
"""What comes in pieces. Signatures and encrypted data come whole, the signature sometimes in a piece of its own."""


def said_again(reply: JsonObject) -> str | None:
    """The keys that go back with the message of a chat completion; None when it holds no reasoning.

    OpenRouter's details, else the text under the name it came by. DeepSeek demands an empty one as well.
    """
    said = as_object(first_choice(reply).get("message"))
    details = said.get("reasoning_details")
    if isinstance(details, list) and details:
        return as_json({"reasoning_details": details})
    key = next((key for key in REASONING if isinstance(said.get(key), str)), None)
    return None if key is None else as_json({key: said[key]})


class ReasoningDetails:
    """Adds up the pieces of each detail; pieces of one follow each other."""

    def __init__(self) -> None:
        self.whole: list[JsonValue] = []
        self._last: JsonObject = {}

    def add(self, value: JsonValue) -> bool:
        """Take in a delta's details; whether they say anything."""
        pieces = [as_object(piece) for piece in value] if isinstance(value, list) else []
        for piece in pieces:
            self._add(piece)
        return any(piece.get(key) for piece in pieces for key in (*JOINED, "data"))

    def _add(self, piece: JsonObject) -> None:
        same = all(as_text(piece.get(key)) == as_text(self._last.get(key)) for key in ("type", "index"))
        if not self._last or not same or piece.get("data"):
            self._last = {**piece}
            self.whole.append(self._last)
            return
        said = {key: value for key, value in piece.items() if value is not None}
        joined: JsonObject = {key: as_text(self._last.get(key)) + as_text(said[key]) for key in JOINED if key in said}
        self._last |= said | joined
