"""A conversation as others record it, message by message, with what the record says besides.

Every format of others is read into this and written from it; so two formats never know of each other.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

import orjson
from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, JsonObject
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.base.usage import FinishReason, Usage
from wardian.traces.trace import Trace, TracedCall

__all__ = ["WARDIAN", "Transcript", "Turn", "answered", "arguments_object", "arguments_text", "trace_of"]

WARDIAN: Final = "wardian"
"""Under this name our own files keep what their format has no place for."""


class Turn(Frozen):
    """One message. None stands for what the record does not say.

    Args:
        message: what was said; a tool's message is the result of the call that it names.
        asked: whether a model was asked for it. An assistant's message that only tells which calls were made was not.
        model: who answered, "" when the record does not say.
        finish: why it ended.
        usage: of an answer.
        cost_usd: of an answer; of a user's message, what the models that spoke for the user cost.
        error: of a result: which failure it is, "" when the record says that it is none.
        changed: of a result: whether the state is another one after the call.
        state: of a result: a hash of the state after the call.
        fault: of a result: what went wrong on the way, through no fault of the agent's.
    """

    message: Message
    asked: bool = True
    model: str = ""
    finish: FinishReason | None = None
    usage: Usage | None = None
    cost_usd: float | None = None
    error: str | None = None
    changed: bool | None = None
    state: str | None = None
    fault: str | None = None

    @property
    def notes(self) -> JsonObject:
        """What is known of it besides the message."""
        return self.model_dump(mode="json", exclude={"message"}, exclude_defaults=True)

    def noted(self, notes: Any) -> Self:
        """The same with `notes`, as our own files hold them.

        Raises:
            ConfigError: when they are none.
        """
        if not notes:
            return self
        try:
            return type(self).model_validate({**dict(self), **notes})
        except (TypeError, ValidationError):
            raise ConfigError("the notes of Wardian's own in it are damaged, or of another version") from None


class Transcript(Frozen):
    """One conversation.

    Args:
        id: of the conversation; of an episode, its key.
        turns: the messages in their order.
        prompt: what the agent was told by whoever built it, before anything that the environment says.
        task: the pack's task that was played, where the record names one.
        about: what else is known of the whole (run, arm, seed, …).
        scores: what somebody gave it, by metric.
        explanations: of some of them, by metric; our own notes do without.
        tools: that the agent had, where the record says.
        own: whether Wardian wrote it: then its error codes are those of Wardian's environments.
    """

    id: str
    turns: tuple[Turn, ...]
    prompt: str = ""
    task: str | None = None
    about: JsonObject = {}
    scores: dict[str, float] = {}
    explanations: dict[str, str] = {}
    tools: tuple[ToolSchema, ...] = ()
    own: bool = False

    @property
    def notes(self) -> JsonObject:
        """What our own files say of the whole."""
        notes: JsonObject = {"id": self.id, "about": self.about, "scores": dict(self.scores)}
        if self.task is not None:
            notes["task"] = self.task
        return {**notes, "prompt": True} if self.prompt else notes

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages as the model was told them, its prompt first."""
        prompt = (Message(role="system", content=self.prompt),) if self.prompt else ()
        return (*prompt, *(turn.message for turn in self.turns))

    @classmethod
    def of(cls, name: str, turns: Sequence[Turn], notes: Any, task: str | None = None) -> Self:
        """What was read of a file; `notes` are ours, when it is one of ours.

        Raises:
            ConfigError: when they are damaged.
        """
        if not isinstance(notes, dict):
            return cls(id=name, turns=tuple(turns), task=task)
        rest = turns[1:] if notes.get("prompt") else turns
        try:
            return cls(
                id=notes.get("id", name),
                turns=tuple(rest),
                prompt=turns[0].message.content if notes.get("prompt") else "",
                task=notes.get("task"),
                about=notes.get("about", {}),
                scores=notes.get("scores", {}),
                own=True,
            )
        except (IndexError, ValidationError):
            raise ConfigError("the notes of Wardian's own in it are damaged, or of another version") from None


def answered(turns: Sequence[Turn]) -> Iterator[tuple[ToolCall, Turn]]:
    """The calls that have a result, with it, in the order of the calls.

    Some models give the same id to call after call: a result belongs to the oldest one of its id that has none.
    """
    found: list[tuple[ToolCall, Turn | None]] = []
    waiting: dict[str, deque[int]] = {}
    for turn in turns:
        for call in turn.message.tool_calls:
            waiting.setdefault(call.id, deque()).append(len(found))
            found.append((call, None))
        places = waiting.get(turn.message.tool_call_id or "") if turn.message.role == "tool" else None
        if places:
            place = places.popleft()
            found[place] = (found[place][0], turn)
    return ((call, result) for call, result in found if result is not None)


def arguments_text(value: Any) -> str:
    """Arguments that a format keeps as an object, as the text that a model writes."""
    return value if isinstance(value, str) else orjson.dumps({} if value is None else value).decode()


def arguments_object(call: ToolCall) -> Mapping[str, Any]:
    """The arguments for a format that knows objects only: what is none stands in one, under `malformed`."""
    found: Mapping[str, Any] = orjson.loads(call.sendable)
    return found


def trace_of(transcript: Transcript) -> Trace:
    """Its calls with their results; a call without one was never made, as far as we know."""
    messages = [turn.message for turn in transcript.turns]
    return Trace(
        id=transcript.id,
        calls=tuple(
            TracedCall(
                id=call.id,
                tool=call.name,
                arguments=call.arguments,
                result=result.message.content,
                error=result.error or None,
            )
            for call, result in answered(transcript.turns)
        ),
        task=transcript.task,
        opening=next((message.content for message in messages if message.role == "user"), ""),
        closing=next((message.content for message in reversed(messages) if message.role == "assistant"), ""),
    )
