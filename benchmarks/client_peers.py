"""Other clients beside ours: what they make of broken replies, and what a call costs them."""

import asyncio
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contestants import installed
from goals import Goal
from rich.console import Console
from rich.table import Table
from servers import running, told

from wardian.simulator.faults.catalogue import BROKEN
from wardian.simulator.faults.fault import ANSWER

__all__ = ["cpu", "faults"]

DEADLINE_S, PATIENCE_S = 5.0, 30.0
"""What each client is told to wait at most, and when nobody believes any more that it will come back."""
FINAL = ("status_401", "status_402", "status_404")
RETRYING = ("wardian", "openai", "litellm", "inspect-ai")
REPLIES = {name: fault for name, fault in BROKEN.items() if fault.expected != "rate_limited"}
"""What says "slow down" is left out: how long a client waits then is no question of deadlines."""
CLIENTS = ("aiohttp", "wardian", "httpx", "openai", "litellm")


@dataclass(frozen=True)
class Reaction:
    """What one client made of the catalogue."""

    name: str
    outcomes: Mapping[str, tuple[str, float]]
    requests: Mapping[str, int]

    def ended(self, kind: str, *, answers: bool) -> int:
        """Replies out of which this came; `answers` are those that are odd but hold one."""
        names = [name for name, fault in REPLIES.items() if (fault.expected == ANSWER) == answers]
        return sum(self.outcomes[name][0].startswith(kind) for name in names)

    @property
    def late(self) -> int:
        """Calls that took longer than the deadline and a second."""
        return sum(seconds > DEADLINE_S + 1 for _, seconds in self.outcomes.values())

    def row(self) -> tuple[str, ...]:
        """A line of the table."""
        errors = [self.ended(kind, answers=False) for kind in ("typed", "untyped", "passed on", "answer", "endless")]
        repeats = "/".join(str(self.requests[name]) for name in FINAL)
        return (self.name, *map(str, errors), str(self.ended(ANSWER, answers=True)), str(self.late), repeats)

    def goals(self) -> Iterator[Goal]:
        """The same for machines."""
        for kind in ("untyped", "passed on", "endless"):
            count = sum(self.ended(kind, answers=answers) for answers in (False, True))
            yield Goal(f"broken replies, {kind}: {self.name}", count, "replies")
        yield Goal(f"calls later than deadline + 1 s: {self.name}", self.late, "calls")
        yield Goal(f"most requests for 401, 402, 404: {self.name}", max(self.requests[x] for x in FINAL), "requests")


def faults(venvs: Path, *, quiet: bool) -> Iterable[Goal]:
    """Every broken reply to every client, with a timeout of five seconds and its own retries."""
    reactions = asyncio.run(_reactions(venvs))
    if not quiet:
        _show(reactions)
    return [goal for reaction in reactions for goal in reaction.goals()]


async def _reactions(venvs: Path) -> list[Reaction]:
    reactions = []
    models = (*REPLIES, *FINAL)
    for name, contestant, python in installed(RETRYING, venvs):
        async with running("faults") as url:
            measured = await contestant.measured(
                python, "faults", url, timeout=DEADLINE_S, seconds=PATIENCE_S, models=models
            )
            counts = await told(f"{url}/counts")
        reactions.append(Reaction(f"{name} {measured['version']}", measured["outcomes"], counts))
    return reactions


def _show(reactions: Iterable[Reaction]) -> None:
    errors = sum(fault.expected != ANSWER for fault in REPLIES.values())
    heads = ("typed", "untyped", "None as success", "as an answer", "endless")
    table = Table("client", *heads, "answered", "late", "requests for 401/402/404")
    table.title = f"{errors} replies without an answer, {len(REPLIES) - errors} odd ones with one (answered)"
    for reaction in reactions:
        table.add_row(*reaction.row())
    Console(width=140).print(table)


def cpu(venvs: Path | None, *, quick: bool) -> Iterable[Goal]:
    """CPU of a call in each client's process, against a provider that answers at once."""
    names = CLIENTS if venvs else CLIENTS[:2] if quick else CLIENTS[:3]
    return asyncio.run(_cpu(names, venvs or Path(), quick=quick))


async def _cpu(names: Iterable[str], venvs: Path, *, quick: bool) -> list[Goal]:
    goals: list[Goal] = []
    clients = list(installed(names, venvs))
    async with running("instant") as url:
        for connections in (100, 1_000):
            costs: dict[str, float] = {}
            for name, contestant, python in [*clients, *clients[:2]]:
                load = {"connections": connections, "seconds": 1.0 if quick else 3.0, "rounds": 1 if quick else 3}
                measured = await contestant.measured(python, "cpu", f"{url}/v1", **load)
                again = [costs[name]] if name in costs else []  # the first two frame the others
                costs[name] = statistics.mean([statistics.median(measured["us_a_call"]), *again])
            goals += _costs(connections, costs)
    return goals


def _costs(connections: int, costs: Mapping[str, float]) -> Iterator[Goal]:
    """Ours has goals at a thousand connections, where they were set; the others are for comparison."""
    bound = connections == 1_000
    at = f"at {connections:,} connections"
    yield Goal(f"CPU a call {at}: wardian", costs["wardian"] / 1_000, "ms", 0.5 if bound else None)
    yield Goal(f"that, relative to aiohttp alone {at}", costs["wardian"] / costs["aiohttp"], "x", 1.4)
    for name, cost in costs.items():
        if name != "wardian":
            yield Goal(f"CPU a call {at}: {name}", cost / 1_000, "ms")
