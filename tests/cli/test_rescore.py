"""rescore: other scores out of the same records, and nothing else changes."""

from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from cli.conftest import Wardian

from wardian.episodes.record import Episode
from wardian.runs.folder import RunFolder
from wardian.scoring.efficiency import TURNS
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer


@pytest.fixture
def folder(project: Path, wardian: Wardian) -> RunFolder:
    """A finished run."""
    assert wardian("run", "job.yaml").code == 0
    return RunFolder.find("last", project / "runs")


@pytest.fixture
def harsher(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another version of Wardian counted turns double."""
    score = TrajectoryScorer.score

    async def doubled(self: TrajectoryScorer, episode: Episode) -> list[Score]:
        scores = await score(self, episode)
        return [each if each.metric != "turns" else TURNS.score(2 * (each.value or 0)) for each in scores]

    monkeypatch.setattr(TrajectoryScorer, "score", doubled)


def files(folder: RunFolder) -> dict[str, bytes]:
    """What the run consists of, by name."""
    found = (path for path in folder.path.rglob("*") if path.is_file())
    return {str(path.relative_to(folder.path)): path.read_bytes() for path in found}


def turns(folder: RunFolder) -> tuple[list[float], float]:
    """The metric in the table, and that of the best arm in the leaderboard."""
    rows = pq.read_table(folder.tables / "scores.parquet").to_pylist()
    (arm, *_) = orjson.loads((folder.path / "leaderboard.json").read_bytes())["arms"]
    (mean,) = (each["estimate"]["value"] for each in arm["metrics"] if each["metric"] == "turns")
    return [row["value"] for row in rows if row["metric"] == "turns"], mean


def test_the_same_scores_change_nothing(folder: RunFolder, wardian: Wardian) -> None:
    before = files(folder)
    done = wardian("rescore")
    assert done.code == 0, done.err
    assert "8 episodes scored, 0 otherwise than before" in done.err
    assert "reference" in done.out
    assert files(folder) == before


@pytest.mark.usefixtures("harsher")
def test_other_scores_stand_in_tables_leaderboard_and_results(folder: RunFolder, wardian: Wardian) -> None:
    """The run itself was scored by the harsher version, too: it is undone first."""
    values, mean = turns(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrajectoryScorer, "score", _plain)
        assert "8 otherwise than before" in wardian("rescore").err
    assert (values, mean) == ([2 * value for value in turns(folder)[0]], 2 * turns(folder)[1])
    document = orjson.loads(wardian("results", "--json").out)
    told = {each["metric"]: each["estimate"]["value"] for each in document["standings"]["arms"][0]["metrics"]}
    assert told["turns"] == turns(folder)[1]


_plain = TrajectoryScorer.score


@pytest.mark.usefixtures("harsher")
def test_programs_read_how_many_were_scored(folder: RunFolder, wardian: Wardian) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrajectoryScorer, "score", _plain)
        told = orjson.loads(wardian("rescore", "--json").out)
    assert told["rescored"] == {"episodes": 8, "changed": 8}


def test_it_is_idempotent_and_leaves_the_records_alone(
    folder: RunFolder, wardian: Wardian, request: pytest.FixtureRequest
) -> None:
    before = files(folder)
    request.getfixturevalue("harsher")
    assert "8 otherwise than before" in wardian("rescore").err
    once = files(folder)
    assert {name: data for name, data in once.items() if name.startswith("results/")} == {
        name: data for name, data in before.items() if name.startswith("results/")
    }
    assert "0 otherwise than before" in wardian("rescore").err
    assert files(folder) == once


def test_a_run_that_goes_on_keeps_the_new_scores(
    folder: RunFolder, wardian: Wardian, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("harsher")
    wardian("rescore")
    renewed = turns(folder)
    assert wardian("resume", "last").code == 0
    assert turns(folder) == renewed


def test_a_run_that_is_being_played_is_left_alone(folder: RunFolder, wardian: Wardian) -> None:
    other = RunFolder(folder.path)
    other.store.hold()
    before = files(folder)
    try:
        refused = wardian("rescore")
    finally:
        other.store.release()
    assert refused.code == 2
    assert "another process is playing this run" in refused.err
    assert files(folder) == before


def test_there_must_be_something_to_score(project: Path, wardian: Wardian) -> None:
    (project / "runs" / "empty-1").mkdir(parents=True)
    assert wardian("run", "job.yaml").code == 0
    job = RunFolder.find("last", project / "runs").job_file.read_bytes()
    (project / "runs" / "empty-1" / "job.json").write_bytes(job)
    refused = wardian("rescore", "empty-1")
    assert refused.code == 2
    assert "there is no episode in it yet" in refused.err
