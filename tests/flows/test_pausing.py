"""A run that is paused by its provider, and resumed: nothing is marked as failed, nothing is missing afterwards."""

import time
from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian, project, wardian
from support.outcomes import essence
from support.provider import CountingProvider

from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

__all__ = ["project", "wardian"]

AT_ONCE = 16
JOB = f"""\
name: paused
environments: [{{pack: counter, knobs: {{tasks: 5}}}}]
models: {{m: {{base_url: "http://URL", timeout_s: 5}}}}
agents: [{{name: a, model: m}}]
repeats: 2000
executor: {{kind: local, concurrency: {AT_ONCE}}}
tracking: {{enabled: false}}
"""


def write_job(project: Path, url: str, **changes: str) -> None:
    text = JOB.replace("http://URL", url)
    for key, value in changes.items():
        text = "\n".join(f"{key}: {value}" if line.startswith(f"{key}:") else line for line in text.splitlines())
    (project / "job.yaml").write_text(text)


def last_run(project: Path) -> RunFolder:
    return RunFolder.find("last", project / "runs")


def test_no_credit_with_ten_thousand_episodes_in_the_queue(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider(credit=0)
    with provider.listening() as url:
        write_job(project, url)
        done = wardian("run", "job.yaml")
        seconds = time.monotonic() - provider.refused[0]
    assert done.code == 5, done.err
    assert len(provider.refused) <= AT_ONCE + 1
    assert seconds <= 2.0
    [line] = [line for line in done.out.splitlines() if line.startswith("paused")]
    assert "out of credit or quota: 'm': http://127.0.0.1" in line
    assert "answered 402" in line
    assert "0 of 10,000 episodes are done; go on with: " in line
    assert f"wardian resume {last_run(project).id}" in line
    assert not list(read_journal(last_run(project).store))


@pytest.mark.parametrize(
    ("status", "headers", "reason", "code"),
    [
        (402, {}, "quota", 5),
        (401, {}, "auth", 5),
        (429, {"retry-after": "7200"}, "rate_limit", 5),
        (404, {}, None, 2),
    ],
)
def test_paused_in_the_middle_and_resumed(
    project: Path, wardian: Wardian, status: int, headers: dict[str, str], reason: str | None, code: int
) -> None:
    provider = CountingProvider(credit=60, status=status, headers=headers)
    with provider.listening() as url:
        write_job(project, url, repeats="20")
        if reason is None:  # after an answer it is a request's own fault
            assert wardian("run", "job.yaml", "--json").code == 3
            return
        paused = wardian("run", "job.yaml", "--json")
        assert paused.code == code, paused.err
        folder, document = last_run(project), orjson.loads(paused.out)
        assert document["paused"]["reason"] == reason
        assert document["exit_code"] == code
        assert document["missing"] == 0
        assert 0 < document["unplayed"] < 100
        assert paused.err.splitlines()[-1].startswith("paused: ")
        assert not [finished for finished in read_journal(folder.store) if finished.result.failure]
        assert "Paused: " in (folder.path / "leaderboard.md").read_text()
        assert orjson.loads(wardian("results", "last", "--json").out)["paused"] == document["paused"]
        assert len(provider.refused) <= AT_ONCE + (2 if reason == "auth" else 1)
        provider.credit = None
        done = wardian("resume", "last", "--json")
        assert done.code == 0, done.err
        assert orjson.loads(done.out)["paused"] is None
        assert "Paused" not in (folder.path / "leaderboard.md").read_text()
        write_job(project, url, repeats="20", name="undisturbed")
        assert wardian("run", "job.yaml").code == 0
    assert essence(last_run(project).records()) == essence(folder.records())


@pytest.mark.parametrize("status", [400, 404, 413, 422])
@pytest.mark.parametrize("repeats", ["1", "2000"])
def test_what_is_refused_from_the_start_looks_like_a_config_error(
    project: Path, wardian: Wardian, status: int, repeats: str
) -> None:
    provider = CountingProvider(credit=0, status=status)
    with provider.listening() as url:
        write_job(project, url, repeats=repeats)
        done = wardian("run", "job.yaml")
    assert done.code == 2
    line = done.err.splitlines()[-1]
    assert line.startswith("wardian: job.yaml:3: models.m: looks like a config error: 'm': http://127.0.0.1")
    assert f"answered {status}" in line
    assert len(provider.refused) <= AT_ONCE + 10
    assert not list((project / "runs").iterdir())


def test_the_journal_keeps_what_another_arm_has_played(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider(credit=0, status=404)
    with provider.listening() as url:
        write_job(project, url, repeats="10", agents="[{name: a, model: m}, {kind: reference}]")
        done = wardian("run", "job.yaml", "--json")
    assert done.code == 2
    assert orjson.loads(done.out)["paused"]["reason"] == "config"
    assert {finished.result.arm for finished in read_journal(last_run(project).store)} == {"reference"}
