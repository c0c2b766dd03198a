"""The events of a streamed response of OpenAI's.

Reference: "Streaming events" of the Responses API. The last event holds the whole response, so the deltas only show
that the model gets on.
"""

from wardian.base.frozen import JsonObject
from wardian.models.lenient import as_object, as_text

__all__ = ["ResponsesGatherer"]

LAST = frozenset({"response.completed", "response.incomplete", "response.failed"})


class ResponsesGatherer:
    """Waits for the event that ends the stream."""

    def __init__(self) -> None:
        self.done = False
        self._whole: JsonObject = {}

    @property
    def complete(self) -> bool:
        """Whether the whole response, or an error, came."""
        return self.done

    def add(self, event: JsonObject) -> bool:
        """Take in an event; whether it brought text, reasoning or a piece of a call."""
        kind = as_text(event.get("type"))
        if kind in LAST:
            self._whole, self.done = as_object(event.get("response")), True
        elif kind == "error":
            self._whole, self.done = {"error": event.get("error") or event}, True
        return kind.endswith(".delta") and bool(event.get("delta"))

    def whole(self) -> JsonObject:
        """The response."""
        return self._whole
