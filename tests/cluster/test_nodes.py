"""Nodes come, drain, go and are killed, and those who ask are told."""

import math
import time
from collections.abc import Callable, Iterator

import pytest
from support import residents
from support.clusters import SmallCluster, small_cluster

from wardian.cluster.nodes import Node, alive_nodes, cpus_of, draining_nodes, leaving, on_one_machine

PATIENCE_S = 10.0


def node(name: str, address: str = "10.0.0.1", **fields: float) -> Node:
    return Node(id=name, address=address, **{"cpus": 2.0, **fields})


def until(true: Callable[[], bool]) -> float:
    """Wait for it; how long that took in seconds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE_S
        time.sleep(0.02)
    return time.monotonic() - began


# What follows from an answer


def test_workers_can_be_placed_on_nodes_that_stay() -> None:
    assert cpus_of([node("a"), node("b", cpus=0.5), node("c", leaves_in_s=30.0), node("d", leaves_in_s=0.0)]) == 2.5
    assert cpus_of([]) == 0


def test_loopback_is_shared_by_nodes_with_one_address() -> None:
    assert on_one_machine([node("a"), node("b")])
    assert not on_one_machine([node("a"), node("b", "10.0.0.2")])
    assert on_one_machine([])


def test_workers_leave_with_their_node() -> None:
    workers = {"w0": "a", "w1": "b", "w2": None, "w3": "a"}
    assert leaving(workers, {"a": 12.0, "c": math.inf}) == {"w0": 12.0, "w3": 12.0}


# A real cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCluster]:
    with small_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.mark.cluster
def test_who_belongs_beside_the_driver_is_put_there(cluster: SmallCluster) -> None:
    other, names = cluster.add_node(), [f"neighbour-{number}" for number in range(6)]
    for name in names:
        cluster.ask(residents.settle_here, name)
        cluster.ask(residents.settled_at, name)
    assert {cluster.ask(residents.where, name) for name in names} == {cluster.ask(residents.own_node)}
    for name in names:
        cluster.ask(residents.dismiss, name)
    cluster.remove(other)


@pytest.mark.cluster
def test_a_node_that_joins_takes_an_actor_and_says_goodbye(cluster: SmallCluster) -> None:
    added = cluster.add_node(cpus=2)
    nodes = cluster.ask(alive_nodes)
    assert {known.id: (known.cpus, known.leaves_in_s) for known in nodes} == {cluster.head: (1, None), added: (2, None)}
    assert on_one_machine(nodes)
    cluster.ask(residents.settle, "guest", added, 2)
    cluster.ask(residents.settled_at, "guest")
    assert cluster.ask(residents.where, "guest") == added

    removed = time.monotonic()
    cluster.remove(added)
    loss = cluster.ask(residents.await_loss, "guest")
    assert loss.dead_at - removed < 2
    assert "terminated expectedly" in loss.why
    assert cluster.ask(residents.where, "guest") is None
    assert [known.id for known in cluster.ask(alive_nodes)] == [cluster.head]


@pytest.mark.cluster
def test_a_node_that_drains_is_announced_and_left(cluster: SmallCluster) -> None:
    added = cluster.add_node(cpus=2)
    for name, where in (("stays", cluster.head), ("leaves", added)):
        cluster.ask(residents.settle, name, where)
        cluster.ask(residents.settled_at, name)
    assert cluster.ask(residents.threatened) == {}
    cluster.drain(added, deadline_s=30)
    assert cluster.ask(residents.threatened) == {"leaves": pytest.approx(30, abs=5)}
    assert cluster.ask(residents.threatened, "stays") == {"leaves": pytest.approx(30, abs=5)}
    assert cpus_of(cluster.ask(alive_nodes)) == 1

    cluster.ask(residents.settle, "new", None, 1)
    cluster.ask(residents.settled_at, "new")
    assert cluster.ask(residents.where, "new") == cluster.head
    cluster.ask(residents.settle, "too many", None, 1)
    assert not cluster.ask(residents.answers, "too many", 1.0)

    for name in ("leaves", "new", "too many", "stays"):
        cluster.ask(residents.dismiss, name)
    until(lambda: [known.id for known in cluster.ask(alive_nodes)] == [cluster.head])
    assert cluster.ask(draining_nodes) == {}


@pytest.mark.cluster
def test_nothing_happens_at_the_deadline_by_itself(cluster: SmallCluster) -> None:
    added = cluster.add_node()
    cluster.ask(residents.settle, "late", added)
    cluster.ask(residents.settled_at, "late")
    cluster.drain(added, deadline_s=0.5)
    until(lambda: cluster.ask(draining_nodes) == {added: 0.0})
    assert cluster.ask(residents.answers, "late", 5.0)
    cluster.kill(added)


@pytest.mark.cluster
def test_a_killed_node_is_noticed(cluster: SmallCluster) -> None:
    added = cluster.add_node()
    cluster.ask(residents.settle, "victim", added)
    pid, _ = cluster.ask(residents.settled_at, "victim")
    killed = time.monotonic()
    cluster.kill(added)
    loss = cluster.ask(residents.await_loss, "victim")
    assert loss.dead_at - killed < PATIENCE_S
    assert "node was terminated unexpectedly" in loss.why
    assert str(pid) in loss.why
    assert added not in {known.id for known in cluster.ask(alive_nodes)}
