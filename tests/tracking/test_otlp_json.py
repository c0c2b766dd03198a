"""Spans in files have the JSON form of OpenTelemetry's protocol."""

from base64 import b64encode
from importlib import import_module

import orjson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from wardian.tracking.otlp_json import otlp_line
from wardian.tracking.span import Span, SpanEvent

ROOT = Span(
    name="invoke_agent arm",
    client=False,
    trace="a" * 32,
    id="b" * 16,
    parent=None,
    start_s=1_000.25,
    end_s=1_001.0,
    attributes={"text": "x", "yes": True, "count": 7, "share": 0.5, "stops": ("a", "b")},
    events=(SpanEvent("judged", 1_000.5, {"value": 1.0}),),
    error="it broke",
)
CHILD = Span(
    name="chat m", client=True, trace="a" * 32, id="c" * 16, parent="b" * 16, start_s=1_000.5, end_s=1_000.75,
    attributes={},
)  # fmt: skip


def test_a_request_holds_all_spans_below_one_resource() -> None:
    (resource,) = orjson.loads(otlp_line([ROOT, CHILD]))["resourceSpans"]
    assert {"key": "service.name", "value": {"stringValue": "wardian"}} in resource["resource"]["attributes"]
    assert {"key": "wardian.spans", "value": {"intValue": "2"}} in resource["resource"]["attributes"]
    (scope,) = resource["scopeSpans"]
    assert [span["spanId"] for span in scope["spans"]] == ["b" * 16, "c" * 16]


def test_opentelemetrys_own_reader_takes_it() -> None:
    document = orjson.loads(otlp_line([ROOT, CHILD]))
    for span in document["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for key in {"traceId", "spanId", "parentSpanId"} & set(
            span
        ):  # hexadecimal in OTLP, unlike in other protobuf JSON
            span[key] = b64encode(bytes.fromhex(span[key])).decode()
    json_format = import_module("google.protobuf.json_format")  # comes with mlflow, without types
    request = json_format.ParseDict(document, ExportTraceServiceRequest())
    root, child = request.resource_spans[0].scope_spans[0].spans
    assert (root.name, child.parent_span_id) == ("invoke_agent arm", bytes.fromhex("b" * 16))
    assert (root.status.message, root.events[0].name) == ("it broke", "judged")


def test_numbers_of_64_bits_are_texts_and_values_say_their_type() -> None:
    span, child = orjson.loads(otlp_line([ROOT, CHILD]))["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (span["startTimeUnixNano"], span["endTimeUnixNano"]) == ("1000250000000", "1001000000000")
    assert {each["key"]: each["value"] for each in span["attributes"]} == {
        "text": {"stringValue": "x"},
        "yes": {"boolValue": True},
        "count": {"intValue": "7"},
        "share": {"doubleValue": 0.5},
        "stops": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}},
    }
    assert span["events"][0]["timeUnixNano"] == "1000500000000"
    assert (span["status"], child["status"]) == ({"code": 2, "message": "it broke"}, {})
    assert (span["kind"], child["kind"], child["parentSpanId"]) == (1, 3, "b" * 16)
    assert "parentSpanId" not in span
