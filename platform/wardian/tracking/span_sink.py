"""The sink that sends spans: in batches, in a thread of its own, and nobody waits for it."""

import logging
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, Protocol

from wardian.base.errors import Failure
from wardian.scoring.finished import Finished, LoadRecord
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.exporter import Exporter
from wardian.tracking.span import Span

__all__ = ["SpanSender", "SpanSink"]

CAPACITY: Final = 1_000
"""Episodes that wait for a collector that does not answer; then the oldest go."""
MOST_AT_ONCE: Final = 512
"""Spans in one request: collectors limit its size."""
PATIENCE_S: Final = 15.0


class SpanSender(Protocol):
    """Who takes spans; it may block."""

    def send(self, spans: Sequence[Span]) -> None:
        """Send `spans`; the same ones again do no harm.

        Raises:
            InfraError: when nobody took them.
        """
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...


class SpanSink:
    """Sends the spans of every result. A collector that is slow or away costs spans, never the run.

    Args:
        spans: makes them.
        sender: opened in the thread, with the first result: its imports take a moment.
        report: is told, once and in one line, when spans were lost.
        load: finds records, in that thread.
    """

    def __init__(
        self, spans: EpisodeSpans, sender: Callable[[], SpanSender], report: Callable[[str], None], load: LoadRecord
    ) -> None:
        self._load = load
        self._spans = spans
        self._open = sender
        self._sender: SpanSender | None = None
        self._report = report
        self._failures: list[Failure] = []
        self._exporter: Exporter[Finished] | None = None
        self._written = self._sent = 0

    async def write(self, finished: Finished) -> None:
        """Take one result, at once."""
        if self._exporter is None:
            self._exporter = Exporter(self._send, self._failures.append, capacity=CAPACITY)
            self._exporter.start()
        self._written += 1
        self._exporter.put(finished)

    async def close(self) -> None:
        """Send what is left, for a quarter of a minute at most."""
        if self._exporter is None:
            return
        try:
            await self._exporter.finish(self._close, PATIENCE_S)
        except TimeoutError:
            self._failures.append(Failure(cause="infra", kind="timeout", message="the collector is too slow"))
        if lost := self._written - self._sent:
            why = self._failures[-1].message if self._failures else "more came than the collector took"
            self._report(f"spans: those of {lost:,} of {self._written:,} episodes are lost: {why}")

    def _send(self, batch: tuple[Finished, ...]) -> None:
        if self._sender is None:
            logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)  # we say it ourselves, once
            self._sender = self._open()
        spans = (span for finished in batch for span in self._spans.of(self._load(finished)))
        while part := list(islice(spans, MOST_AT_ONCE)):
            self._sender.send(part)
        self._sent += len(batch)

    def _close(self) -> None:
        if self._sender is not None:
            self._sender.close()
