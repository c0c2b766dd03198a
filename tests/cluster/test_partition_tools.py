"""Two hosts whose cable is cut and mended, and what Ray makes of it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support import residents
from support.apart import Apart
from support.clusters import join
from support.namespaces import TwoHosts, two_hosts, why_not

from wardian.cluster.nodes import alive_nodes, on_one_machine

REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))

SERVER = (
    "import socket; s = socket.create_server(('', 7000)); print(flush=True)\nwhile True: s.accept()[0].sendall(b'hi')"
)
CLIENT = "import socket, sys; print(socket.create_connection((sys.argv[1], 7000), timeout=1).recv(2).decode())"
PATIENCE_S = 20.0


def greeting(hosts: TwoHosts) -> str:
    return hosts.near.run([sys.executable, "-c", CLIENT, hosts.far.ip]).stdout.strip()


def test_a_cut_cable_carries_nothing_until_it_is_mended(tmp_path: Path) -> None:
    with two_hosts(tmp_path) as hosts:
        server = hosts.far.popen([sys.executable, "-c", SERVER])
        heard = tmp_path / f"{hosts.far.name}.log"
        while not heard.read_text():
            time.sleep(0.01)
        assert greeting(hosts) == "hi"
        hosts.cut()
        assert greeting(hosts) == ""
        hosts.heal()
        assert greeting(hosts) == "hi"
    assert server.returncode is not None
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert hosts.far.name not in left
    assert hosts.near.name not in left


def test_the_cable_can_be_unplugged_without_nftables(tmp_path: Path) -> None:
    with two_hosts(tmp_path) as both:
        hosts = replace(both, nft=None)
        hosts.far.popen([sys.executable, "-c", SERVER])
        while greeting(hosts) != "hi":
            time.sleep(0.05)
        hosts.cut()
        assert greeting(hosts) == ""
        hosts.heal()
        assert greeting(hosts) == "hi"


# A Ray with its head near


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoHosts]:
    with two_hosts(tmp_path_factory.mktemp("hosts")) as both:
        both.near.start_head()
        yield both


@contextmanager
def guest(hosts: TwoHosts) -> Iterator[tuple[Apart, "subprocess.Popen[bytes]"]]:
    """A driver near, an actor called `guest` far, and the process that is the far node."""
    address = f"{hosts.near.ip}:6379"
    process = hosts.far.start_node(address)
    try:
        hosts.near.await_nodes(address, 2)
        with hosts.near.apart() as driver:
            driver.call(join, address)
            nodes = driver.call(alive_nodes)
            assert not on_one_machine(nodes)
            far = next(node.id for node in nodes if node.address == hosts.far.ip)
            driver.call(residents.settle, "guest", far)
            driver.call(residents.settled_at, "guest")
            yield driver, process
    finally:
        hosts.heal()
        hosts.far.kill_all()


@pytest.mark.cluster
def test_a_short_cut_delays_and_a_long_one_ends_the_node(hosts: TwoHosts) -> None:
    with guest(hosts) as (driver, process):
        hosts.cut()
        assert not driver.call(residents.answers, "guest", 0.5)
        hosts.heal()
        assert driver.call(residents.answers, "guest", PATIENCE_S)

        hosts.cut()
        cut = time.monotonic()
        loss = driver.call(residents.await_loss, "guest")
        assert 1 < loss.dead_at - cut < PATIENCE_S
        assert "missing too many heartbeats" in loss.why
        # Behind the cut its actor lives on and could do harm; only when it hears from the head again, the node ends.
        assert process.poll() is None
        assert any(f"pid: {pid} " in loss.why for pid in hosts.far.pids())
        hosts.heal()
        assert process.wait(PATIENCE_S) != 0
        assert len(driver.call(alive_nodes)) == 1


@pytest.mark.cluster
def test_a_node_that_is_told_to_end_drains_first(hosts: TwoHosts) -> None:
    with guest(hosts) as (driver, process):
        hosts.far.tell(process, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_S
        while not (threatened := driver.call(residents.threatened)):
            assert time.monotonic() < until
        assert threatened == {"guest": pytest.approx(30, abs=5)}
        assert driver.call(residents.answers, "guest", PATIENCE_S)
        driver.call(residents.dismiss, "guest")
        process.wait(PATIENCE_S)
