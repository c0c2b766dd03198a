"""Jobs on a running Ray: through `ray job submit`, through `wardian submit`, and by joining it."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from cluster.conftest import Head, free_port

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
