"""What the gateway itself costs: from the bytes of a request to the bytes of its answer, without a network.

`python benchmarks/gateway.py [--quick] [--json]`. Members answer at once, or after exactly a second.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import quantiles
from typing import Any

import orjson
from goals import Goal, report

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.clients import clients_of, tariffs_of
from wardian.gateway.app import GatewayApp
from wardian.gateway.completions import Completions
from wardian.gateway.desk import Desk
from wardian.gateway.guard import Guard
from wardian.gateway.meters import Meters
from wardian.specs.models import HedgeSpec
from wardian.specs.serving import ServeSpec

MEMBERS = "abcdefgh"
AT_ONCE = 1000
HEADERS = [(b"content-type", b"application/json"), (b"authorization", b"Bearer letmein")]
HISTORY = [{"role": role, "content": "word " * 100} for role in ("user", "assistant") * 5]


class Member:
    """Says one of two things after `seconds`."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name = name
        self._seconds = seconds

    async def complete(self, request: Request) -> Completion:
        """The answer."""
        if self._seconds:
            await asyncio.sleep(self._seconds)
        message = Message(role="assistant", content="forty-two" if self.name in "abcde" else "seven")
        usage = Usage(input_tokens=1000, output_tokens=3)
        return Completion(message=message, finish="stop", model=self.name, usage=usage, cost_usd=0.001)


def gateway(seconds: float = 0.0) -> GatewayApp:
    """A gateway over eight members and a vote of all."""
    spec = ServeSpec.model_validate(
        {
            "name": "bench",
            "servers": {"local": {"kind": "simulator", "skills": {name: {} for name in MEMBERS}}},
            "models": {name: {"server": "local"} for name in MEMBERS},
            "fusions": {"eight": {"members": list(MEMBERS), "scope": "every"}},
            "gateway": {"concurrency": AT_ONCE},
        }
    )

    def client(name: str, hedge: HedgeSpec | None) -> ModelClient:
        return Member(name, seconds)

    clock, meters = SystemClock(), Meters(tuple)
    clients = clients_of(spec, client, clock)
    desk = Desk(spec, clients, clock, tariffs_of(spec))
    return GatewayApp(desk, Completions(desk, meters, clock), Guard(["letmein"]), meters)


async def ask(app: GatewayApp, model: str, *, stream: bool = False) -> int:
    """The status of an answer that was read to its end."""
    body = orjson.dumps(
        {"model": model, "messages": [*HISTORY, {"role": "user", "content": "How many?"}], "stream": stream}
    )
    events: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]
    status: list[int] = []

    async def receive() -> Any:
        if not events:
            await asyncio.Event().wait()
        return events.pop()

    async def send(event: Any) -> None:
        if "status" in event:
            status.append(event["status"])

    scope = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "headers": HEADERS}
    await app(scope, receive, send)
    return status[0]


async def latencies(once: Callable[[], Awaitable[int]], times: int) -> list[float]:
    """Milliseconds of each of so many calls, one after the other."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        if await once() != 200:
            raise SystemExit("a request was refused")
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def crowd() -> tuple[float, int]:
    """A thousand fusions of members that take a second, at once: CPU seconds, and how many were answered."""
    app, began = gateway(seconds=1.0), time.process_time()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(app, "fusion/eight")) for _ in range(AT_ONCE)]
    taken = time.process_time() - began
    return taken, sum(task.result() == 200 for task in asked)


async def measure(*, quick: bool) -> list[Goal]:
    """All figures."""
    app, times = gateway(), 200 if quick else 2000
    goals = []
    for name, once in (
        ("a model", lambda: ask(app, "a")),
        ("a vote of eight", lambda: ask(app, "fusion/eight")),
        ("a vote of eight, streamed", lambda: ask(app, "fusion/eight", stream=True)),
    ):
        await latencies(once, 20)
        parts = quantiles(await latencies(once, times), n=100)
        goals += [Goal(f"{name}: p50", parts[49], "ms", 5), Goal(f"{name}: p99", parts[98], "ms", 25)]
    cpu_s, answered = await crowd()
    goals.append(Goal("1,000 votes of eight at once: answered", answered, "of 1,000", 1000, "at least"))
    goals.append(Goal("1,000 votes of eight at once: CPU", cpu_s, "s"))
    return goals


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(asyncio.run(measure(quick=options.quick)), as_json=options.json)
