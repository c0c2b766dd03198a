"""The events of a streamed message of Anthropic's, put together again.

Reference: "Streaming Messages" in Anthropic's documentation. `ping` keeps connections open and says nothing.
"""

from typing import Final

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.lenient import as_object, as_text

__all__ = ["AnthropicGatherer"]

DELTAS: Final = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}
"""What of a delta is the model's."""
FIELDS: Final = {"partial_json": "input"}
"""Where a block keeps it, when not under the same name."""


class AnthropicGatherer:
    """Adds up the deltas of content blocks."""

    def __init__(self) -> None:
        self.done = False
        self._usage: JsonObject = {}
        self._blocks: dict[str, JsonObject] = {}
        self._pieces: dict[str, dict[str, list[str]]] = {}
        self._stop: JsonValue = None
        self._error: JsonObject | None = None

    @property
    def complete(self) -> bool:
        """Whether the message was stopped, or an error came."""
        return self._stop is not None or self._error is not None

    def add(self, event: JsonObject) -> bool:
        """Take in an event; whether the model got on with it."""
        kind = event.get("type")
        if kind == "error":
            self._error, self.done = event, True
        elif kind == "message_start":
            self._usage |= as_object(as_object(event.get("message")).get("usage"))
        elif kind == "message_delta":
            self._usage |= as_object(event.get("usage"))
            self._stop = as_object(event.get("delta")).get("stop_reason") or self._stop
        elif kind == "message_stop":
            self.done = True
        else:
            return self._block(kind, event)
        return False

    def whole(self) -> JsonObject:
        """The message."""
        if self._error is not None:
            return self._error
        content: list[JsonValue] = [self._filled(index, block) for index, block in self._blocks.items()]
        return {"content": content, "stop_reason": self._stop, "usage": self._usage}

    def _block(self, kind: JsonValue, event: JsonObject) -> bool:
        index = as_text(event.get("index"))
        if kind == "content_block_start":
            self._blocks[index] = as_object(event.get("content_block"))
            return self._blocks[index].get("type") == "tool_use"
        if kind != "content_block_delta":
            return False
        delta = as_object(event.get("delta"))
        key = DELTAS.get(as_text(delta.get("type")))
        piece = as_text(delta.get(key)) if key else ""
        if not key or not piece:
            return False
        self._pieces.setdefault(index, {}).setdefault(FIELDS.get(key, key), []).append(piece)
        return True

    def _filled(self, index: str, block: JsonObject) -> JsonValue:
        streamed: JsonObject = {key: "".join(parts) for key, parts in self._pieces.get(index, {}).items()}
        return {**block, **streamed}
