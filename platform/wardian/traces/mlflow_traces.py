"""MLflow's traces as `mlflow.get_trace(…).to_json()` writes them, in its formats 2 and 3.

Tool calls are the spans of type TOOL, model calls those of type CHAT_MODEL or LLM; traces of one session are one
conversation. Spans with the attributes of OpenTelemetry's conventions are read by those.
Reference: "Trace Data Model" in MLflow's documentation.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.traces.openai_messages import turns_in
from wardian.traces.otlp_spans import EVALUATION, OPERATION, ConventionalSpan, evaluations, transcript_of_spans
from wardian.traces.spans import RecordedSpan, turns_of_spans
from wardian.traces.trace import as_text
from wardian.traces.transcript import Transcript, Turn, arguments_text

__all__ = ["is_mlflow", "transcripts_of_mlflow"]

SESSION: Final = "mlflow.trace.session"
TASKS: Final = ("wardian.task", "task")
MODELS: Final = ("CHAT_MODEL", "LLM")
TEXTS: Final = ("gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.tool.call.id")

Document = Mapping[str, Any]


def is_mlflow(document: Any) -> bool:
    """Whether `document` is such a trace."""
    return isinstance(document, dict) and isinstance(document.get("data"), dict) and "spans" in document["data"]


def transcripts_of_mlflow(documents: Iterable[Document]) -> list[Transcript]:
    """The conversations of some traces, in the order of their beginning."""
    conversations: dict[str, list[Document]] = {}
    for document in sorted(documents, key=_began):
        conversations.setdefault(_session(document), []).append(document)
    return [_transcript(name, found) for name, found in conversations.items()]


def _transcript(name: str, documents: Sequence[Document]) -> Transcript:
    spans = [span for document in documents for span in sorted(document["data"]["spans"], key=_start)]
    if any(_attribute(span, OPERATION) for span in spans):
        return transcript_of_spans(name, [_conventional(span) for span in spans])
    tasks = (_noted(document, key) for document in documents for key in TASKS)
    turns = turns_of_spans([_recorded(span) for span in spans])
    opening, closing = (_preview(documents[place], which) for place, which in ((0, "request"), (-1, "response")))
    if opening and not any(turn.message.role == "user" for turn in turns):
        turns.insert(0, Turn(message=Message(role="user", content=opening)))
    if closing and not any(turn.asked and turn.message.role == "assistant" for turn in turns):
        turns.append(Turn(message=Message(role="assistant", content=closing), asked=False))
    return Transcript(id=name, turns=tuple(turns), task=next(filter(None, tasks), None))


def _recorded(span: Document) -> RecordedSpan:
    kind = _attribute(span, "mlflow.spanType")
    inputs, outputs = (_attribute(span, f"mlflow.span{which}") for which in ("Inputs", "Outputs"))
    if kind == "TOOL":
        key = str(span.get("span_id", ""))
        result = Message(role="tool", content=as_text(outputs) or _message(span), tool_call_id=key)
        call = ToolCall(id=key, name=_name(span), arguments=arguments_text(inputs) or "{}")
        return RecordedSpan("tool", call=call, result=Turn(message=result, error=_error(span)))
    if kind not in MODELS:
        return RecordedSpan("other")
    said = turns_in(outputs) or [Turn(message=Message(role="assistant", content=as_text(outputs)))]
    known = {"usage": _usage(span), "model": str(_attribute(span, "mlflow.llm.model") or "")}
    return RecordedSpan("model", turns_in(inputs), [*said[:-1], said[-1].model_copy(update=known)])


def _conventional(span: Document) -> ConventionalSpan:
    known = {key: _attribute(span, key) for key in span.get("attributes") or {}}
    known |= {key: _spelt(span, key) for key in TEXTS if key in known}
    told = [event.get("attributes") or {} for event in span.get("events") or () if event.get("name") == EVALUATION]
    return ConventionalSpan(_start(span), known, _error(span) is not None, evaluations(told))


def _spelt(span: Document, key: str) -> Any:
    """Text that is JSON itself, as it was spelt: MLflow keeps it without quotes."""
    value = _attribute(span, key)
    return value if isinstance(value, str) else span["attributes"][key]


def _usage(span: Document) -> Usage | None:
    told = _attribute(span, "mlflow.chat.tokenUsage")
    if not isinstance(told, dict):
        return None
    return Usage(input_tokens=told.get("input_tokens") or 0, output_tokens=told.get("output_tokens") or 0)


def _name(span: Document) -> str:
    """Of the tool; MLflow numbers spans of one name (`get_order_1`), and knows the function that was called."""
    name, function = str(span.get("name", "")), _attribute(span, "mlflow.spanFunctionName")
    stem, _, number = name.rpartition("_")
    return stem if number.isdecimal() and stem == function else name


def _error(span: Document) -> str | None:
    status = span.get("status")
    code = status.get("code") if isinstance(status, dict) else span.get("status_code")
    if str(code).rpartition("_")[2] != "ERROR":
        return None
    kinds = (event.get("attributes", {}).get("exception.type") for event in span.get("events") or ())
    return str(next(filter(None, kinds), "error"))


def _message(span: Document) -> str:
    """What a failed call said: it has no outputs."""
    messages = (event.get("attributes", {}).get("exception.message") for event in span.get("events") or ())
    return as_text(next(filter(None, messages), None))


def _attribute(span: Document, key: str) -> Any:
    """Attributes are JSON texts."""
    value = (span.get("attributes") or {}).get(key)
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return value


def _start(span: Document) -> int:
    return int(span.get("start_time_unix_nano") or span.get("start_time") or 0)


def _began(document: Document) -> int:
    return min(map(_start, document["data"]["spans"]), default=0)


def _preview(document: Document, which: str) -> str:
    return as_text(_info(document).get(f"{which}_preview"))


def _info(document: Document) -> Document:
    info = document.get("info")
    return info if isinstance(info, dict) else {}


def _noted(document: Document, key: str) -> str | None:
    """A note in the trace's metadata or tags."""
    info = _info(document)
    places = (info.get("trace_metadata"), info.get("request_metadata"), info.get("tags"))
    found = (place[key] for place in places if isinstance(place, dict) and key in place)
    return next((str(value) for value in found if value), None)


def _session(document: Document) -> str:
    info = _info(document)
    return _noted(document, SESSION) or str(info.get("trace_id") or info.get("request_id") or "")
