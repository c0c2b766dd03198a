"""`wardian sweep` as it is typed: what it says before anything is played, and of what cannot be."""

import json
from pathlib import Path

import pytest
from cli.conftest import Wardian

JOB = """\
name: swept
environments:
  - {pack: counter, knobs: {tasks: 32}}
prompts: {plain: Count., careful: Count with care.}
agents:
  - {name: a, model: good, prompt: plain}
  - {kind: reference}
models: {good: &model {server: sim}, fair: *model}
servers: {sim: {kind: simulator, skills: {good: {}, fair: {}}}}
tracking: {enabled: false}
sweep:
  over: {model: [good, fair], temperature: {low: 0, high: 1, steps: 4}}
"""


@pytest.fixture
def swept(project: Path) -> Path:
    """A project whose job is a sweep."""
    (project / "job.yaml").write_text(JOB)
    return project


def test_a_dry_run_says_who_is_compared_and_what_it_takes_at_most(swept: Path, wardian: Wardian) -> None:
    said = wardian("sweep", "job.yaml", "--dry-run")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "swept: 8 configurations, at most 32 episodes each"
    assert lines[1:5] == [
        "block 1: 8 configurations up to 4 episodes each",
        "block 2: 4 configurations up to 8 episodes each",
        "block 3: 2 configurations up to 16 episodes each",
        "block 4: 2 configurations up to 32 episodes each",
    ]
    assert "at most 128 episodes, 44 % of the 288 of the factorial" in lines
    assert "beside them: reference" in lines
    assert "  a@good+0.3333" in lines
    assert not (swept / "runs").exists()


def test_a_dry_run_as_json_has_every_configuration(swept: Path, wardian: Wardian) -> None:
    changes = ("--set", "sweep.sampler={kind: qmc, configs: 5}", "--set", "sweep.ending=full")
    document = json.loads(wardian("sweep", "job.yaml", "--dry-run", "--json", *changes).out)
    assert len(document["configs"]) == 5
    assert document["most"] == document["factorial"] == 6 * 32


@pytest.mark.usefixtures("swept")
def test_a_config_is_checked_with_its_sweep(wardian: Wardian) -> None:
    assert "sweep: ok: 8 configurations" in wardian("validate", "job.yaml").out
    wrong = wardian("validate", "job.yaml", "--set", "sweep.over={model: [god]}")
    assert (wrong.code, "sweep.over.model.0" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("sweep.over={model: [god]}", "sweep.over.model.0: there is no 'god'; did you mean 'good'?"),
        ("sweep.over={colour: [red, blue]}", "sweep.over.colour: 'a' has no such setting"),
        ("sweep=null", "sweep: the job does not say what to vary"),
        ("sweep.ending=half", "sweep.ending"),
        (
            "sweep.over={temperature: {low: 0, high: 1, steps: 1}}",
            "sweep.over.temperature.steps: must be a whole number from 2 to 1000, not 1",
        ),
        ("sweep.over={temperature: {low: 1, high: 0}}", "sweep.over.temperature: low must be less than high"),
        (
            "sweep.over={temperature: {low: 0, hihg: 1}}",
            "sweep.over.temperature.hihg: unknown key; did you mean 'high'?",
        ),
        ("sweep.over={model: []}", "sweep.over.model: must be a list with at least 1 item, not an empty list"),
        ("sweep.over={model: 3}", "sweep.over.model: must be a list with at least 1 item or a mapping, not 3"),
        ("sweep.metric=sucess", "sweep.metric: there is no metric 'sucess'; did you mean 'success'?"),
        ("sweep.metric=cost_usd", "sweep.metric: 'cost_usd' is no metric in [0, 1] of which more is better"),
        ("sweep.metric=gave_up", "sweep.metric: 'gave_up' is no metric in [0, 1] of which more is better"),
    ],
)
@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_what_cannot_be_compared_is_said_at_its_key(
    swept: Path, change: str, said: str, flags: tuple[str, ...], wardian: Wardian
) -> None:
    finished = wardian("sweep", "job.yaml", "--set", change, *flags)
    assert finished.code == 2
    assert said in finished.err
    assert not (swept / "runs").exists()


@pytest.mark.usefixtures("swept")
def test_a_config_is_checked_with_the_metric_of_its_sweep(wardian: Wardian) -> None:
    wrong = wardian("validate", "job.yaml", "--set", "sweep.metric=turns")
    assert (wrong.code, "sweep.metric: 'turns'" in wrong.err) == (2, True)


@pytest.mark.usefixtures("swept")
def test_a_run_that_is_no_sweep_has_no_report_of_one(wardian: Wardian) -> None:
    agents = "agents=[{kind: reference}]"
    assert wardian("run", "job.yaml", "--set", agents, "--set", "sweep=null").code == 0
    finished = wardian("sweep", "report", "last")
    assert finished.code == 2
    assert "is no sweep" in finished.err


@pytest.mark.usefixtures("swept")
def test_a_sweep_that_stops_before_its_first_block_says_so(wardian: Wardian) -> None:
    few = ("--set", "budget={requests: 3}", "--set", "agents.1={kind: idle}")
    paused = wardian("sweep", "job.yaml", "--json", *few)
    document = json.loads(paused.out)
    assert paused.code == document["exit_code"] != 0
    assert (document["done"], document["best"], document["winner"]) == (False, None, None)
    assert Path(document["folder"]).name == document["run"]
    assert (document["episodes"], document["url"]) == (0, None)


@pytest.mark.usefixtures("swept")
def test_a_sweep_that_stops_before_its_first_block_says_how_to_go_on(wardian: Wardian) -> None:
    out = wardian("sweep", "job.yaml", "--set", "budget={requests: 3}").out
    assert "No block is complete yet: nothing can be said." in out
    assert "resume   wardian resume" in out


@pytest.mark.usefixtures("swept")
def test_a_sweep_goes_on_as_it_was(wardian: Wardian) -> None:
    wardian("sweep", "job.yaml", "--set", "budget={requests: 3}")
    refused = wardian("resume", "last", "--set", "sweep.ending=full")
    assert refused.code == 2
    assert "sweep: a sweep keeps what it compares" in refused.err
    assert "seed" in wardian("resume", "last", "--set", "seed=3").err
