"""Sending spans: through OpenTelemetry's exporters, and to a receiver that reads OTLP from the wire."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from support.episodes import spec as episode_spec
from support.otlp import Receiver
from support.outcomes import record_of
from tracking.test_episode_spans import job, played

from wardian.base.errors import InfraError
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.otlp import OtlpSender, otlp_sender
from wardian.tracking.span import Span
from wardian.tracking.span_sink import MOST_AT_ONCE, SpanSink

SPANS = EpisodeSpans("run-1", job())


def finished(seed: int = 1) -> Finished:
    return Finished.of(Scored(episode=played().model_copy(update={"spec": episode_spec("arm", seed=seed)})))


def test_a_span_in_the_sdks_own_words() -> None:
    exporter = InMemorySpanExporter()
    sender = OtlpSender(exporter)
    sender.send(SPANS.of(Scored(episode=played())))
    root, call, tool, _ = exporter.get_finished_spans()
    assert (root.name, root.parent, call.kind, tool.kind) == (
        "invoke_agent arm",
        None,
        SpanKind.CLIENT,
        SpanKind.INTERNAL,
    )
    assert root.context is not None
    assert call.parent is not None
    assert call.parent.span_id == root.context.span_id
    assert (call.start_time, call.end_time) == (1_001_000_000_000, 1_003_000_000_000)
    assert [(event.name, event.timestamp) for event in call.events] == [("wardian.retry", 1_001_250_000_000)]
    assert (root.status.is_unset, tool.status.is_ok) == (True, False)
    assert root.resource.attributes["service.name"] == "wardian"


async def test_spans_arrive_at_a_collector(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the headers and the service name that the environment says, as everywhere."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=evals")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    said: list[str] = []
    sink = SpanSink(SPANS, lambda: otlp_sender(receiver.url), said.append, record_of)
    await sink.write(finished())
    await sink.close()
    ((path, team, request),) = receiver.requests
    assert (path, team) == ("/v1/traces", "evals")
    assert receiver.names == ["invoke_agent arm", "chat groq-mini", "execute_tool find", "chat groq-mini"]
    service = {each.key: each.value.string_value for each in request.resource_spans[0].resource.attributes}
    assert service["service.name"] == "nightly"
    assert said == []


async def test_a_collector_that_refuses_costs_spans_and_one_line(receiver: Receiver) -> None:
    receiver.status = 400
    said: list[str] = []
    sink = SpanSink(SPANS, lambda: otlp_sender(receiver.url), said.append, record_of)
    for seed in range(3):
        await sink.write(finished(seed))
    await sink.close()
    assert said == ["spans: those of 3 of 3 episodes are lost: the collector does not take them (telemetry.otlp)"]


async def test_large_batches_travel_in_parts() -> None:
    class Sender:
        def __init__(self) -> None:
            self.sizes: list[int] = []
            self.closed = False

        def send(self, spans: Sequence[Span]) -> None:
            self.sizes.append(len(spans))

        def close(self) -> None:
            self.closed = True

    sender = Sender()
    sink = SpanSink(SPANS, lambda: sender, pytest.fail, record_of)
    for seed in range(300):
        await sink.write(finished(seed))
    await sink.close()
    assert sum(sender.sizes) == 1_200
    assert max(sender.sizes) <= MOST_AT_ONCE
    assert sender.closed


async def test_a_run_without_results_opens_nothing() -> None:
    def never() -> OtlpSender:
        raise AssertionError

    await asyncio.wait_for(SpanSink(SPANS, never, pytest.fail, record_of).close(), 1.0)


async def test_what_failed_once_is_sent_again() -> None:
    class Once:
        def __init__(self) -> None:
            self.called = threading.Event()
            self.names: list[str] = []

        def send(self, spans: Sequence[Span]) -> None:
            if not self.called.is_set():
                self.called.set()
                raise InfraError("away")
            self.names += [span.name for span in spans]

        def close(self) -> None:
            """Nothing is open."""

    said: list[str] = []
    sender = Once()
    sink = SpanSink(SPANS, lambda: sender, said.append, record_of)
    await sink.write(finished())
    assert await asyncio.to_thread(sender.called.wait, 10)
    await sink.close()
    assert len(sender.names) == 4
    assert said == [], "all of them arrived in the end"
