"""What a tracker is given besides numbers: a few episodes, read when the run is over."""

from pathlib import Path

import pytest
from cli.conftest import JOB, Wardian

from wardian.base.errors import ConfigError
from wardian.cli.sampling import sampled_traces
from wardian.runs.folder import RunFolder
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored


@pytest.fixture
def folder(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A run that no store has seen, of a job that tracks."""
    (project / "job.yaml").write_text(JOB.replace("{enabled: false}", "{uri: 'http://127.0.0.1:9'}"))
    assert wardian("run", "job.yaml").code == 0
    return RunFolder.find("last", project / "runs")


def test_every_arm_is_in_the_sample(folder: RunFolder) -> None:
    traces = sampled_traces(folder)
    assert {trace.arm for trace in traces} == {"reference", "idle"}
    assert all(trace.scores["success"] == float(trace.arm == "reference") for trace in traces)
    assert all(trace.spans[0].name == f"invoke_agent {trace.arm}" for trace in traces)


def test_a_record_that_is_damaged_costs_the_traces_behind_it(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, whole = folder.load, sampled_traces(folder)
    solved = [trace.spans[0].attributes["gen_ai.conversation.id"] for trace in whole if trace.arm == "reference"]

    def damaged(finished: Finished) -> Scored:
        if finished.result.episode == solved[0]:
            raise ConfigError("damaged")
        return load(finished)

    monkeypatch.setattr(folder, "load", damaged)
    assert sampled_traces(folder) == whole[: [trace.arm for trace in whole].index("reference")]


def test_one_of_every_kind_of_symptom_is_in_the_sample(folder: RunFolder) -> None:
    assert "premature_stop" in [trace.why for trace in sampled_traces(folder) if trace.arm == "idle"]


def test_a_store_that_is_away_costs_all_of_them(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ConfigError("cannot be read")

    monkeypatch.setattr(folder, "job", away)
    assert sampled_traces(folder) == ()
