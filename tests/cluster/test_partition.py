"""A run whose machines lose sight of each other: the guarantees of `docs/concepts/runs.md` over a cable that is cut.

Each machine has a provider of its own, so that who is cut off could go on paying.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.conftest import BIN
from support import random_provider
from support.hosted import actors, check_complete, last, project, status_of, until
from support.namespaces import Host, TwoHosts, two_hosts, why_not
from support.random_provider import Spoke

from wardian.cluster.lifeline import CUT_OFF_S

REASON = why_not()
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.timeout(480),
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]

WARDIAN = str(BIN / "wardian")
PORT = 8_000
LEASE_S, LATENCY_S = 3.0, 0.4
EPISODES, CALLS, EACH = 400, 4, 6
"""As many as one host alone does not finish in the time that a coordinator takes to let go."""


def speaking(host: Host, log: Path) -> Spoke:
    """A provider that only this host reaches."""
    log.touch()
    options = [f"--latency={LATENCY_S}", f"--port={PORT}", f"--calls={CALLS}"]
    host.popen([sys.executable, random_provider.__file__, str(log), *options])
    return Spoke(f"http://127.0.0.1:{PORT}/v1", log)


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[TwoHosts]:
    with two_hosts(tmp_path) as both:
        yield both


def begun(hosts: TwoHosts, start: Host, tmp_path: Path) -> tuple[Path, Spoke, Spoke, Spoke]:
    """A run that both hosts play, started on one of them; its folder, and what was said near, far, and in all."""
    near, far = (speaking(host, tmp_path / f"{host.name}.jsonl") for host in (hosts.near, hosts.far))
    said = Spoke(near.url, *(tmp_path / f"{host.name}.jsonl" for host in (hosts.near, hosts.far)))
    folder = project(tmp_path, hosts.start_ray(), said, episodes=EPISODES, each=EACH, lease_s=LEASE_S)
    done = start.run([WARDIAN, "run", "job.yaml", "--detach"], cwd=folder)
    assert done.returncode == 0, done.stderr
    until(lambda: min(len(near.answers()), len(far.answers())) > 2 * EACH, "one of them does not play")
    return folder, near, far, said


def grows(spoke: Spoke, by: int, what: str) -> None:
    before = len(spoke.answers())
    until(lambda: len(spoke.answers()) > before + by, what)


def last_begun(spoke: Spoke) -> float:
    return max(each.at for each in spoke.answers()) - LATENCY_S


def check_ended(hosts: TwoHosts, folder: Path, said: Spoke) -> None:
    attached = hosts.near.run([WARDIAN, "attach", "last", "--json"], cwd=folder, timeout_s=240)
    assert attached.returncode == 0, attached.stderr
    check_complete(folder, said, EPISODES)


def test_who_is_cut_off_stops_paying_and_others_play_on(hosts: TwoHosts, tmp_path: Path) -> None:
    folder, near, far, said = begun(hosts, hosts.near, tmp_path)
    hosts.cut()
    time.sleep(LEASE_S / 6)
    hosts.heal()
    grows(far, EACH, "after a moment without sight it does not go on")
    assert said.repeated() == 0

    hosts.cut()
    cut = time.time()
    until(lambda: len(status_of(folder).workers) == 1, "who is cut off is not given up")
    grows(near, 4 * EACH, "nobody plays on")
    assert cut < last_begun(far) + LATENCY_S, "it was cut while it played"
    assert last_begun(far) < cut + LEASE_S, "who is cut off goes on paying"
    hosts.heal()
    check_ended(hosts, folder, said)
    assert said.repeated() <= EACH, "what was in flight where nobody could see it"
    assert {each.lease for each in last(folder).latest()} == {1, 2}


def test_a_coordinator_that_is_cut_off_lets_go_and_another_one_follows(hosts: TwoHosts, tmp_path: Path) -> None:
    """It sees its disk, its provider and one of its workers, but not the cluster, which has started another one.

    The exporter is there: a coordinator that starts an actor while the cable is cut hangs, and its worker soon pauses.
    """
    folder, near, far, said = begun(hosts, hosts.far, tmp_path)
    until(lambda: bool(actors("ResultExporter", dict(hosts.far.environ))), "it starts nothing any more")
    hosts.cut()
    cut = time.time()
    until(lambda: last(folder).store.get("epoch") == b"2", "nobody follows")
    grows(near, 2 * EACH, "nobody plays on")
    assert cut < last_begun(far) < cut + CUT_OFF_S + 2 * LEASE_S
    hosts.heal()
    check_ended(hosts, folder, said)
    assert said.repeated() <= 2 * EACH, "each host was given up once by somebody"
