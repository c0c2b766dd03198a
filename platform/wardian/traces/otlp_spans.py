"""OpenTelemetry's traces as OTLP/JSON, with the attributes of the conventions for generative AI.

What was said comes from the messages of the model calls; where a conversation has `execute_tool` spans, those tell
which calls were made and what they gave back.
References: opentelemetry-proto, trace.proto in its JSON mapping; semantic-conventions-genai, docs/gen-ai.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose
from typing import Any, Final

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.traces.openai_messages import turns_of
from wardian.traces.spans import RecordedSpan, turns_of_spans
from wardian.traces.trace import as_text
from wardian.traces.transcript import WARDIAN, Transcript, Turn, arguments_text

__all__ = [
    "EVALUATION",
    "OPERATION",
    "ConventionalSpan",
    "evaluations",
    "is_whole",
    "transcript_of_spans",
    "transcripts_of_export",
]

ERROR: Final = (2, "2", "STATUS_CODE_ERROR")
OPERATION: Final = "gen_ai.operation.name"
EVALUATION: Final = "gen_ai.evaluation.result"
USAGE: Final = {
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cached_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_write_tokens": "gen_ai.usage.cache_creation.input_tokens",
    "reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
}
ABOUT: Final = ("run", "job", "environment", "task", "seed", "repeat", "stop", "simulated")
MODELS: Final = ("chat", "generate_content", "text_completion")
TOOL: Final = "execute_tool"
MEMBER: Final = f"{WARDIAN}.seat"


@dataclass(frozen=True)
class ConventionalSpan:
    """A span with the conventions' attributes.

    Args:
        start: when it began, for the order; in any unit.
        known: its attributes.
        failed: whether it ended with an error.
        judged: what evaluations say, by metric.
    """

    start: int
    known: Mapping[str, Any]
    failed: bool = False
    judged: Mapping[str, float] = field(default_factory=dict)

    @property
    def recorded(self) -> RecordedSpan:
        """What it says of the conversation."""
        operation = str(self.known.get(OPERATION, ""))
        if operation == TOOL:
            call = self._call
            return RecordedSpan("tool", call=call, result=self._result(call), judged=self.judged)
        if operation in MODELS:
            return RecordedSpan("model", self._messages("input"), self._answer, judged=self.judged)
        return RecordedSpan("other", self._messages("input"), self._messages("output"), judged=self.judged)

    @property
    def _call(self) -> ToolCall:
        return ToolCall(
            id=str(self.known.get("gen_ai.tool.call.id", "")),
            name=str(self.known.get("gen_ai.tool.name", "")),
            arguments=arguments_text(self.known.get("gen_ai.tool.call.arguments")) or "{}",
        )

    def _result(self, call: ToolCall) -> Turn:
        error = self.known.get("error.type") or ("error" if self.failed else None)
        changed = self.known.get(f"{WARDIAN}.changed")
        content = as_text(self.known.get("gen_ai.tool.call.result"))
        return Turn(
            message=Message(role="tool", content=content, tool_call_id=call.id),
            error=str(error) if error is not None else None if changed is None else "",
            changed=changed,
            state=self.known.get(f"{WARDIAN}.state"),
            fault=self.known.get(f"{WARDIAN}.fault"),
        )

    def _messages(self, key: str) -> list[Turn]:
        """What the model was told (`input`) or said (`output`)."""
        parsed = _parsed(self.known.get(f"gen_ai.{key}.messages"))
        return turns_of([message for each in parsed for message in _chat(each)])

    @property
    def _answer(self) -> list[Turn]:
        """What the model said, with what that took."""
        turns = self._messages("output")
        if not turns:
            return []
        tokens = {name: int(self.known[key]) for name, key in USAGE.items() if key in self.known}
        known = {
            "usage": Usage(**tokens) if tokens else None,
            "cost_usd": self.known.get(f"{WARDIAN}.cost_usd"),
            "model": str(self.known.get("gen_ai.response.model") or self.known.get("gen_ai.request.model") or ""),
        }
        return [*turns[:-1], turns[-1].model_copy(update=known)]


def is_whole(document: Mapping[str, Any]) -> bool:
    """Whether a request has all spans of its conversation, as those have that Wardian writes into files."""
    resources: Sequence[Mapping[str, Any]] = document.get("resourceSpans") or ()
    if len(resources) != 1:
        return False
    spans = [span for scope in resources[0].get("scopeSpans") or () for span in scope.get("spans") or ()]
    return _attributes(resources[0].get("resource") or {}).get(f"{WARDIAN}.spans") == len(spans)


def transcripts_of_export(documents: Iterable[Mapping[str, Any]]) -> list[Transcript]:
    """The conversations in some export requests, which may share them, in the order of their beginning."""
    found = sorted((each for document in documents for each in _spans(document)), key=lambda each: each[1].start)
    conversations: dict[str, list[ConventionalSpan]] = {}
    for trace, span in found:
        name = str(span.known.get("gen_ai.conversation.id") or trace)
        conversations.setdefault(name, []).append(span)
    return [transcript_of_spans(name, spans) for name, spans in conversations.items()]


def transcript_of_spans(name: str, spans: Sequence[ConventionalSpan]) -> Transcript:
    """The conversation of some spans, which are in the order of their beginning.

    What members of a panel proposed is no part of it: it was said by whoever asked them.
    """
    spans = [span for span in spans if MEMBER not in span.known]
    known = {key: value for span in reversed(spans) for key, value in span.known.items()}
    own = f"{WARDIAN}.run" in known
    instructions = "".join(as_text(part.get("content")) for part in _parsed(known.get("gen_ai.system_instructions")))
    turns = turns_of_spans([span.recorded for span in spans])
    if instructions and not own:
        turns.insert(0, Turn(message=Message(role="system", content=instructions)))
    task = known.get(f"{WARDIAN}.task")
    about = {key: known[f"{WARDIAN}.{key}"] for key in ABOUT if f"{WARDIAN}.{key}" in known}
    about |= {"arm": known.get("gen_ai.agent.name"), "priced": _is_priced(turns, known.get(f"{WARDIAN}.cost_usd"))}
    return Transcript(
        id=name,
        turns=tuple(turns),
        prompt=instructions if own else "",
        task=None if task is None else str(task),
        about=about if own else {},
        scores={metric: value for span in spans for metric, value in span.judged.items()},
        own=own,
    )


def _is_priced(turns: Sequence[Turn], total: Any) -> bool:
    """Whether the answers cost as much as the whole: what spoke for the user has no spans."""
    return isinstance(total, int | float) and isclose(sum(turn.cost_usd or 0.0 for turn in turns), total, abs_tol=1e-12)


def _spans(document: Mapping[str, Any]) -> Iterator[tuple[str, ConventionalSpan]]:
    """Each span with the name of its trace."""
    for resource in document.get("resourceSpans") or ():
        for scope in resource.get("scopeSpans") or ():
            for span in scope.get("spans") or ():
                start, failed = int(span.get("startTimeUnixNano") or 0), (span.get("status") or {}).get("code") in ERROR
                yield str(span.get("traceId", "")), ConventionalSpan(start, _attributes(span), failed, _judged(span))


def _attributes(holder: Mapping[str, Any]) -> dict[str, Any]:
    return {each["key"]: _value(each.get("value")) for each in holder.get("attributes") or ()}


def evaluations(told: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """What evaluation events say, given their attributes: values by metric."""
    values = {str(each.get("gen_ai.evaluation.name")): each.get("gen_ai.evaluation.score.value") for each in told}
    return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def _judged(span: Mapping[str, Any]) -> dict[str, float]:
    """Evaluations are events of a span."""
    return evaluations(_attributes(event) for event in span.get("events") or () if event.get("name") == EVALUATION)


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
    answers = [part for part in parts if part.get("type") == "tool_call_response"]
    if len(answers) < len(parts) or not parts:
        yield {
            "role": message.get("role"),
            "content": _joined(parts, "text") or "",
            "reasoning_content": _joined(parts, "reasoning"),
            "tool_calls": [
                {"id": part.get("id"), "function": {"name": part.get("name"), "arguments": part.get("arguments")}}
                for part in parts
                if part.get("type") == "tool_call"
            ],
        }
    for part in answers:
        answer = part.get("response", part.get("result"))
        yield {"role": "tool", "tool_call_id": part.get("id"), "content": as_text(answer)}


def _joined(parts: Iterable[Mapping[str, Any]], kind: str) -> str | None:
    texts = [as_text(part.get("content")) for part in parts if part.get("type") == kind]
    return "".join(texts) if texts else None
