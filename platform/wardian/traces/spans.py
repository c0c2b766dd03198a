"""From the spans of a conversation to its messages, whoever recorded them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.traces.transcript import Turn

__all__ = ["RecordedSpan", "turns_of_spans"]


@dataclass(frozen=True)
class RecordedSpan:
    """What of a span is of interest here.

    Args:
        kind: a model call, a tool call, or anything around them.
        heard: what the model was told, maybe with all that it was told before.
        said: what it answered.
        call: the tool call …
        result: … and what came of it.
        judged: what evaluations say, by metric.
    """

    kind: Literal["model", "tool", "other"]
    heard: Sequence[Turn] = ()
    said: Sequence[Turn] = ()
    call: ToolCall | None = None
    result: Turn | None = None
    judged: Mapping[str, float] = field(default_factory=dict)


def turns_of_spans(spans: Sequence[RecordedSpan]) -> list[Turn]:
    """The conversation of some spans, which are in the order of their beginning.

    What an agent's own span tells is told again by its model calls, if there are any; what came of tool calls is told
    again to the model, and counts once.
    """
    models = any(span.kind == "model" and (span.heard or span.said) for span in spans)
    tools = any(span.kind == "tool" for span in spans)
    told, last = list[Turn](), list[Turn]()
    for span in spans:
        if span.call is not None and span.result is not None:
            told += _executed(told, span.call, span.result)
        elif span.kind == "model" or not models:
            told += _news(told, [turn for turn in span.heard if not tools or turn.message.role != "tool"])
            if span.kind == "model":
                told += span.said
            else:
                last += [turn.model_copy(update={"asked": False}) for turn in span.said]
    return [*told, *last]


def _executed(told: Sequence[Turn], call: ToolCall, result: Turn) -> list[Turn]:
    """The result of a call, after the call itself where no model call tells of it."""
    waiting = _waiting(told)
    made = next((each for each in waiting if each.id == call.id), None) or next(
        (each for each in waiting if _is_same(each, call)), None
    )
    if made is None:
        return [Turn(message=Message(role="assistant", tool_calls=(call,)), asked=False), result]
    return [result.model_copy(update={"message": result.message.model_copy(update={"tool_call_id": made.id})})]


def _waiting(told: Sequence[Turn]) -> list[ToolCall]:
    """The calls without a result."""
    waiting: list[ToolCall] = []
    for turn in told:
        waiting += turn.message.tool_calls
        if turn.message.role == "tool":
            done = next((each for each in waiting if each.id == turn.message.tool_call_id), None)
            waiting = [each for each in waiting if each is not done]
    return waiting


def _is_same(made: ToolCall, called: ToolCall) -> bool:
    """Whether a call that a model made is the one that was executed, for those who do not note ids."""
    return made.name == called.name and _read(made) == _read(called)


def _read(call: ToolCall) -> Any:
    try:
        return orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return call.arguments


def _news(told: Sequence[Turn], heard: Sequence[Turn]) -> Sequence[Turn]:
    """What of `heard` was not told before: many exporters write the whole conversation with every call."""
    known = [(turn.message.role, turn.message.content, turn.message.tool_calls) for turn in told]
    again = [(turn.message.role, turn.message.content, turn.message.tool_calls) for turn in heard]
    if not known or not again or known[0] != again[0]:
        return heard
    if again[: len(known)] == known:
        return heard[len(known) :]
    return [turn for turn, content in zip(heard, again, strict=True) if content not in known]
