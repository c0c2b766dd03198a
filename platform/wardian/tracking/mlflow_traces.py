"""Episodes as traces of MLflow's: all spans of one in one call, which loses none and may be repeated."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from wardian.scoring.outcome import SUCCESS
from wardian.tracking.mlflow_preview import previewed
from wardian.tracking.otlp import readable
from wardian.tracking.sample import SampledTrace
from wardian.tracking.span import Span

__all__ = ["MlflowTraces", "trace_id"]

REQUEST: Final = "mlflow.traceRequestId"
TAG: Final = "mlflow.traceTag."
NAME: Final = "mlflow.traceName"
UNSOLVED: Final = "the task was not solved"
ASSESSED: Final = ("success", "score")
"""The metrics that become assessments: each is a call of its own. All others stand in the trace as events."""


class MlflowTraces:
    """Writes traces into an experiment of the store at `uri`."""

    def __init__(self, uri: str, experiment_id: str) -> None:
        from mlflow.tracing.client import TracingClient

        self._client = TracingClient(uri)
        self._experiment_id = experiment_id

    def log(self, sampled: Sequence[SampledTrace]) -> None:
        """Write some traces; one that stands there already is replaced by the same."""
        self._client.log_spans(self._experiment_id, [span for each in sampled for span in _spans(each)])
        for each in sampled:
            self._assess(each)

    def _assess(self, sampled: SampledTrace) -> None:
        """Write the scores that are not there yet."""
        from mlflow.entities import AssessmentSource, Feedback

        name = trace_id(sampled)
        known = {each.name for each in self._client.get_trace_info(name).assessments}
        source = AssessmentSource("CODE", "wardian")
        for metric in ASSESSED:
            if metric in sampled.scores and metric not in known:
                self._client.log_assessment(name, Feedback(metric, value=sampled.scores[metric], source=source))


def trace_id(sampled: SampledTrace) -> str:
    """MLflow's name of the trace."""
    return _request(sampled.spans[0])


def _request(span: Span) -> str:
    return f"tr-{span.trace}"


def _spans(sampled: SampledTrace) -> Iterator[Any]:
    root, *rest = sampled.spans
    if root.error is None and sampled.scores.get(SUCCESS.name, 1.0) < 1.0:
        root = replace(root, error=UNSOLVED)  # MLflow's list takes a trace's state from here
    tags = {NAME: root.name, "wardian.arm": sampled.arm, "wardian.sample": sampled.why}
    yield _translated(root, {f"{TAG}{name}": value for name, value in tags.items()} | previewed(root))
    for span in rest:
        yield _translated(span, {})


def _translated(span: Span, more: dict[str, Any]) -> Any:
    """MLflow keeps every attribute as JSON, and makes its own ones out of the conventions' when it stores them."""
    from mlflow.entities import Span as MlflowSpan

    known = {**span.attributes, **more, REQUEST: _request(span)}
    return MlflowSpan(readable(span, {key: orjson.dumps(value).decode() for key, value in known.items()}))
