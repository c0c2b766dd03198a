"""What the gateway counts, for Prometheus."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from wardian.base.completion import Completion
from wardian.base.fused import FusionResult
from wardian.base.usage import Usage
from wardian.models.gauges import WORSE, LaneGauge

__all__ = ["LEFT", "Meters"]

SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320)
LEFT: Final = 499
"""The status of a request whose client has left: as nginx has it, for HTTP has none."""
Lanes = Callable[[], Iterable[LaneGauge]]


class Meters:
    """Counters of one process.

    Args:
        lanes: what goes on at the providers now.
    """

    kind = CONTENT_TYPE_LATEST.encode()

    def __init__(self, lanes: Lanes) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_LaneCollector(lanes))
        self._requests = self._counter(
            "requests", "Requests for completions by what they were answered with.", "status"
        )
        self._seconds = Histogram(
            "wardian_gateway_request_seconds",
            "From a request for a completion to the end of its answer.",
            ["model"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "wardian_gateway_in_flight", "Requests that have no answer yet.", registry=self._registry
        )
        self._tokens = self._counter("tokens", "Tokens of all calls, those of fusions' members too.", "direction")
        self._usd = self._counter("cost_usd", "US dollars of all calls whose price is known.")
        self._fusions = self._counter("fusions", "Fused answers by how they were found.", "status", "decided_by")
        self._answers = self._counter("fusion_calls", "Calls of fusions by what came of them.", "member", "state")

    def answered(self, model: str, status: int) -> None:
        """A request was answered, or left (`LEFT`); `model` is one that is offered, or empty."""
        self._requests.labels(model, str(int(status))).inc()

    def took(self, model: str, seconds: float) -> None:
        """A request is done with, whether anybody heard its answer or not."""
        self._seconds.labels(model).observe(seconds)

    def completed(self, model: str, completion: Completion) -> None:
        """What an answer took."""
        self.spent(model, completion.usage, completion.cost_usd)
        if completion.fusion is not None:
            self._fused(model, completion.fusion)

    def failed(self, model: str, fusion: FusionResult) -> None:
        """What a fusion took that gave no answer."""
        self.spent(model, fusion.usage, fusion.cost_usd)
        self._fused(model, fusion)

    def _fused(self, model: str, fusion: FusionResult) -> None:
        """How an answer was found, or was not."""
        by = "" if fusion.decision is None else fusion.decision.by
        self._fusions.labels(model, fusion.status, by).inc()
        for answer in fusion.answers:
            self._answers.labels(model, answer.model, answer.state).inc()

    def spent(self, model: str, usage: Usage, cost_usd: float | None) -> None:
        """What calls took, whatever came of them."""
        self._tokens.labels(model, "input").inc(usage.input_tokens)
        self._tokens.labels(model, "output").inc(usage.output_tokens)
        self._usd.labels(model).inc(cost_usd or 0.0)

    def page(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(f"wardian_gateway_{name}", help_, ["model", *labels], registry=self._registry)


class _LaneCollector(Collector):
    """The lanes as they are when somebody looks."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each number."""
        lanes = tuple(self._lanes())
        for name, text, value in (
            ("in_flight", "Calls that were sent and have no answer yet.", lambda lane: lane.in_flight),
            (
                "waiting",
                "Calls that wait for a rate limit, the breaker or their next attempt.",
                lambda lane: lane.waiting,
            ),
            ("requests", "Attempts that were sent.", lambda lane: lane.requests),
            ("rate_limited", "Attempts that were answered with 429.", lambda lane: lane.rate_limited),
            ("failed", "Attempts that failed otherwise.", lambda lane: lane.failed),
            ("breaker", "What the breaker lets through: 0 all, 1 a probe, 2 nothing, 3 never again.", _breaker),
        ):
            family = GaugeMetricFamily(f"wardian_lane_{name}", text, labels=["lane"])
            for lane in lanes:
                family.add_metric([lane.lane], value(lane))
            yield family


def _breaker(lane: LaneGauge) -> int:
    return WORSE[lane.breaker]
