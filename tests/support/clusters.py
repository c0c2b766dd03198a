"""A Ray cluster of several raylets on this machine, whose nodes come, drain, go and are killed.

`ray.cluster_utils.Cluster` lives in a process of its own, and the driver that asks it in another: tests may have joined
another Ray, and Ray decides once in a process how it authenticates.
"""

import atexit
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

import ray
from ray.cluster_utils import Cluster
from ray.core.generated.autoscaler_pb2 import DRAIN_NODE_REASON_PREEMPTION
from ray.core.generated.gcs_pb2 import GcsNodeInfo
from support.apart import Apart

__all__ = ["MEMORY", "SmallCluster", "await_nodes", "join", "ray_environ", "small_cluster", "system_config"]

TESTS = Path(__file__).parents[1]
P = ParamSpec("P")
T = TypeVar("T")
FAST_HEALTH_CHECKS: dict[str, int] = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1_000,
    "health_check_failure_threshold": 4,
}
"""A lost node is noticed after seconds instead of a quarter of a minute."""
ATTEMPTS = 3
MEMORY = 80 * 1024 * 1024
"""Bytes of a node's object store: the least that Ray allows, nobody here keeps objects."""


class SmallCluster:
    """A head with one CPU, and nodes that are added.

    Args:
        folder: for logs; Ray's own folder is elsewhere, for its path must be short.
        environ: of all processes, and of commands that are to find the cluster.
        stack: ends the driver, then all nodes.
        fast: whether lost nodes are noticed quickly.
    """

    def __init__(self, folder: Path, environ: dict[str, str], stack: ExitStack, *, fast: bool = True) -> None:
        self.environ = environ
        self._folder = folder
        self._stack = stack
        self._keeper, self.address, self.head = _started(environ, folder / "cluster.log", system_config(fast=fast))
        stack.callback(self._keeper.close)
        self._driver: Apart | None = None

    def add_node(self, cpus: float = 1) -> str:
        """The id of one more node, which is up."""
        return self._keeper.call(_add, cpus)

    def drain(self, node: str, deadline_s: float) -> None:
        """Tell the cluster that the node will go, as the notice of a preemption does. Nothing takes it away."""
        self._keeper.call(_drain, node, deadline_s)

    def remove(self, node: str) -> None:
        """Stop the node: its raylet may say goodbye."""
        self._keeper.call(_remove, node)

    def kill(self, node: str) -> None:
        """Kill -9 what Ray runs for the node (of the head also its control store), and reap it.

        As long as a raylet is a zombie, its workers believe that it lives.
        """
        self._keeper.call(_kill, node)

    def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns in a driver that has joined the cluster; it must be importable there."""
        if self._driver is None:
            self._driver = self._stack.enter_context(Apart(self.environ, self._folder / "driver.log"))
            self._driver.call(join, self.address)
        return self._driver.call(function, *args, **kwargs)


@contextmanager
def small_cluster(folder: Path, *, fast: bool = True) -> Iterator[SmallCluster]:
    """A cluster that is gone afterwards, with every process of it."""
    with ray_environ() as environ, ExitStack() as stack:
        yield SmallCluster(folder, environ, stack, fast=fast)


def _started(environ: dict[str, str], log: Path, settings: dict[str, int]) -> tuple[Apart, str, str]:
    """Who keeps the nodes, and the head's address and id. Ray gives it half a minute, which a busy machine may miss."""
    for attempt in range(ATTEMPTS):
        keeper = Apart(environ, log)
        try:
            return (keeper, *keeper.call(_start, settings))
        except AssertionError:
            keeper.close()
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("there is no attempt")


def system_config(*, fast: bool) -> dict[str, int]:
    """Ray's settings for tests. By itself it runs workers at niceness 15, behind everything else on this machine."""
    return {"worker_niceness": 0, **(FAST_HEALTH_CHECKS if fast else {})}


@contextmanager
def ray_environ() -> Iterator[dict[str, str]]:
    """The environment of a Ray of its own: it notes its address where no other Ray looks, and asks for no token."""
    folder = tempfile.mkdtemp(prefix="ray-")  # short: a socket's path may have 107 characters
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environ |= {"RAY_AUTH_MODE": "disabled", "RAY_TMPDIR": folder, "RAY_USAGE_STATS_ENABLED": "0"}
    # Nodes and drivers import what tests bring along.
    environ["PYTHONPATH"] = os.pathsep.join([str(TESTS), *filter(None, [environ.get("PYTHONPATH")])])
    try:
        yield environ
    finally:
        _end_leftovers(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _end_leftovers(folder: str) -> None:
    """Kill what still runs with this folder of Ray's: workers outlive a raylet that was killed by seconds."""
    mark = f"RAY_TMPDIR={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


# In the process that keeps the nodes

_kept: Cluster


def _start(settings: dict[str, int]) -> tuple[str, str]:
    global _kept  # the process is there for this one thing
    _kept = Cluster()
    # Port 0: another Ray on this host, such as that of other tests, holds the default one.
    free = {"dashboard_agent_listen_port": 0, "include_dashboard": False}
    head = _kept.add_node(num_cpus=1, object_store_memory=MEMORY, _system_config=settings, **free)
    atexit.register(_kept.shutdown)
    return str(_kept.address), str(head.node_id)


def _add(cpus: float) -> str:
    return str(_kept.add_node(num_cpus=cpus, object_store_memory=MEMORY).node_id)


def _node(node: str) -> "ray._private.node.Node":
    return next(known for known in _kept.list_all_nodes() if known.node_id == node)


def _remove(node: str) -> None:
    _kept.remove_node(_node(node))


def _drain(node: str, deadline_s: float) -> None:
    deadline_ms = int((time.time() + deadline_s) * 1_000)
    accepted, why = ray._raylet.GcsClient(address=_kept.address).drain_node(
        node, DRAIN_NODE_REASON_PREEMPTION, "a test takes it away", deadline_ms
    )
    assert accepted, why


def _kill(node: str) -> None:
    known = _node(node)
    processes = [info.process for infos in known.all_processes.values() for info in infos]
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
    for process in processes:
        process.wait()
    known.all_processes.clear()
    if known is _kept.head_node:
        atexit.unregister(_kept.shutdown)  # it would wait for the head; the other nodes die with this process


# In a driver


def join(address: str) -> None:
    """Make this process a driver of the cluster, in the namespace of Wardian."""
    ray.init(address=address, namespace="wardian", log_to_driver=False, logging_level="ERROR")
    atexit.register(ray.shutdown)


def await_nodes(address: str, count: int) -> None:
    """Wait until so many nodes of the cluster at `address`, which may still be starting, are alive."""
    host, _, port = address.rpartition(":")
    while True:
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            break
        time.sleep(0.1)
    asked = ray._raylet.GcsClient(address=address)
    while sum(node.state == GcsNodeInfo.ALIVE for node in asked.get_all_node_info().values()) < count:
        time.sleep(0.1)
