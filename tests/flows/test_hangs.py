"""Environments that hang in every way, among others that are well: those are played and scored as if nothing were."""

import subprocess
import sys
import time
from pathlib import Path

import orjson

from wardian.runs.folder import RunFolder
from wardian.scoring.score import Scored

WARDIAN = str(Path(sys.executable).parent / "wardian")
PACK = Path(__file__).parents[1] / "support" / "packs" / "hanging"
JOB = """\
name: hangs
environments: [{pack: hanging, uncertified: play, knobs: KNOBS}]
servers: {sim: {kind: simulator, skills: {m: {accuracy: 1.0, latency_s: 0.3}}}}
models: {m: {server: sim, max_retries: 0}}
agents: [{name: a, model: m}]
limits: LIMITS
executor: {kind: local, concurrency: 16}
tracking: {enabled: false}
"""


class Project:
    """A folder with a job over the pack, and commands in it."""

    def __init__(self, folder: Path, knobs: str, limits: str) -> None:
        self._folder = folder
        (folder / "envs").mkdir()
        (folder / "envs" / "hanging").symlink_to(PACK)
        (folder / "job.yaml").write_text(JOB.replace("KNOBS", knobs).replace("LIMITS", limits))

    def wardian(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([WARDIAN, *words], cwd=self._folder, capture_output=True, text=True, timeout=120)

    @property
    def run(self) -> RunFolder:
        return RunFolder.find("last", self._folder / "runs")

    def results(self) -> dict[str, Scored]:
        """The newest results by their tasks."""
        return {finished.result.task: self.run.load(finished) for finished in self.run.latest()}


def failure(scored: Scored) -> tuple[str, str]:
    assert scored.episode.failure is not None
    return scored.episode.failure.cause, scored.episode.failure.kind


def check_well(results: dict[str, Scored], number: int) -> None:
    """They had to wait with all others, for longer than an episode or a call may take; nobody blames them for it."""
    well = [scored for task, scored in results.items() if task.startswith("well")]
    assert len(well) == number
    assert {scored.value("success") for scored in well} == {1.0}
    assert {scored.episode.stop for scored in well} == {"finished"}
    assert not any(scored.episode.failure for scored in well)


def test_what_hangs_is_typed_and_what_is_well_is_scored(tmp_path: Path) -> None:
    project = Project(tmp_path, "{well: 24}", "{tool_s: 4, call_s: 3, wall_s: 5}")
    begun = time.monotonic()
    done = project.wardian("run", "job.yaml", "--json")
    assert done.returncode == 3, done.stderr
    assert time.monotonic() - begun < 60
    results = project.results()
    check_well(results, 24)
    assert failure(results["awaits-1"]) == ("environment", "tool_timeout")
    assert failure(results["busy-1"]) == failure(results["sleeps-1"]) == ("environment", "tool_hung")
    for way in ("busy", "sleeps"):
        episode = results[f"{way}-1"].episode
        assert episode.failure is not None
        said = f"'work' of hanging/{way}-1 blocked its process for more than 4 s (limits.tool_s), at "
        assert episode.failure.message.startswith(said)
        assert "hanging/environment.py:" in episode.failure.message
        assert len(episode.acted) == 1
    assert orjson.loads(done.stdout)["missing"] == 3
    for words in (("failures", "--json"), ("report",)):  # they play references, which hang as well
        asked = project.wardian(*words)
        assert asked.returncode == 0, asked.stderr


def test_what_nothing_interrupts_ends_the_process_and_resume_goes_on_without_it(tmp_path: Path) -> None:
    project = Project(tmp_path, "{well: 24, query: true}", "{tool_s: 1}")
    died = project.wardian("run", "job.yaml")
    assert died.returncode == 6, died.stderr
    said = "wardian: 'work' of hanging/query-1 blocked its process for more than 1 s (limits.tool_s), at "
    assert said in died.stderr
    done = project.wardian("resume", "last")
    assert done.returncode == 3, done.stderr
    check_well(project.results(), 24)
    assert failure(project.results()["query-1"]) == ("environment", "tool_hung")
    again = time.monotonic()
    assert project.wardian("resume", "last").returncode == 3
    assert time.monotonic() - again < 30
    [note] = project.run.hangs.iterdir()
    assert note.stem == project.results()["query-1"].episode.spec.key
