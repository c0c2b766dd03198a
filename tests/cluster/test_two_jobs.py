"""Two real jobs on one Ray with one key: their shares of its limit, and what one does when the other is gone."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.conftest import BIN, Head
from support.provider import CountingProvider

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
A_SECOND = 40
JOB = f"""\
name: NAME
environments: [{{pack: counter, knobs: {{tasks: 5}}}}]
prompts: {{who: "NAME"}}
models: {{m: {{base_url: "URL", rpm: {60 * A_SECOND}, api_key_env: TWO_JOBS_KEY}}}}
agents: [{{name: a, model: m, prompt: who}}]
repeats: REPEATS
executor: {{kind: ray, workers: 1, concurrency: 32}}
tracking: {{enabled: false}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "envs").mkdir()
    pack = ROOT / "tests" / "support" / "packs" / "counter"
    subprocess.run(["cp", "-r", pack, tmp_path / "envs" / "counter"], check=True)
    return tmp_path


@pytest.fixture
def provider() -> Iterator[CountingProvider]:
    provider = CountingProvider()
    with provider.listening():
        yield provider


def write(project: Path, provider: CountingProvider, name: str, repeats: int) -> None:
    text = JOB.replace("NAME", name).replace("URL", provider.url).replace("REPEATS", str(repeats))
    (project / f"{name}.yaml").write_text(text)


def times(provider: CountingProvider, name: str) -> list[float]:
    """When the job was answered."""
    return [at for at, who in provider.calls if who == name]


def most_in(seconds: float, moments: list[float]) -> int:
    """The most answers in any `seconds`."""
    return max(sum(at <= other < at + seconds for other in moments) for at in moments)


def await_calls(provider: CountingProvider, name: str, number: int) -> None:
    deadline = time.monotonic() + 120
    while len(times(provider, name)) < number:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_submitted_at_the_same_time_they_share_it(head: Head, project: Path, provider: CountingProvider) -> None:
    names = ("one", "other")
    for name in names:
        write(project, provider, name, repeats=30)
    jobs = [
        head.start(str(BIN / "wardian"), "submit", f"{name}.yaml", "--address", head.dashboard, cwd=project)
        for name in names
    ]
    for job in jobs:
        out, _ = job.communicate(timeout=180)
        assert job.returncode == 0, out
        assert "150/150 episodes" in out
    one, other = (times(provider, name) for name in names)
    begin, end = max(one[0], other[0]) + 1.0, min(one[-1], other[-1])
    assert end - begin >= 3.0
    shares = [sum(begin <= at <= end for at in moments) for moments in (one, other)]
    assert 0.4 <= shares[0] / sum(shares) <= 0.6
    assert sum(shares) <= A_SECOND * (end - begin) * 1.1 + A_SECOND


def test_the_end_of_the_broker_s_job_does_not_end_the_other(
    head: Head, project: Path, provider: CountingProvider
) -> None:
    """The job that started the broker ends in the middle: its client is killed and its run cancelled."""
    join = ("--set", f"executor.address={head.address}")
    for name, repeats in (("owner", 400), ("heir", 40)):
        write(project, provider, name, repeats)
    owner = head.start(str(BIN / "wardian"), "run", "owner.yaml", *join, cwd=project)
    await_calls(provider, "owner", 20)
    heir = head.start(str(BIN / "wardian"), "run", "heir.yaml", *join, cwd=project)
    await_calls(provider, "heir", 40)
    os.kill(owner.pid, signal.SIGKILL)
    killed_at = time.monotonic()
    owner.communicate(timeout=30)
    (run,) = (project / "runs").glob("owner-*")
    assert head.run(str(BIN / "wardian"), "cancel", run.name, cwd=project).returncode == 0
    out, _ = heir.communicate(timeout=180)
    assert heir.returncode == 0, out
    assert "200/200 episodes" in out
    later = [at for at in times(provider, "heir") if at > killed_at]
    assert len(later) > 5 * A_SECOND
    assert most_in(5.0, later) <= 5.0 * A_SECOND * 1.1 + A_SECOND
