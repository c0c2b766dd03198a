"""`cache.mode` from the command line: recorded with a server and a key, replayed without either."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian
from support.outcomes import essence

from wardian.cli.results import Outcome, show_outcome
from wardian.cli.tracking import run_summary
from wardian.reports.standings import MetricMean, Standing, Standings
from wardian.runs.folder import RunFolder
from wardian.scoring.statistics import Estimate
from wardian.tracking.description import metric_values

JOB = """\
name: cached
environments: [{pack: counter, knobs: {tasks: 4}}]
servers:
  sim: {kind: simulator, skills: {m: {accuracy: 0.6, wrong_argument: 0.4}}}
models:
  m: {server: sim, api_key_env: SIM_KEY, price: {input: 5, output: 5}}
agents: [{name: a, model: m}]
repeats: 3
cache: {mode: replay}
tracking: {enabled: false}
"""


def test_recorded_then_replayed(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "job.yaml").write_text(JOB)
    refused = wardian("run", "job.yaml")
    assert refused.code == 2
    assert refused.err.startswith("wardian: job.yaml:9: cache.folder: there is nothing to replay in runs/replies; ")
    assert not (project / "runs").exists()

    monkeypatch.setenv("SIM_KEY", "sk-0123456789")
    recorded = wardian("run", "job.yaml", "--set", "cache.mode=record", "--json")
    assert recorded.code == 0, recorded.err

    monkeypatch.delenv("SIM_KEY")
    replayed = wardian("run", "job.yaml", "--json")
    assert replayed.code == 0, replayed.err
    first, second = orjson.loads(recorded.out), orjson.loads(replayed.out)
    assert first["spent_usd"] == first["cost_usd"] > 0
    assert second["spent_usd"] == 0
    assert second["cost_usd"] == pytest.approx(first["cost_usd"])
    folders = [RunFolder.find(document["run"], project / "runs") for document in (first, second)]
    assert essence(folders[0].records()) == essence(folders[1].records())
    assert not list(folders[1].logs.iterdir())


def test_the_recorded_job_knows_the_folder_from_everywhere(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    folder = RunFolder.find("last", project / "runs").job().cache.folder
    assert folder == str(project / "runs" / "replies")


ARM = Standing(arm="a", model="m", prompt="", simulated=False, episodes=1, tasks=1, success=None, worst_case=(0.0, 1.0))


def outcome(folder: Path, cost: float, spent: float) -> Outcome:
    arm = ARM.model_copy(update={"cost_usd": cost, "spent_usd": spent})
    return Outcome(run="r", folder=folder, planned=1, standings=Standings(arms=(arm,)))


def test_the_tracker_is_told_what_was_paid(tmp_path: Path) -> None:
    summary = run_summary(outcome(tmp_path, 2.0, 0.5), "finished")
    for figures in (summary.figures, summary.arms[0].figures):
        values = {figure.name: figure.value for figure in figures}
        assert (values["total_cost_usd"], values["total_spent_usd"]) == (2.0, 0.5)


def test_the_tracker_is_told_that_nobody_pays_a_simulator(tmp_path: Path) -> None:
    paid = outcome(tmp_path, 2.0, 0.5).standings.arms[0]
    simulated = paid.model_copy(update={"arm": "b", "simulated": True})
    mixed = Outcome(run="r", folder=tmp_path, planned=2, standings=Standings(arms=(paid, simulated)))
    summary = run_summary(mixed, "finished")
    told = [{figure.name: figure.value for figure in each} for each in (summary.figures, summary.arms[1].figures)]
    assert [(each["total_cost_usd"], each["total_spent_usd"]) for each in told] == [(4.0, 0.5), (2.0, 0.0)]


def test_the_tracker_is_told_of_each_member_of_a_fusion(tmp_path: Path) -> None:
    share = MetricMean(metric="inclusion_rate.slow#1", estimate=Estimate(value=0.25, low=0.0, high=0.5, tasks=4))
    arm = ARM.model_copy(update={"inclusion": (share,)})
    found = Outcome(run="r", folder=tmp_path, planned=1, standings=Standings(arms=(arm,)))
    assert metric_values(run_summary(found, "finished").arms[0].figures)["inclusion_rate.slow_1"] == 0.25


def test_people_are_told_what_was_paid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_outcome(outcome(tmp_path, 2.0, 0.5), as_json=False)
    assert "$2.0000 (of which this run paid $0.5000; the other replies came from the cache)" in capsys.readouterr().out
    show_outcome(outcome(tmp_path, 2.0, 2.0), as_json=False)
    assert "$2.0000\n" in capsys.readouterr().out


def test_simulated_models_without_a_price_have_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    arm = ARM.model_copy(update={"simulated": True, "cost_usd": None, "spent_usd": None})
    show_outcome(Outcome(run="r", folder=Path("r"), planned=1, standings=Standings(arms=(arm,))), as_json=False)
    assert "cost     simulated models: nothing was spent\n" in capsys.readouterr().out
