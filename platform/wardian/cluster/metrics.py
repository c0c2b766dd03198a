"""A worker's gauges as Ray metrics: Ray's own agent serves them to Prometheus, on every machine of the cluster."""

from typing import Final

from ray.util.metrics import Counter, Gauge

from wardian.models.gauges import WORSE, LaneGauge
from wardian.runs.gauges import WorkerGauge

__all__ = ["RayMetrics"]

TAGS: Final = ("job", "run", "lane")
GAUGES: Final = {
    "in_flight": "Calls that were sent and have no answer yet.",
    "waiting": "Calls that wait for a rate limit, for the breaker or for their next attempt.",
    "oldest_wait_seconds": "How long the first of those has waited.",
    "breaker": "What the circuit breaker lets through: 0 all, 1 a probe, 2 nothing for now, 3 nothing any more.",
    "blocked_seconds": "Until the provider wants to hear from us again.",
    "limit_rpm": "Requests a minute that the limit in force allows; absent where nothing limits them.",
    "limit_tpm": "Tokens a minute.",
    "granted_requests": "Requests that may be sent now under the lease.",
    "granted_tokens": "Tokens that may be used now under the lease.",
}
COUNTERS: Final = {
    "requests": "Attempts that were sent.",
    "tokens": "What answers used, in and out.",
    "rate_limited": "Attempts that were answered with 429.",
    "failed": "Attempts that failed otherwise.",
    "retries": "Attempts that repeated another.",
}


class RayMetrics:
    """Shows the gauges of one worker as `ray_wardian_…`, with job, run and lane as tags.

    Args:
        job: the job's name.
        run: the run's id.
    """

    def __init__(self, job: str, run: str) -> None:
        self._tags = {"job": job, "run": run}
        self._episodes = Gauge("wardian_worker_episodes", "Episodes that the worker plays.", TAGS[:2])
        self._gauges = {name: Gauge(f"wardian_lane_{name}", text, TAGS) for name, text in GAUGES.items()}
        self._counters = {name: Counter(f"wardian_lane_{name}", text, TAGS) for name, text in COUNTERS.items()}
        self._counted: dict[tuple[str, str], int] = {}

    def show(self, worker: WorkerGauge) -> None:
        """Bring the metrics up to date."""
        self._episodes.set(worker.episodes, self._tags)
        for lane in worker.lanes:
            tags = {**self._tags, "lane": lane.lane}
            for name, value in _values(lane).items():
                if value is not None:
                    self._gauges[name].set(value, tags)
            for name, counter in self._counters.items():
                self._count(counter, (lane.lane, name), getattr(lane, name), tags)

    def _count(self, counter: Counter, key: tuple[str, str], total: int, tags: dict[str, str]) -> None:
        """Ray's counters take what was added, and refuse nothing."""
        if added := total - self._counted.get(key, 0):
            counter.inc(added, tags)
            self._counted[key] = total


def _values(lane: LaneGauge) -> dict[str, float | None]:
    allowance = lane.allowance
    return {
        "in_flight": lane.in_flight,
        "waiting": lane.waiting,
        "oldest_wait_seconds": lane.oldest_wait_s,
        "breaker": WORSE[lane.breaker],
        "blocked_seconds": allowance.blocked_s,
        "limit_rpm": allowance.rpm,
        "limit_tpm": allowance.tpm,
        "granted_requests": allowance.requests,
        "granted_tokens": allowance.tokens,
    }
