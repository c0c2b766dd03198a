"""Knocking at a cluster before Ray would try for minutes."""

import socket

import pytest

from wardian.base.errors import ConfigError
from wardian.cluster.session import check_reachable


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


def test_local_names_no_place() -> None:
    check_reachable("local", lambda: "127.0.0.1:1")
