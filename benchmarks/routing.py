"""A model at several places: what hedged requests bring and cost, what a place that is down costs, what waiting costs.

python benchmarks/routing.py [--json] [--only hedge,outage,line,cpu]

Latencies and outages are on virtual time; CPU is this machine's. Everything between the agents and the network is what
a run uses: router, retry layer, breaker, quota.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from clockwork import VirtualTimeLoop
from goals import Goal, report

from wardian.base.clients import Standing
from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, Request
from wardian.models.ledger import RateLimit
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import RawReply, Sink
from wardian.specs.endpoints import DeploymentSpec
from wardian.specs.models import HedgeSpec, ModelSpec

CLOCK = SystemClock()
REPLY = b'{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9}}'
BROKEN = RawReply(503, {}, b"{}")
GOOD = RawReply(200, {}, REPLY)
CALLS, AGENTS = 20_000, 50
TIMEOUT_S = 120.0
TAIL, TAIL_S, SIGMA = 0.03, 30.0, 0.4
OUTAGE = 60.0, 240.0


class Hosts:
    """All providers: how long each takes, and when it is down."""

    def __init__(
        self, seconds: Callable[[int], float], down: Callable[[str, float], bool] = lambda url, now: False
    ) -> None:
        self.requests = 0
        self._seconds = seconds
        self._down = down

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """One reply."""
        self.requests += 1
        if self._down(url, CLOCK.monotonic()):
            await asyncio.sleep(0.1)
            return BROKEN
        await asyncio.sleep(self._seconds(self.requests))
        return GOOD

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink
    ) -> RawReply:
        """The same."""
        return await self.send(method, url, headers, body)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class Outcome:
    """What the calls of a run came to."""

    seconds: list[float]
    requests: int
    lost: int

    def percentile(self, part: float) -> float:
        """Seconds within which so many per cent of the calls ended."""
        return sorted(self.seconds)[int(part / 100 * (len(self.seconds) - 1))]

    @property
    def extra(self) -> float:
        """Requests beyond one for each call, per cent."""
        return 100 * (self.requests / len(self.seconds) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="hedge,outage,line,cpu")
    options = parser.parse_args()
    measures = {"hedge": hedge, "outage": outage, "line": line, "cpu": cpu}
    report([goal for name in options.only.split(",") for goal in measures[name]()], as_json=options.json)


def hedge() -> Iterator[Goal]:
    """About a second; three calls in a hundred take half a minute."""
    plain = run(ModelSpec(base_url="http://a/v1", timeout_s=TIMEOUT_S), Hosts(heavy_tailed))
    yield Goal("not hedged: median", plain.percentile(50), "s")
    yield Goal("not hedged: p99", plain.percentile(99), "s")
    for name, deployments in (("the same place", ("a",)), ("a second place", ("a", "b"))):
        outcome = run(_model(deployments, HedgeSpec()), Hosts(heavy_tailed))
        yield Goal(f"hedged at {name}: p99", outcome.percentile(99), "s", plain.percentile(99) / 5)
        yield Goal(f"hedged at {name}: extra requests", outcome.extra, "%", 5.0)


def outage() -> Iterator[Goal]:
    """Three minutes in which the preferred place answers 503."""

    def down(url: str, now: float) -> bool:
        return url.startswith("http://a/") and OUTAGE[0] <= now < OUTAGE[1]

    alone = run(ModelSpec(base_url="http://a/v1", timeout_s=TIMEOUT_S), Hosts(quick, down))
    yield Goal("three minutes out, one place: calls lost", float(alone.lost), "")
    both = run(_model(("a", "b")), Hosts(quick, down))
    yield Goal("three minutes out, two places: calls lost", float(both.lost), "", 0.0)
    yield Goal("three minutes out, two places: slowest call", max(both.seconds), "s", TIMEOUT_S + 1)
    yield Goal("three minutes out, two places: extra requests", both.extra, "%", 10.0)


def line() -> Iterator[Goal]:
    """10,000 calls before a limit of 1,000 a second, the youngest first in line, then half of them cancelled."""
    for cancelled in (False, True):
        loop, begun = VirtualTimeLoop(), time.process_time()
        loop.run_until_complete(_crowd(10_000, cancelled))
        loop.close()
        name = "10,000 in line, half of them leave" if cancelled else "10,000 in line"
        yield Goal(f"{name}: CPU for each", 1e6 * (time.process_time() - begun) / 10_000, "µs", 60.0)


def cpu() -> Iterator[Goal]:
    """What the router adds to a call."""
    single = _cpu(ModelSpec(base_url="http://a/v1"))
    yield Goal("one place: CPU of a call", single, "µs", 200.0)
    yield Goal("two places: CPU more", _cpu(_model(("a", "b"))) - single, "µs", 10.0)
    yield Goal("hedge: CPU more", _cpu(_model(("a",), HedgeSpec())) - single, "µs")


def run(model: ModelSpec, hosts: Hosts) -> Outcome:
    """Let agents ask one call after another."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(_play(model, hosts, CALLS))


async def _play(model: ModelSpec, hosts: Hosts, calls: int) -> Outcome:
    spec = PoolSpec.of({"m": model}, {})
    numbers, seconds, lost = iter(range(calls)), [], [0]
    async with ModelPool.open(spec, lambda _: None, LocalQuota({}, CLOCK), CLOCK, hosts) as pool:
        client = pool.client("m")

        async def agent() -> None:
            for number in numbers:
                origin = Origin(episode=f"e{number // 10}", task="t", path="t1/agent", began_at=0.0)
                request = Request(model="m", messages=(Message(role="user", content="hi"),), origin=origin)
                begun = CLOCK.monotonic()
                try:
                    await client.complete(request)
                except ModelError:
                    lost[0] += 1
                seconds.append(CLOCK.monotonic() - begun)

        async with asyncio.TaskGroup() as group:
            for _ in range(AGENTS):
                group.create_task(agent())
    return Outcome(seconds, hosts.requests, lost[0])


async def _crowd(number: int, cancelled: bool) -> None:
    quota = LocalQuota({"m": RateLimit(rpm=60_000)}, CLOCK)

    async def come(since: float) -> None:
        async with quota.admit("m", tokens=100, standing=Standing(since)):
            return

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(come(-float(each))) for each in range(number)]
        await asyncio.sleep(0)
        for task in tasks[:: 2 if cancelled else number]:
            task.cancel()


def _cpu(model: ModelSpec) -> float:
    """Microseconds of CPU for a call, the best of five runs."""

    def once() -> float:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            begun = time.process_time()
            runner.run(_play(model, Hosts(lambda number: 0.9 + number % 97 / 500), 4_000))
            return 1e6 * (time.process_time() - begun) / 4_000

    return min(once() for _ in range(5))


def _model(labels: tuple[str, ...], hedging: HedgeSpec | None = None) -> ModelSpec:
    deployments = {label: DeploymentSpec(base_url=f"http://{label}/v1") for label in labels}
    return ModelSpec(deployments=deployments, hedge=hedging, timeout_s=TIMEOUT_S)


def quick(number: int) -> float:
    return random_stream("latency", number).lognormvariate(0.0, SIGMA)


def heavy_tailed(number: int) -> float:
    return TAIL_S if random_stream("tail", number).random() < TAIL else quick(number)


if __name__ == "__main__":
    main()
