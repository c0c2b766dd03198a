"""Actors that sit on a chosen node, and what their driver notices of their end; to be called in that driver."""

import os
import time
from dataclasses import dataclass

import ray
from ray.actor import ActorHandle
from ray.exceptions import ActorDiedError, ActorUnavailableError, GetTimeoutError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from wardian.cluster.nodes import draining_nodes, here, leaving, node_of

__all__ = [
    "Loss",
    "answers",
    "await_loss",
    "dismiss",
    "own_node",
    "settle",
    "settle_here",
    "settled_at",
    "threatened",
    "where",
]

_residents: dict[str, ActorHandle] = {}


class Resident:
    """Does nothing; answers."""

    async def pid(self) -> int:
        """Its process."""
        return os.getpid()

    async def sees(self) -> dict[str, float]:
        """Which nodes it believes to drain."""
        return draining_nodes()


@dataclass(frozen=True)
class Loss:
    """What became known when, on the monotonic clock that all processes of this machine share."""

    unreachable_at: float | None
    """The first call that failed, if Ray still hoped then."""
    dead_at: float
    """The first call of which Ray said that the actor is no more."""
    why: str


def settle(name: str, node: str | None = None, cpus: float = 0) -> None:
    """Place an actor on that node and nowhere else; on any, if none is named. It may have to wait for CPUs."""
    place = "SPREAD" if node is None else NodeAffinitySchedulingStrategy(node, soft=False)
    options = {"num_cpus": cpus, "max_restarts": 0, "scheduling_strategy": place}
    _residents[name] = ray.remote(Resident).options(**options).remote()


def settle_here(name: str) -> None:
    """Place an actor on the driver's own node as long as that is there."""
    _residents[name] = ray.remote(Resident).options(max_restarts=0, **here()).remote()


def own_node() -> str:
    """The driver's."""
    return str(ray.get_runtime_context().get_node_id())


def settled_at(name: str) -> tuple[int, float]:
    """The actor's process, and how long this call has waited for it in seconds."""
    asked = time.monotonic()
    pid: int = ray.get(_residents[name].pid.remote())
    return pid, time.monotonic() - asked


def answers(name: str, within_s: float) -> bool:
    """Whether it answers in time."""
    try:
        ray.get(_residents[name].pid.remote(), timeout=within_s)
    except GetTimeoutError:
        return False
    return True


def await_loss(name: str) -> Loss:
    """Call the actor until Ray says that it is dead."""
    unreachable_at = None
    while True:
        try:
            ray.get(_residents[name].pid.remote())
        except ActorUnavailableError:
            unreachable_at = unreachable_at or time.monotonic()
        except ActorDiedError as error:
            return Loss(unreachable_at, time.monotonic(), " ".join(str(error).split()))
        time.sleep(0.002)


def dismiss(name: str) -> None:
    """End the actor."""
    ray.kill(_residents[name])


def where(name: str) -> str | None:
    """The actor's node."""
    return node_of(_residents[name])


def threatened(by: str | None = None) -> dict[str, float]:
    """Which actors will lose their node, as this driver sees it, or as one of them does."""
    draining = draining_nodes() if by is None else ray.get(_residents[by].sees.remote())
    return leaving({name: node_of(actor) for name, actor in _residents.items()}, draining)
