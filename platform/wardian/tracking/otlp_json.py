"""Spans as OTLP/JSON, for files: one export request a line, as OpenTelemetry's file exporters write them.

Reference: opentelemetry-proto, trace.proto in its JSON mapping; "OpenTelemetry Protocol File Exporter".
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from wardian import __version__
from wardian.tracking.span import Attributes, Span, SpanEvent

__all__ = ["otlp_line"]

RESOURCE: Final = {"service.name": "wardian", "service.version": __version__}
SCOPE: Final = {"name": "wardian", "version": __version__}
INTERNAL, CLIENT = 1, 3
ERROR: Final = 2


def otlp_line(spans: Iterable[Span]) -> bytes:
    """One export request with these spans; it says how many there are, so that readers know when they have all."""
    told = [_span(span) for span in spans]
    scopes = [{"scope": SCOPE, "spans": told}]
    resource = {"attributes": _attributes({**RESOURCE, "wardian.spans": len(told)})}
    return orjson.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]})


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.trace,
        "spanId": span.id,
        "name": span.name,
        "kind": CLIENT if span.client else INTERNAL,
        "startTimeUnixNano": _nanoseconds(span.start_s),
        "endTimeUnixNano": _nanoseconds(span.end_s),
        "attributes": _attributes(span.attributes),
        "events": [_event(event) for event in span.events],
        "status": {} if span.error is None else {"code": ERROR, "message": span.error},
    }
    return told if span.parent is None else {**told, "parentSpanId": span.parent}


def _event(event: SpanEvent) -> dict[str, Any]:
    known = _attributes(event.attributes)
    return {"name": event.name, "timeUnixNano": _nanoseconds(event.at_s), "attributes": known}


def _attributes(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: str | bool | int | float | Sequence[str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"arrayValue": {"values": [_value(item) for item in value]}}


def _nanoseconds(seconds: float) -> str:
    return str(round(seconds * 1e9))
