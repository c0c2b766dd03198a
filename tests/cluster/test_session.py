"""Knocking at a cluster before Ray would try for minutes."""

import socket

import pytest
import ray

from wardian.base.errors import ConfigError, InfraError
from wardian.cluster.session import check_reachable, ray_session
from wardian.specs.job import RayExecutorSpec


def test_auto_may_stand_for_a_cluster_that_is_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
        check_reachable("auto", lambda: place)
    with pytest.raises(ConfigError, match=rf"executor\.address: no Ray at '{place} \(auto\)': .*refused"):
        check_reachable("auto", lambda: place)


def test_auto_without_any_cluster() -> None:
    def nowhere() -> str:
        raise ConnectionError("Could not find any running Ray instance.\nPlease …")

    with pytest.raises(ConfigError, match=r"no Ray at 'auto': Could not find any running Ray instance\.$"):
        check_reachable("auto", nowhere)


def test_a_ray_that_does_not_start_in_time_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(**_: object) -> None:
        raise Exception("The current node timed out during startup. This could happen because …")

    monkeypatch.setattr(ray, "init", init)
    spec = RayExecutorSpec(kind="ray")
    with pytest.raises(InfraError, match="could not be started: The current node"), ray_session(spec, inside_job=False):
        pass


def test_local_names_no_place() -> None:
    check_reachable("local", lambda: "127.0.0.1:1")
