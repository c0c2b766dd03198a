"""Finding the processes of a run on a cluster, and sending them signals, on whatever machine they are."""

import asyncio
import os
import signal
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from wardian.cluster.broker import NAME as BROKER
from wardian.cluster.nodes import alive_nodes
from wardian.cluster.session import NAMESPACE

__all__ = ["Hand", "Hands", "Victim", "VictimKind"]

VictimKind = Literal["worker", "coordinator", "broker"]
PATIENCE_S: Final = 2.0
"""Who does not say where it is for so long is not there yet, or no longer."""


@dataclass(frozen=True, slots=True)
class Victim:
    """A process: the name of its actor, its machine (Ray's id) and its pid there."""

    name: str
    node: str
    pid: int


class Hand:
    """An actor that sends signals on the machine where it is."""

    async def kill(self, pid: int) -> None:
        """End a process without a word."""
        os.kill(pid, signal.SIGKILL)

    async def freeze(self, pid: int, seconds: float) -> None:
        """Stop a process, and let it go on after so many seconds."""
        os.kill(pid, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(seconds, _go_on, pid)


class Hands:
    """One hand on each machine, as soon as it is needed there; for a process that has joined the cluster.

    Args:
        run: the id of the run whose processes are struck.
    """

    def __init__(self, run: str) -> None:
        self._prefix = f"wardian/{run}/"
        self._hands: dict[str, ActorHandle] = {}

    async def prepare(self) -> None:
        """Put a hand on every machine of now: a first one takes a second to start."""
        nodes = await asyncio.to_thread(alive_nodes)
        await asyncio.gather(*(self._hand(node.id).__ray_ready__.remote() for node in nodes))

    async def find(self, kind: VictimKind, chance: Random) -> Victim | None:
        """One of that kind that is there now; None when there is none, or none answers."""
        names = await asyncio.to_thread(self._names, kind)
        return await _located(chance.choice(names)) if names else None

    async def kill(self, victim: Victim) -> bool:
        """End it; whether it was still there."""
        return await _done(self._hand(victim.node).kill.remote(victim.pid))

    async def freeze(self, victim: Victim, seconds: float) -> bool:
        """Stop it for so long; whether it was still there."""
        return await _done(self._hand(victim.node).freeze.remote(victim.pid, seconds))

    def _hand(self, node: str) -> ActorHandle:
        if node not in self._hands:
            there = NodeAffinitySchedulingStrategy(node, soft=False)
            self._hands[node] = ray.remote(Hand).options(num_cpus=0, scheduling_strategy=there).remote()
        return self._hands[node]

    def _names(self, kind: VictimKind) -> list[str]:
        """Of all actors of that kind which Ray knows, in an order that does not depend on Ray."""
        wanted = BROKER if kind == "broker" else f"{self._prefix}{kind}"
        known = ray.util.list_named_actors(all_namespaces=True)
        return sorted(each["name"] for each in known if each["namespace"] == NAMESPACE and _is(each["name"], wanted))


def _is(name: str, wanted: str) -> bool:
    """Workers have a number behind their kind."""
    return name == wanted or name.startswith(f"{wanted}-")


async def _located(name: str) -> Victim | None:
    """Ask an actor where it is, whatever its class."""
    with suppress(RayError, ValueError, TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            actor = await asyncio.to_thread(ray.get_actor, name, NAMESPACE)
            node, pid = await actor.__ray_call__.remote(_whereabouts)
        return Victim(name, node, pid)
    return None


def _whereabouts(actor: object) -> tuple[str, int]:
    return ray.get_runtime_context().get_node_id(), os.getpid()


async def _done(blow: Awaitable[None]) -> bool:
    with suppress(RayError, ProcessLookupError):
        await blow
        return True
    return False


def _go_on(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
