"""OpenTelemetry's traces as OTLP/JSON, with the attributes of the conventions for generative AI.

Tool calls come from `execute_tool` spans; where a conversation has none, from the messages of its model calls.
References: opentelemetry-proto, trace.proto in its JSON mapping; semantic-conventions-genai, docs/gen-ai.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from wardian.traces.openai_messages import trace_of_messages
from wardian.traces.trace import Trace, TracedCall, as_text

__all__ = ["traces_of_export"]

ERROR: Final = (2, "2", "STATUS_CODE_ERROR")
TASK: Final = "wardian.task"


@dataclass(frozen=True)
class _Span:
    """What of a span is of interest here."""

    trace: str
    start: int
    known: Mapping[str, Any]
    failed: bool

    @property
    def conversation(self) -> str:
        return str(self.known.get("gen_ai.conversation.id") or self.trace)

    @property
    def call(self) -> TracedCall:
        error = self.known.get("error.type") or ("error" if self.failed else None)
        return TracedCall(
            id=str(self.known.get("gen_ai.tool.call.id", "")),
            tool=str(self.known.get("gen_ai.tool.name", "")),
            arguments=as_text(self.known.get("gen_ai.tool.call.arguments")) or "{}",
            result=as_text(self.known.get("gen_ai.tool.call.result")),
            error=None if error is None else str(error),
        )

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What the model was told and what it said, as chat messages."""
        keys = ("gen_ai.input.messages", "gen_ai.output.messages")
        return [message for key in keys for each in _parsed(self.known.get(key)) for message in _chat(each)]


def traces_of_export(documents: Iterable[Mapping[str, Any]]) -> list[Trace]:
    """The conversations in some export requests, which may share them, in the order of their beginning."""
    spans = sorted((span for document in documents for span in _spans(document)), key=lambda span: span.start)
    conversations: dict[str, list[_Span]] = {}
    for span in spans:
        conversations.setdefault(span.conversation, []).append(span)
    return [_trace(name, found) for name, found in conversations.items()]


def _trace(name: str, spans: Sequence[_Span]) -> Trace:
    said = _conversation(spans)
    task = next((str(span.known[TASK]) for span in spans if TASK in span.known), None)
    told = trace_of_messages(name, said, task)
    executed = tuple(span.call for span in spans if span.known.get("gen_ai.operation.name") == "execute_tool")
    return told.model_copy(update={"calls": executed}) if executed else told


def _conversation(spans: Sequence[_Span]) -> list[dict[str, Any]]:
    """All messages once: later model calls are told again what earlier ones were told."""
    unique: dict[bytes, dict[str, Any]] = {}
    for span in spans:
        for message in span.messages:
            unique.setdefault(orjson.dumps(message, option=orjson.OPT_SORT_KEYS), message)
    return list(unique.values())


def _spans(document: Mapping[str, Any]) -> Iterator[_Span]:
    for resource in document.get("resourceSpans") or ():
        for scope in resource.get("scopeSpans") or ():
            for span in scope.get("spans") or ():
                yield _Span(
                    trace=str(span.get("traceId", "")),
                    start=int(span.get("startTimeUnixNano") or 0),
                    known={each["key"]: _value(each.get("value")) for each in span.get("attributes") or ()},
                    failed=(span.get("status") or {}).get("code") in ERROR,
                )


def _value(value: Any) -> Any:
    """An `AnyValue` as plain JSON."""
    if not isinstance(value, dict):
        return value
    if "arrayValue" in value:
        return [_value(item) for item in value["arrayValue"].get("values") or ()]
    if "kvlistValue" in value:
        return {item["key"]: _value(item.get("value")) for item in value["kvlistValue"].get("values") or ()}
    if "intValue" in value:
        return int(value["intValue"])
    return next(iter(value.values()), None)


def _parsed(value: Any) -> list[dict[str, Any]]:
    """Messages, which many exporters write as JSON text."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _chat(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A message of the conventions as chat messages: one for its texts and calls, one for each answer."""
    parts = [part for part in message.get("parts") or () if isinstance(part, dict)]
    texts = [part for part in parts if part.get("type") == "text"]
    calls = [part for part in parts if part.get("type") == "tool_call"]
    if texts or calls:
        yield {
            "role": message.get("role"),
            "content": "".join(as_text(part.get("content")) for part in texts),
            "tool_calls": [
                {"id": part.get("id"), "function": {"name": part.get("name"), "arguments": part.get("arguments")}}
                for part in calls
            ],
        }
    for part in parts:
        if part.get("type") == "tool_call_response":
            answer = part.get("response", part.get("result"))
            yield {"role": "tool", "tool_call_id": part.get("id"), "content": as_text(answer)}
