"""The chunks of a streamed chat completion, put together again.

Reference: "The chat completion chunk object" in OpenAI's API reference. Deviations: some servers send whole messages in
place of deltas, calls without an index or all with the same one, arguments that are objects, and no `[DONE]`.
"""

from dataclasses import dataclass, field

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.content import spoken, thought
from wardian.models.dialects.chat_reasoning import ReasoningDetails
from wardian.models.lenient import as_object, as_text
from wardian.models.streaming import DONE_EVENT

__all__ = ["ChatGatherer"]

TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


@dataclass(slots=True)
class _Call:
    """A tool call on its way."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    def entry(self) -> JsonValue:
        """The call as it stands in a message."""
        return {"id": self.id, "function": {"name": self.name, "arguments": "".join(self.arguments)}}


class ChatGatherer:
    """Adds up deltas."""

    def __init__(self) -> None:
        self.done = False
        self._texts: dict[str, list[str]] = {key: [] for key in TEXTS}
        self._thought: list[str] = []
        self._calls: list[_Call] = []
        self._last: dict[str, _Call] = {}
        self._details = ReasoningDetails()
        self._finish: JsonValue = None
        self._usage: JsonValue = None
        self._error: JsonObject | None = None

    @property
    def complete(self) -> bool:
        """Whether it named a reason to finish, or an error."""
        return self._finish is not None or self._error is not None

    def add(self, event: JsonObject) -> bool:
        """Take in a chunk; whether it brought text, reasoning or a piece of a call."""
        if event.get("type") == DONE_EVENT or event.get("error"):
            self.done = True
            self._error = event if event.get("error") else self._error
            return False
        self._usage = event.get("usage") or self._usage
        choices = event.get("choices")
        choice = as_object(choices[0]) if isinstance(choices, list) and choices else {}
        self._finish = choice.get("finish_reason") or self._finish
        return self._said(as_object(choice.get("delta") or choice.get("message")))

    def whole(self) -> JsonObject:
        """The chat completion."""
        if self._error is not None:
            return self._error
        said: JsonObject = {key: "".join(parts) for key, parts in self._texts.items() if parts}
        said["tool_calls"] = [call.entry() for call in self._calls]
        if self._thought:
            said["content"] = [{"thinking": "".join(self._thought)}, {"text": said.get("content")}]
        if self._details.whole:
            said["reasoning_details"] = self._details.whole
        return {"choices": [{"message": said, "finish_reason": self._finish}], "usage": self._usage}

    def _said(self, delta: JsonObject) -> bool:
        news = self._details.add(delta.get("reasoning_details"))
        if thinking := thought(delta.get("content")):
            self._thought.append(thinking)
        for key, parts in self._texts.items():
            if (value := delta.get(key)) is not None:  # an empty text counts: DeepSeek wants its reasoning back
                parts.append(spoken(value))
                news = news or bool(parts[-1])
        news = news or bool(thinking)
        calls = delta.get("tool_calls")
        pieces = [self._piece(as_object(entry)) for entry in calls] if isinstance(calls, list) else []
        return news or any(pieces)

    def _piece(self, entry: JsonObject) -> bool:
        function = as_object(entry.get("function"))
        call_id, name, arguments = (
            as_text(value) for value in (entry.get("id"), function.get("name"), function.get("arguments"))
        )
        call = self._call(entry.get("index"), call_id)
        call.id = call.id or call_id
        call.name = call.name or name
        call.arguments.append(arguments)
        return bool(name or arguments)

    def _call(self, index: JsonValue, call_id: str) -> _Call:
        """The call that a piece continues: the last one of its index, unless the piece has an id of its own."""
        last = self._last.get(as_text(index))
        if last is not None and (not call_id or call_id == last.id):
            return last
        call = self._last[as_text(index)] = _Call()
        self._calls.append(call)
        return call
