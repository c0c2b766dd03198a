"""Spans as traces of MLflow's: whole traces in one call, which loses none and may be repeated."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from wardian.tracking.otlp import readable
from wardian.tracking.span import Span

__all__ = ["MlflowSpans", "trace_id"]

REQUEST = "mlflow.traceRequestId"


class MlflowSpans:
    """Writes traces into an experiment of the store at `uri`."""

    def __init__(self, uri: str, experiment_id: str) -> None:
        from mlflow.tracing.client import TracingClient

        self._client = TracingClient(uri)
        self._experiment_id = experiment_id

    def log(self, spans: Sequence[Span]) -> None:
        """Write all spans of some traces; what stands there already is replaced by the same."""
        self._client.log_spans(self._experiment_id, list(_translated(spans)))


def trace_id(trace: str) -> str:
    """MLflow's name of the trace with these 32 hex digits."""
    return f"tr-{trace}"


def _translated(spans: Iterable[Span]) -> Iterable[Any]:
    """MLflow keeps every attribute as JSON, and makes its own ones out of the conventions' when it stores them."""
    from mlflow.entities import Span as MlflowSpan

    for span in spans:
        known = {**span.attributes, REQUEST: trace_id(span.trace)}
        yield MlflowSpan(readable(span, {key: _json(value) for key, value in known.items()}))


def _json(value: Any) -> str:
    """Texts that are JSON already stay as they are, as MLflow's own encoder leaves them."""
    return orjson.dumps(value).decode()
