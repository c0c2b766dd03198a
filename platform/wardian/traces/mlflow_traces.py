"""MLflow's traces as `mlflow.get_trace(…).to_json()` writes them, in its formats 2 and 3.

Tool calls are the spans of type TOOL; traces of one session are one conversation.
Reference: "Trace Data Model" in MLflow's documentation.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from wardian.traces.trace import Trace, TracedCall, as_text

__all__ = ["is_mlflow", "traces_of_mlflow"]

SESSION: Final = "mlflow.trace.session"
TASKS: Final = ("wardian.task", "task")


def is_mlflow(document: Any) -> bool:
    """Whether `document` is such a trace."""
    return isinstance(document, dict) and isinstance(document.get("data"), dict) and "spans" in document["data"]


def traces_of_mlflow(documents: Iterable[Mapping[str, Any]]) -> list[Trace]:
    """The conversations of some traces, in the order of their beginning."""
    conversations: dict[str, list[Mapping[str, Any]]] = {}
    for document in sorted(documents, key=_began):
        conversations.setdefault(_session(document), []).append(document)
    return [_trace(name, found) for name, found in conversations.items()]


def _trace(name: str, documents: list[Mapping[str, Any]]) -> Trace:
    tasks = (_noted(document, key) for document in documents for key in TASKS)
    return Trace(
        id=name,
        calls=tuple(_call(span) for document in documents for span in _tools(document)),
        task=next(filter(None, tasks), None),
        opening=as_text(_info(documents[0]).get("request_preview")),
        closing=as_text(_info(documents[-1]).get("response_preview")),
    )


def _tools(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    spans = [span for span in document["data"]["spans"] if _attribute(span, "mlflow.spanType") == "TOOL"]
    return sorted(spans, key=_start)


def _call(span: Mapping[str, Any]) -> TracedCall:
    inputs, outputs = (_attribute(span, f"mlflow.span{which}") for which in ("Inputs", "Outputs"))
    error = _error(span)
    return TracedCall(
        id=str(span.get("span_id", "")),
        tool=_name(span),
        arguments=as_text(inputs) or "{}",
        result=as_text(outputs) or _message(span),
        error=error,
    )


def _name(span: Mapping[str, Any]) -> str:
    """Of the tool; MLflow numbers spans of one name (`get_order_1`), and knows the function that was called."""
    name, function = str(span.get("name", "")), _attribute(span, "mlflow.spanFunctionName")
    stem, _, number = name.rpartition("_")
    return stem if number.isdecimal() and stem == function else name


def _error(span: Mapping[str, Any]) -> str | None:
    status = span.get("status")
    code = status.get("code") if isinstance(status, dict) else span.get("status_code")
    if str(code).rpartition("_")[2] != "ERROR":
        return None
    kinds = (event.get("attributes", {}).get("exception.type") for event in span.get("events") or ())
    return str(next(filter(None, kinds), "error"))


def _message(span: Mapping[str, Any]) -> str:
    """What a failed call said: it has no outputs."""
    messages = (event.get("attributes", {}).get("exception.message") for event in span.get("events") or ())
    return as_text(next(filter(None, messages), None))


def _attribute(span: Mapping[str, Any], key: str) -> Any:
    """Attributes are JSON texts."""
    value = (span.get("attributes") or {}).get(key)
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return value


def _start(span: Mapping[str, Any]) -> int:
    return int(span.get("start_time_unix_nano") or span.get("start_time") or 0)


def _began(document: Mapping[str, Any]) -> int:
    return min(map(_start, document["data"]["spans"]), default=0)


def _info(document: Mapping[str, Any]) -> Mapping[str, Any]:
    info = document.get("info")
    return info if isinstance(info, dict) else {}


def _noted(document: Mapping[str, Any], key: str) -> str | None:
    """A note in the trace's metadata or tags."""
    info = _info(document)
    places = (info.get("trace_metadata"), info.get("request_metadata"), info.get("tags"))
    found = (place[key] for place in places if isinstance(place, dict) and key in place)
    return next((str(value) for value in found if value), None)


def _session(document: Mapping[str, Any]) -> str:
    info = _info(document)
    return _noted(document, SESSION) or str(info.get("trace_id") or info.get("request_id") or "")
