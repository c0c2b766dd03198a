"""Spans on their way to a collector: the only file that knows OpenTelemetry's SDK."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from wardian import __version__
from wardian.base.errors import ConfigError, InfraError
from wardian.tracking.span import Attributes, Span, SpanEvent

if TYPE_CHECKING:  # imported when the first spans are sent
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext

__all__ = ["OtlpSender", "check_installed", "otlp_sender", "readable"]


class OtlpSender:
    """Gives spans to an exporter of OpenTelemetry's.

    Args:
        exporter: who sends them; the SDK reads its headers, certificates, timeout and compression from `OTEL_…`.
    """

    def __init__(self, exporter: "SpanExporter") -> None:
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        self._exporter = exporter
        ours = Resource({"service.name": "wardian", "service.version": __version__})
        self._resource = ours.merge(OTELResourceDetector().detect())
        self._scope = InstrumentationScope("wardian", __version__)

    def send(self, spans: Sequence[Span]) -> None:
        """Send `spans`.

        Raises:
            InfraError: when the collector does not take them.
        """
        from opentelemetry.sdk.trace.export import SpanExportResult

        ready = [readable(span, span.attributes, self._resource, self._scope) for span in spans]
        if self._exporter.export(ready) is not SpanExportResult.SUCCESS:
            raise InfraError("the collector does not take them (telemetry.otlp)")

    def close(self) -> None:
        """Close the connection."""
        self._exporter.shutdown()


def readable(
    span: Span, attributes: Attributes, resource: "Resource | None" = None, scope: "InstrumentationScope | None" = None
) -> "ReadableSpan":
    """The span in the SDK's form, with these attributes."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.status import Status, StatusCode

    unset = Status(StatusCode.UNSET)
    return ReadableSpan(
        name=span.name,
        context=_context(span.trace, span.id),
        parent=_context(span.trace, span.parent) if span.parent else None,
        resource=resource,
        attributes=dict(attributes),
        events=[_event(event) for event in span.events],
        kind=SpanKind.CLIENT if span.client else SpanKind.INTERNAL,
        status=unset if span.error is None else Status(StatusCode.ERROR, span.error or None),
        start_time=_nanoseconds(span.start_s),
        end_time=_nanoseconds(span.end_s),
        instrumentation_scope=scope,
    )


def check_installed() -> None:
    """See that the extra is there.

    Raises:
        ConfigError: when it is not.
    """
    if not _has_exporter():
        raise ConfigError("telemetry.otlp: needs the extra `otel`: pip install 'wardian[otel]'")


def otlp_sender(url: str) -> OtlpSender:
    """A sender that posts to `url`."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OtlpSender(OTLPSpanExporter(endpoint=url))


def _has_exporter() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False


def _context(trace: str, span: str) -> "SpanContext":
    from opentelemetry.trace import SpanContext, TraceFlags

    return SpanContext(int(trace, 16), int(span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _event(event: SpanEvent) -> "Event":
    from opentelemetry.sdk.trace import Event

    return Event(event.name, dict(event.attributes), _nanoseconds(event.at_s))


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
