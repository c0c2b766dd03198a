"""What the client makes of a provider that is not well: every reply typed, no call endless, no request in vain.

python benchmarks/client.py [--quick] [--json] [--only faults,trouble,repeats,permanent,outage,budget,cpu]
    [--peers [--venvs DIR]]

--peers adds what other clients make of the broken replies, and what a call costs them; they are installed, not in this
environment but each in one of its own. `--only peers` does nothing else.

The faulty provider (`wardian simulate --faults`) is a process of its own on loopback.
"""

import argparse
import asyncio
import ssl
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import client_peers
from budgets import budget
from goals import Goal, report
from rich.console import Console
from rich.table import Table
from venvs import CACHE, outside

from wardian.base.child import ChildServer
from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.quota import LocalQuota
from wardian.models.refusal import RETRIED
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.models.wire import AiohttpWire
from wardian.simulator.app import SimulatorApp
from wardian.simulator.faults.catalogue import BROKEN, FAULTS
from wardian.simulator.faults.fault import ANSWER
from wardian.simulator.faults.provider import FaultyProvider
from wardian.simulator.local import served
from wardian.simulator.playbook import NoTasks
from wardian.simulator.proxy import TroublePlan, TroublingProxy
from wardian.specs.models import SimulatorServer, SkillSpec

QUESTION = Request(model="m", messages=(Message(role="user", content="hi"),))
DEADLINE_S = 5.0
AT_ONCE = 64
"""How many calls one worker has in flight."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call: `kind` is "answer", a `ModelError`'s kind, or the name of an error that has none."""

    kind: str
    typed: bool
    seconds: float
    requests: int


class Counted:
    """Counts the requests that a client really sends."""

    def __init__(self, inner: ModelClient) -> None:
        self.name = inner.name
        self.requests = 0
        self._inner = inner

    async def complete(self, request: Request) -> Completion:
        """Ask once more."""
        self.requests += 1
        return await self._inner.complete(request)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="faults,trouble,repeats,permanent,outage,budget,cpu")
    parser.add_argument("--peers", action="store_true", help="compare with other clients, which are installed")
    parser.add_argument("--venvs", type=outside, default=CACHE, metavar="DIR", help="where the peers are kept")
    options = parser.parse_args()
    names = dict.fromkeys([*options.only.split(","), *(["peers"] if options.peers else [])])
    report([goal for name in names for goal in _measured(name, names, options)], as_json=options.json)


def _measured(name: str, names: Iterable[str], options: argparse.Namespace) -> Iterable[Goal]:
    if name == "cpu":
        return client_peers.cpu(options.venvs if "peers" in names else None, quick=options.quick)
    if name == "peers":
        return client_peers.faults(options.venvs, quiet=options.json)
    measures: dict[str, Callable[[bool, bool], Coroutine[Any, Any, Iterable[Goal]]]] = {
        "faults": faults,
        "trouble": trouble,
        "repeats": repeats,
        "permanent": permanent,
        "outage": outage,
        "budget": budget,
    }
    return asyncio.run(measures[name](options.quick, options.json))


async def faults(quick: bool, quiet: bool) -> Iterable[Goal]:
    """Every fault on its own, all at once."""
    names = list(BROKEN)[::2] if quick else list(FAULTS)
    async with _faulty_provider() as url, _wire(url) as wire:
        asked = [_outcome(*_client(url, f"fault/{name}", wire, DEADLINE_S)) for name in names]
        outcomes = dict(zip(names, await asyncio.gather(*asked), strict=True))
    if not quiet:
        _show(outcomes)
    broken = [outcomes[name] for name in names if name in BROKEN]
    rest = [outcomes[name] for name in names if name not in BROKEN]
    final = [each for each in outcomes.values() if each.kind not in RETRIED]
    timed = [each.seconds for each in outcomes.values() if each.kind != "rate_limited"]
    return [
        Goal("broken replies", len(broken), "replies", *(() if quick else (66, "at least"))),
        Goal("broken replies typed", 100 * sum(each.typed for each in broken) / len(broken), "%", 100, "at least"),
        *(
            [Goal("refusals typed", 100 * sum(each.typed for each in rest) / len(rest), "%", 100, "at least")]
            if rest
            else []
        ),
        Goal(
            "as the catalogue expects",
            100 * sum(o.kind == FAULTS[n].expected for n, o in outcomes.items()) / len(names),
            "%",
        ),
        Goal("longest call beyond its deadline", max(timed) - DEADLINE_S, "s", 1.0),
        Goal("most requests for what is final", max(each.requests for each in final), "requests", 1),
    ]


