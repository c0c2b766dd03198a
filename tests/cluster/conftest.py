"""Real Rays for all tests that need one: starting it takes longer than most tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.apart import Apart
from support.clusters import join
from support.s3_server import ENVIRON

from wardian.cluster.broker import dismiss_broker
from wardian.cluster.session import ray_session
from wardian.specs.job import RayExecutorSpec

BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def own_ray() -> Iterator[RayExecutorSpec]:
    """A Ray of our own with two CPUs."""
    spec = RayExecutorSpec(kind="ray", workers=2, concurrency=8)
    with ray_session(spec, inside_job=False):
        yield spec


@dataclass(frozen=True)
class Head:
    """A running Ray of its own, and the environment in which commands find it."""

    dashboard: str
    address: str
    environ: dict[str, str]

    def start(self, *words: str, cwd: Path) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        return subprocess.Popen([*words], cwd=cwd, env=self.environ, stdout=pipe, stderr=subprocess.STDOUT, text=True)

    def run(self, *words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*words], cwd=cwd, env=self.environ, capture_output=True, text=True, timeout=180)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Head]:
    """`ray start --head`, as an operator would, in the environment that has our dependencies."""
    port, dashboard = free_port(), free_port()
    environ = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "RAY_AUTH_MODE": "disabled"}
    environ |= {"TWO_JOBS_KEY": "sk-0123456789", **ENVIRON}
    environ.pop("RAY_ADDRESS", None)
    ports = [f"--port={port}", f"--dashboard-port={dashboard}", "--dashboard-host=127.0.0.1"]
    # Another Ray on this host, such as that of other tests, holds the default ones.
    ports += [f"--dashboard-agent-listen-port={free_port()}", f"--ray-client-server-port={free_port()}"]
    # A short folder: Ray puts sockets into it, whose paths must not be long.
    folder = tmp_path_factory.mktemp("ray")
    words = [str(BIN / "ray"), "start", "--head", "--block", *ports, "--num-cpus=2", "--node-ip-address=127.0.0.1"]
    with open(folder / "head.log", "wb") as log:
        process = subprocess.Popen([*words, "--disable-usage-stats"], env=environ, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{dashboard}"
    try:
        _await_dashboard(url, process)
        _await_agent(url, environ)
        yield Head(dashboard=url, address=f"127.0.0.1:{port}", environ=environ)
    finally:
        _dismiss_broker(f"127.0.0.1:{port}", environ, folder / "driver.log")
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _dismiss_broker(address: str, environ: dict[str, str], log: Path) -> None:
    """It would go by itself, a minute after the last test; until then it holds up the cluster's shutdown."""
    tests = str(Path(__file__).parents[1])
    with suppress(AssertionError), Apart({**environ, "PYTHONPATH": tests}, log) as driver:
        driver.call(join, address)
        driver.call(dismiss_broker)


def _await_dashboard(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/api/version", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("no dashboard")


def _await_agent(url: str, environ: dict[str, str]) -> None:
    """The dashboard answers before it can start jobs."""
    for _ in range(30):
        words = ["ray", "job", "submit", "--no-wait", "--address", url, "--", "echo", "ready"]
        if subprocess.run(words, env=environ, capture_output=True, timeout=60).returncode == 0:
            return
        time.sleep(1)
    raise AssertionError("no job agent")
