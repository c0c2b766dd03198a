"""The machines of the cluster that this process has joined: how many there are now, and which will go away.

Every question is one blocking call of about a millisecond to the cluster's control store; an async actor asks from a
thread. Ray offers no public way to two of them.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ray
from ray._private import state
from ray.actor import ActorHandle
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from wardian.base.frozen import Frozen

__all__ = ["Node", "alive_nodes", "cpus_of", "draining_nodes", "here", "leaving", "node_of", "on_one_machine"]


class Node(Frozen):
    """A node that is alive.

    `leaves_in_s`: seconds until it is taken away, 0 when that may be any moment, infinite when nobody said when; None
    when it stays.
    """

    id: str
    address: str
    cpus: float
    leaves_in_s: float | None = None


def alive_nodes() -> tuple[Node, ...]:
    """All nodes that are alive, those that drain among them."""
    draining = draining_nodes()
    return tuple(_node(entry, draining) for entry in ray.nodes() if entry["Alive"])


def draining_nodes(now: Callable[[], float] = time.time) -> dict[str, float]:
    """The nodes that will go away and in how many seconds, as in `Node.leaves_in_s`.

    Ray starts nothing new on them and lets what is there run on, beyond the deadline as well, until the machine is
    gone. One on which nothing runs any more goes at once.
    """
    return {node: _left(deadline_ms, now()) for node, deadline_ms in state.state.get_draining_nodes().items()}


def node_of(actor: ActorHandle) -> str | None:
    """The id of the node that the actor lives on; None when it lives nowhere: not yet, not now, or no more."""
    entry = state.actors(actor._actor_id.hex())  # noqa: SLF001  (the handle shows its id to nobody else)
    return str(entry["Address"]["NodeID"]) if entry and entry["State"] == "ALIVE" else None


def here() -> dict[str, object]:
    """Options for an actor that takes no CPU from workers and lives on this node; elsewhere once that is gone.

    The byte of memory matters: Ray puts an actor that asks for nothing at all on any node, whatever its wish.
    """
    node = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
    return {"num_cpus": 0, "memory": 1, "scheduling_strategy": node}


def leaving(workers: Mapping[str, str | None], draining: Mapping[str, float]) -> dict[str, float]:
    """Which workers will lose their node, and in how many seconds.

    Args:
        workers: the node of each, by its name.
        draining: what `draining_nodes` answered.
    """
    return {name: draining[node] for name, node in workers.items() if node is not None and node in draining}


def cpus_of(nodes: Sequence[Node]) -> float:
    """The CPUs on which workers can be placed: those of the nodes that stay, taken or free."""
    return sum(node.cpus for node in nodes if node.leaves_in_s is None)


def on_one_machine(nodes: Sequence[Node]) -> bool:
    """Whether loopback is the same place for all nodes: they share one address."""
    return len({node.address for node in nodes}) <= 1


def _node(entry: Mapping[str, Any], draining: Mapping[str, float]) -> Node:
    return Node(
        id=entry["NodeID"],
        address=entry["NodeManagerAddress"],
        cpus=entry["Resources"].get("CPU", 0.0),
        leaves_in_s=draining.get(entry["NodeID"]),
    )


def _left(deadline_ms: int, now_s: float) -> float:
    """Ray says 0 when there is no deadline."""
    return max(deadline_ms / 1_000 - now_s, 0.0) if deadline_ms else math.inf
