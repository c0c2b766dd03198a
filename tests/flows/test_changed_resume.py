"""`wardian resume --set`: what of a run may change while it is paused, and what may not."""

import shutil
from pathlib import Path

import pytest
from cli.conftest import Wardian, project, wardian
from support.outcomes import essence
from support.provider import CountingProvider

from wardian.runs.folder import RunFolder

__all__ = ["project", "wardian"]

JOB = """\
name: changed
environments: [{pack: counter, knobs: {tasks: 5}}]
models: {m: {base_url: "URL", rpm: 600000}}
prompts: {plain: "Count."}
agents: [{name: a, model: m, prompt: plain}]
repeats: 4
executor: {kind: local, concurrency: 4}
tracking: {enabled: false}
"""


def last_run(project: Path) -> RunFolder:
    return RunFolder.find("last", project / "runs")


def test_the_executor_and_the_endpoint_may_change(project: Path, wardian: Wardian) -> None:
    provider, other = CountingProvider(credit=20), CountingProvider()
    with provider.listening() as url, other.listening() as elsewhere:
        (project / "job.yaml").write_text(JOB.replace("URL", url))
        assert wardian("run", "job.yaml").code == 5
        words = ("--set", "executor={kind: local, concurrency: 2}", "--set", f"models.m.base_url={elsewhere}")
        done = wardian("resume", "last", *words, "--set", "models.m.rpm=60000", "--set", "cache.mode=read-write")
        assert done.code == 0, done.err
        folder = last_run(project)
        (project / "job.yaml").write_text(JOB.replace("URL", elsewhere).replace("changed", "undisturbed"))
        assert wardian("run", "job.yaml").code == 0
    assert other.answered > 0
    job = folder.job()
    assert (job.executor.concurrency, job.models["m"].rpm, job.models["m"].base_url) == (2, 60_000, elsewhere)
    assert Path(job.cache.folder).is_absolute()
    assert essence(folder.records()) == essence(last_run(project).records())


@pytest.mark.parametrize(
    ("assignment", "line"),
    [
        ("seed=2", "seed: a run keeps its episodes, name and place; start a new one for others"),
        ("repeats=5", "repeats: a run keeps its episodes, name and place; start a new one for others"),
        ("agents.0.name=b", "agents: a run keeps its episodes, name and place; start a new one for others"),
        ("prompts.plain=Guess.", "prompts: a run keeps its episodes, name and place; start a new one for others"),
        ("models.m.model=other", "models: a run keeps its episodes, name and place; start a new one for others"),
        ("name=other", "name: a run keeps its episodes, name and place; start a new one for others"),
        ("output=elsewhere", "output: a run keeps its episodes, name and place; start a new one for others"),
        ("executor.workers=2", "--set executor.workers: unknown key; valid: concurrency, kind"),
        ("models.m.api_key_env=sk-live-0123456789abcdef", "--set models.m.api_key_env: "),
        ("executor", "--set executor: expected key.path=value"),
    ],
)
def test_what_episodes_depend_on_may_not(project: Path, wardian: Wardian, assignment: str, line: str) -> None:
    provider = CountingProvider(credit=20)
    with provider.listening() as url:
        (project / "job.yaml").write_text(JOB.replace("URL", url))
        assert wardian("run", "job.yaml").code == 5
        before = last_run(project).job_file.read_bytes()
        asked = provider.answered + len(provider.refused)
        done = wardian("resume", "last", "--set", assignment)
    assert done.code == 2
    assert done.err.startswith(f"wardian: {line}")
    assert len(done.err.splitlines()) == 1
    assert "0123456789abcdef" not in done.err
    assert last_run(project).job_file.read_bytes() == before
    assert provider.answered + len(provider.refused) == asked


def test_a_run_of_which_only_the_pack_is_gone(project: Path, wardian: Wardian) -> None:
    provider = CountingProvider(credit=20)
    with provider.listening() as url:
        (project / "job.yaml").write_text(JOB.replace("URL", url))
        assert wardian("run", "job.yaml").code == 5
        shutil.move(project / "envs" / "counter", project / "gone")
        done = wardian("resume", "last", "--set", "executor.concurrency=2")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
