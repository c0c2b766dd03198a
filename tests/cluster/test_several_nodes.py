"""Machines come and go while a run goes on: they are put to use, they hand over, they die."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.conftest import BIN
from support.clusters import SmallCluster, small_cluster
from support.hosted import actors, check_complete, last, project, status_of, until
from support.random_provider import speaking

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

WARDIAN = str(BIN / "wardian")
EACH = 6


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCluster]:
    with small_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def wardian(cluster: SmallCluster, folder: Path, *words: str) -> None:
    done = subprocess.run([WARDIAN, *words], cwd=folder, env=cluster.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def playing(folder: Path) -> int:
    """Workers that play something."""
    return sum(worker.episodes > 0 for worker in status_of(folder).workers)


def test_machines_join_drain_and_die(cluster: SmallCluster, tmp_path: Path) -> None:
    episodes = 240
    with speaking(tmp_path, "--latency=0.4") as spoke:
        folder = project(tmp_path, cluster.address, spoke, episodes=episodes, each=EACH)
        wardian(cluster, folder, "run", "job.yaml", "--detach")
        until(lambda: playing(folder) == 1, "the head's CPU is not used")

        joined = cluster.add_node()
        until(lambda: playing(folder) == 2, "a machine joined, and nobody plays there")
        paid_again = spoke.repeated()
        cluster.drain(joined, deadline_s=18)
        until(lambda: playing(folder) == 1, "a machine drains, and its worker stays")
        cluster.remove(joined)
        assert paid_again == spoke.repeated() == 0, "what was played there is played on without paying again"

        killed = cluster.add_node()
        until(lambda: playing(folder) == 2, "another one joined, and nobody plays there")
        cluster.kill(killed)
        wardian(cluster, folder, "attach", "last", "--json")
        assert spoke.repeated() <= EACH
        check_complete(folder, spoke, episodes)
    assert {each.lease for each in last(folder).latest()} > {1}
    assert not actors("EpisodeWorker", cluster.environ)