async def trouble(quick: bool, quiet: bool) -> Iterable[Goal]:
    """A good provider behind a proxy that resets, stalls or drips, each on every connection."""
    del quiet
    calls = 10 if quick else 100
    plans = (TroublePlan(reset=1.0, within=100), TroublePlan(stall=1.0, within=100), TroublePlan(drip=1.0, within=100))
    simulator = SimulatorServer(kind="simulator", skills={"sim": SkillSpec()})
    outcomes: list[Outcome] = []
    async with served(SimulatorApp(simulator, NoTasks())) as url:
        place = urlsplit(url)
        for plan in plans:
            async with TroublingProxy(str(place.hostname), place.port or 0, plan) as proxy, _wire(proxy.url) as wire:
                asked = [_outcome(*_client(proxy.url, "sim", wire, DEADLINE_S)) for _ in range(calls)]
                outcomes += await asyncio.gather(*asked)
    typed = 100 * sum(each.typed and each.kind != ANSWER for each in outcomes) / len(outcomes)
    return [
        Goal("calls through resets, stalls and drips that end as typed errors", typed, "%", 100, "at least"),
        Goal("longest of them beyond its deadline", max(each.seconds for each in outcomes) - DEADLINE_S, "s", 1.0),
    ]


async def repeats(quick: bool, quiet: bool) -> Iterable[Goal]:
    """One answer in twenty fails in a way that passes."""
    del quiet
    calls = 1_000 if quick else 10_000
    simulator = SimulatorServer(kind="simulator", skills={"sim": SkillSpec()})
    async with served(FaultyProvider(SimulatorApp(simulator, NoTasks()), rate=0.05)) as url, _wire(url) as wire:
        client, counted = _client(url, "sim", wire, 60.0)
        kinds = await _crowd(client, calls)
    return [
        Goal("requests per call, 5 % faults", counted.requests / calls, "x", 1.10),
        Goal("calls lost, 5 % faults", calls - kinds[ANSWER], "calls", 0),
    ]


async def permanent(quick: bool, quiet: bool) -> Iterable[Goal]:
    """Out of credit, with ten thousand calls in the queue."""
    del quiet
    calls = 1_000 if quick else 10_000
    async with _faulty_provider() as url, _wire(url) as wire:
        client, counted = _client(url, "fault/status_402", wire, 60.0)
        began = asyncio.get_running_loop().time()
        kinds = await _crowd(client, calls)
        seconds = asyncio.get_running_loop().time() - began
    assert kinds == {"quota_exhausted": calls}
    return [
        Goal(f"requests without credit, {calls} queued", counted.requests, "requests", AT_ONCE + 1),
        Goal("until all of them know", seconds, "s", 2.0),
    ]


async def outage(quick: bool, quiet: bool) -> Iterable[Goal]:
    """A provider that resets every connection."""
    del quiet
    calls = 200 if quick else 1_000
    async with _faulty_provider() as url, _wire(url) as wire:
        client, counted = _client(url, "fault/reset_at_once", wire, DEADLINE_S)
        began = asyncio.get_running_loop().time()
        asked = [_outcome(client, counted) for _ in range(calls)]
        await asyncio.gather(*asked)
        seconds = asyncio.get_running_loop().time() - began
    return [
        Goal(f"requests per call in an outage, {calls} at once", counted.requests / calls, "x", 1.10),
        Goal("longest call beyond its deadline in an outage", seconds - DEADLINE_S, "s", 1.0),
    ]


def _client(url: str, model: str, wire: AiohttpWire, timeout_s: float) -> tuple[ModelClient, Counted]:
    clock = SystemClock()
    counted = Counted(ChatClient(model, Endpoint(url=f"{url}/v1", model=model), wire))
    policy = RetryPolicy(timeout_s=timeout_s, first_pause_s=0.1, patience_s=DEADLINE_S)
    return RetryingClient(counted, LocalQuota({}, clock), policy, clock), counted


async def _outcome(client: ModelClient, counted: Counted) -> Outcome:
    began = asyncio.get_running_loop().time()
    kind, typed = ANSWER, True
    try:
        await client.complete(QUESTION)
    except ModelError as error:
        kind = error.kind
    except Exception as error:  # noqa: BLE001  (an untyped error is what is looked for here)
        kind, typed = type(error).__name__, False
    return Outcome(kind, typed, asyncio.get_running_loop().time() - began, counted.requests)


async def _crowd(client: ModelClient, calls: int) -> Counter[str]:
    """`calls` calls, a worker's number at once."""
    kinds: Counter[str] = Counter()
    room = asyncio.Semaphore(AT_ONCE)

    async def call() -> None:
        async with room:
            try:
                await client.complete(QUESTION)
                kinds[ANSWER] += 1
            except ModelError as error:
                kinds[error.kind] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(calls):
            group.create_task(call())
    return kinds


@asynccontextmanager
async def _faulty_provider() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        log = str(Path(folder) / "log")
        server = ChildServer(["-m", "wardian", "simulate", "--faults", "--child"], name="faults", log=log)
        try:
            yield await server.start()
        finally:
            await server.stop()


@asynccontextmanager
async def _wire(url: str) -> AsyncIterator[AiohttpWire]:
    wire = AiohttpWire(Endpoint(url=url, model="m"), ssl.create_default_context())
    try:
        yield wire
    finally:
        await wire.close()


def _show(outcomes: dict[str, Outcome]) -> None:
    table = Table("fault", "outcome", "expected", "typed", "seconds", "requests")
    for name, each in outcomes.items():
        expected = "" if each.kind == FAULTS[name].expected else FAULTS[name].expected
        table.add_row(name, each.kind, expected, str(each.typed), f"{each.seconds:.2f}", str(each.requests))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
