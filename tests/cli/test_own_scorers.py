"""Scorers of one's own, from the job's key to the leaderboard and the tables, and for runs that are over."""

import sys
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from cli.conftest import JOB, Wardian

from wardian.runs.folder import RunFolder

SCORER = """\
from wardian.scoring.metric import Metric


class Words:
    version = "7"
    metrics = (Metric(name="words", unit="number", better="lower", description="Words that the agent said."),)

    def score(self, episode):
        texts = [event.completion.message.content for event in episode.asked]
        return [self.metrics[0].score(sum(len(text.split()) for text in texts))]


class Fussy(Words):
    metrics = (Metric(name="fuss", unit="number", better="lower", description="Breaks on the second task."),)

    def score(self, episode):
        return [self.metrics[0].score(1 / (episode.spec.task.id != episode.spec.task.id[:-1] + "2"))]
"""


@pytest.fixture
def mine(project: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A module with scorers beside the job."""
    (project / "words_of_mine.py").write_text(SCORER)
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.delitem(sys.modules, "words_of_mine", raising=False)
    return RunFolder(project)


def last(project: Path) -> RunFolder:
    return RunFolder.find("last", project / "runs")


def rows(folder: RunFolder, metric: str) -> list[tuple[str, str, float]]:
    """Who gave the metric, in which version, and the values."""
    table = pq.read_table(folder.tables / "scores.parquet").to_pylist()
    return [(row["scorer"], row["scorer_version"], row["value"]) for row in table if row["metric"] == metric]


def job_with(project: Path, *scorers: str) -> None:
    (project / "job.yaml").write_text(f"{JOB}scorers: [{', '.join(scorers)}]\n")


@pytest.mark.usefixtures("mine")
def test_its_metrics_are_in_the_leaderboard_and_in_the_tables(project: Path, wardian: Wardian) -> None:
    job_with(project, "'words_of_mine:Words'")
    done = wardian("run", "job.yaml")
    assert done.code == 0, done.err
    assert "words↓" in done.out
    folder = last(project)
    assert "| words↓ |" in (folder.path / "leaderboard.md").read_text()
    assert {each[:2] for each in rows(folder, "words")} == {("Words", "7")}
    assert len(rows(folder, "words")) == 8
    assert {scorer for scorer, _, _ in rows(folder, "turns")} == {"wardian"}
    assert wardian("results").out == done.out


@pytest.mark.usefixtures("mine")
def test_a_mistake_is_found_before_anything_is_played(project: Path, wardian: Wardian) -> None:
    job_with(project, "'words_of_mine:Wrods'")
    for command in ("validate", "run"):
        refused = wardian(command, "job.yaml")
        assert refused.code == 2
        assert "scorers.0: words_of_mine:Wrods: the module has no 'Wrods'" in refused.err
    assert not (project / "runs").exists() or not list((project / "runs").glob("*/job.json"))


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    ("scorers", "why"),
    [
        (("'a b'",), "package.module:Name, or the name of an installed scorer"),
        (("x:Y", "x:Y"), "the name 'x:Y' is already used by scorers.0"),
    ],
)
def test_the_key_is_checked_with_the_file(project: Path, wardian: Wardian, scorers: tuple[str, ...], why: str) -> None:
    job_with(project, *scorers)
    refused = wardian("validate", "job.yaml")
    assert refused.code == 2
    assert "scorers" in refused.err
    assert why in refused.err


@pytest.mark.usefixtures("mine")
def test_an_episode_on_which_it_breaks_is_missing(project: Path, wardian: Wardian) -> None:
    job_with(project, "'words_of_mine:Fussy'")
    done = wardian("run", "job.yaml")
    assert done.code == 3
    assert f"wardian rescore {last(project).path.name}   (a scorer broke on 2 episodes; mend it first)" in done.out
    assert "broken   scorer Fussy: ZeroDivisionError: division by zero" in done.out
    assert "wardian resume" not in done.out
    again = wardian("rescore")
    assert again.code == 3
    assert "ZeroDivisionError" in again.out
    assert "missing grader 1" in (last(project).path / "leaderboard.md").read_text()
    episodes = pq.read_table(last(project).tables / "episodes.parquet").to_pylist()
    assert {each["failure_cause"] for each in episodes} == {None, "grader"}
    assert "scorer Fussy: ZeroDivisionError" in "".join(each["error_message"] or "" for each in episodes)


@pytest.mark.usefixtures("mine")
def test_a_run_that_is_over_gets_it_as_well(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    folder = last(project)
    assert not rows(folder, "words")
    done = wardian("rescore", "last", "--scorer", "words_of_mine:Words")
    assert done.code == 0, done.err
    assert "8 episodes scored, 8 otherwise than before" in done.err
    assert "words↓" in done.out
    assert len(rows(folder, "words")) == 8
    own = orjson.loads((folder.path / "leaderboard.json").read_bytes())["own"]
    assert [metric["name"] for metric in own] == ["words"]
    assert "0 otherwise than before" in wardian("rescore").err, "the run keeps it"
    assert "words↓" in wardian("results").out


@pytest.mark.usefixtures("mine")
def test_runs_are_compared_and_judged_in_its_direction(project: Path, wardian: Wardian) -> None:
    job_with(project, "'words_of_mine:Words'")
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("tasks: 4", "tasks: 6"))
    assert wardian("run", "job.yaml").code == 0
    pair = ("last", "last", "--arm", "reference=idle")
    assert "| words↓ |" in wardian("compare", *pair, "--markdown").out
    (arm,) = orjson.loads(wardian("compare", *pair, "--json").out)["arms"]
    words = next(each for each in arm["metrics"] if each["metric"] == "words")
    assert (words["better"], words["unit"]) == ("lower", "number")
    assert wardian("compare", *pair, "--max-drop", "words=0.5").code == 0
    refused = wardian("compare", *pair, "--max-drop", "wrods=0.5")
    assert "there is no metric 'wrods' that could get worse; did you mean 'words'?" in refused.err


@pytest.mark.usefixtures("mine")
def test_a_scorer_that_was_mended_brings_missing_episodes_back(
    project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_with(project, "'words_of_mine:Fussy'")
    assert wardian("run", "job.yaml").code == 3
    mended = SCORER.replace("1 / (", "1 + (")
    (project / "words_of_mine.py").write_text(mended)
    monkeypatch.delitem(sys.modules, "words_of_mine")
    done = wardian("rescore")
    assert done.code == 0, done.err
    assert len(rows(last(project), "fuss")) == 8


@pytest.mark.usefixtures("mine")
def test_its_numbers_can_be_read_without_its_code(
    project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_with(project, "'words_of_mine:Words'")
    ran = wardian("run", "job.yaml")
    (project / "words_of_mine.py").unlink()
    monkeypatch.delitem(sys.modules, "words_of_mine")
    assert wardian("results").out == ran.out
    refused = wardian("rescore")
    assert refused.code == 2
    assert "scorers.0: words_of_mine:Words: there is no module 'words_of_mine'" in refused.err
    assert not last(project).played


@pytest.mark.usefixtures("mine")
def test_a_run_goes_on_without_a_scorer_whose_code_is_gone(
    project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_with(project, "'words_of_mine:Words'")
    assert wardian("run", "job.yaml").code == 0
    (project / "words_of_mine.py").unlink()
    monkeypatch.delitem(sys.modules, "words_of_mine")
    for command in ("rescore", "resume"):
        refused = wardian(command, "last")
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert f"`wardian rescore {last(project).argument} --without SCORER` goes on without it" in refused.err
    done = wardian("rescore", "last", "--without", "words_of_mine:Words")
    assert done.code == 0, done.err
    assert "words" not in done.out
    assert not rows(last(project), "words")
    assert wardian("resume", "last").code == 0


@pytest.mark.usefixtures("mine")
def test_only_a_scorer_of_the_run_is_dropped(project: Path, wardian: Wardian) -> None:
    job_with(project, "'words_of_mine:Words'")
    assert wardian("run", "job.yaml").code == 0
    refused = wardian("rescore", "last", "--without", "words_of_mine:Wrods")
    assert refused.code == 2
    assert "the run has no such scorer; did you mean 'words_of_mine:Words'?" in refused.err
