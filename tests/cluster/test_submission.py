"""Jobs on a running Ray: through `ray job submit`, through `wardian submit`, and by joining it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SKILL = "{accuracy: 0.8, wrong_argument: 0.1, loop: 0.1}"
JOB = f"""\
name: submitted
environments: [{{pack: counter, knobs: {{tasks: 5}}}}]
servers: {{sim: {{kind: simulator, skills: {{m: {SKILL}}}}}}}
models: {{m: {{server: sim}}}}
agents: [{{name: a, model: m}}, {{kind: reference}}]
executor: {{kind: ray, workers: 1, concurrency: 8}}
tracking: {{enabled: false}}
"""


@dataclass(frozen=True)
class Head:
    """A running Ray of its own, and the environment in which commands find it."""

    dashboard: str
    address: str
    environ: dict[str, str]

    def run(self, *words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*words], cwd=cwd, env=self.environ, capture_output=True, text=True, timeout=180)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Head]:
    """`ray start --head`, as an operator would, in the environment that has our dependencies."""
    port, dashboard = free_port(), free_port()
    environ = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "RAY_AUTH_MODE": "disabled"}
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
        process.terminate()
        process.wait(30)


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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's folder: a pack, a job, the entrypoint."""
    (tmp_path / "envs").mkdir()
    pack = ROOT / "tests" / "support" / "packs" / "counter"
    subprocess.run(["cp", "-r", pack, tmp_path / "envs" / "counter"], check=True)
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "evaluate.py").write_text((ROOT / "jobs" / "evaluate.py").read_text())
    (tmp_path / "job.yaml").write_text(JOB)
    return tmp_path


def test_ray_job_submit(head: Head, project: Path) -> None:
    runtime_env = orjson.dumps({"py_modules": [str(ROOT / "platform" / "wardian")]}).decode()
    options = ["--address", head.dashboard, "--working-dir", ".", "--runtime-env-json", runtime_env]
    done = head.run("ray", "job", "submit", *options, "--", "python", "jobs/evaluate.py", "job.yaml", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10/10 episodes" in done.stdout
    assert "Leaderboard" in done.stdout


def test_wardian_submit_does_it_for_the_user(head: Head, project: Path) -> None:
    done = head.run("wardian", "submit", "job.yaml", "--address", head.dashboard, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10/10 episodes" in done.stdout
    [board] = (project / "runs").glob("*/leaderboard.json")
    assert {arm["arm"] for arm in orjson.loads(board.read_bytes())["arms"]} == {"a", "reference"}


def test_a_failed_job_gives_its_own_exit_code(head: Head, project: Path) -> None:
    jam = ("--set", "environments.0.knobs.jam=true")
    done = head.run("wardian", "submit", "job.yaml", *jam, "--address", head.dashboard, cwd=project)
    assert done.returncode == 3, done.stdout + done.stderr


def test_joining_a_running_cluster(head: Head, project: Path) -> None:
    executor = f"executor.address={head.address}"
    done = head.run("wardian", "run", "job.yaml", "--set", executor, "--json", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert orjson.loads(done.stdout)["unplayed"] == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("submit", "job.yaml", "--address", "http://127.0.0.1:{port}"), "no Ray dashboard at"),
        (("run", "job.yaml", "--set", "executor.address=127.0.0.1:{port}"), "executor.address: no Ray at"),
    ],
)
def test_no_cluster_is_one_clear_line(project: Path, words: tuple[str, ...], line: str) -> None:
    port = free_port()
    filled = [word.format(port=port) for word in words]
    done = subprocess.run([BIN / "wardian", *filled], cwd=project, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2, done.stderr
    assert line.format(port=port) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "runs").exists()
