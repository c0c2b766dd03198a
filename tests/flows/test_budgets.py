"""A run with a budget: it pauses when that is reached, and no resume gets a fresh one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian, project, wardian
from support.provider import CountingProvider

from wardian.runs.folder import RunFolder

__all__ = ["project", "wardian"]

JOB = """\
name: budgeted
environments: [{pack: counter, knobs: {tasks: 5}}]
models:
  m: {base_url: "http://URL", price: {input: 3, output: 15}, api_key_env: COUNTING_KEY, timeout_s: 5}
agents: [{name: a, model: m, sampling: {max_tokens: 100}}]
repeats: 20
executor: {kind: local, concurrency: 8}
tracking: {enabled: false}
"""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTING_KEY", "sk-counting-1234567890")


def write_job(project: Path, url: str, *more: str) -> None:
    (project / "job.yaml").write_text("\n".join([JOB.replace("http://URL", url), *more]))


def last_run(project: Path) -> RunFolder:
    return RunFolder.find("last", project / "runs")


def test_paused_at_the_budget_and_resumed_with_more(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider()
    with provider.listening() as url:
        write_job(project, url, "budget: {requests: 60}")
        paused = wardian("run", "job.yaml", "--json")
        document = orjson.loads(paused.out)
        assert paused.code == 4, paused.err
        assert document["paused"]["reason"] == "budget"
        assert document["missing"] == 0
        assert provider.answered == 60
        assert "the budget is reached: 'm': 60 of 60 requests spent (budget)" in paused.err.splitlines()[-1]
        assert wardian("resume", "last").code == 4
        assert provider.answered == 60, "no fresh budget"
        assert wardian("resume", "last", "--set", "budget.requests=100000").code == 0
        assert last_run(project).job().budget is not None
    assert provider.answered > 60


def test_dollars_are_kept(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider()
    with provider.listening() as url:
        write_job(project, url, "budget: {usd: 0.5}")
        assert wardian("run", "job.yaml", "--json").code == 4
        document = orjson.loads(wardian("results", "last", "--json").out)
    assert 0 < document["spent_usd"] <= 0.5


def test_runs_with_one_key_share_the_account(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider()
    with provider.listening() as url:
        write_job(project, url, "accounts: {COUNTING_KEY: {requests: 60}}")
        assert wardian("run", "job.yaml").code == 4
        write_job(project, url, "accounts: {COUNTING_KEY: {requests: 70}}")
        assert wardian("run", "job.yaml").code == 4
    assert provider.answered == 70
    [book] = (project / "runs" / "accounts").iterdir()
    assert "counting" not in book.name + book.read_text()


def test_replies_out_of_the_cache_cost_nothing(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider()
    with provider.listening() as url:
        write_job(project, url, "cache: {mode: record}")
        assert wardian("run", "job.yaml").code == 0
        asked = provider.answered
        write_job(project, url, "cache: {mode: read-write}", "budget: {requests: 1}")
        assert wardian("run", "job.yaml").code == 0
        write_job(project, url, "cache: {mode: replay}", "budget: {requests: 1}")
        assert wardian("run", "job.yaml").code == 0
    assert provider.answered == asked


def test_a_driver_that_is_killed_leaves_no_fresh_budget(project: Path, wardian: Wardian) -> None:
    """kill -9 with calls in flight, twice: what they were given counts as spent."""
    provider = CountingProvider(latency_s=0.05)
    with provider.listening() as url:
        write_job(project, url, "budget: {requests: 150}")
        for arguments in (["run", "job.yaml"], ["resume", "last"]):
            before = provider.answered
            driver = subprocess.Popen(
                [sys.executable, "-m", "wardian", *arguments],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ,
            )
            while provider.answered < before + 40:
                time.sleep(0.01)
            driver.send_signal(signal.SIGKILL)
            driver.wait()
        assert wardian("resume", "last").code == 4
    assert 100 <= provider.answered <= 150


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("budget.usd=-1", "budget.usd: must be a number above 0, not -1"),
        ("budget.dollars=1", "budget.dollars: unknown key; valid: requests, tokens, usd"),
    ],
)
def test_a_budget_that_is_none(project: Path, wardian: Wardian, command: str, line: str) -> None:
    provider = CountingProvider()
    with provider.listening() as url:
        write_job(project, url, "budget: {requests: 3}")
        wardian("run", "job.yaml")
        done = wardian("resume", "last", "--set", command)
    assert (done.code, done.err) == (2, f"wardian: --set {line}\n")
