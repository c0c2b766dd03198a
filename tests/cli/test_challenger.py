"""From a sweep over prompts to the gate: `wardian refine CONFIG --challenger SWEEP`."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal

JOB = """\
name: swept
seed: 3
environments: [{pack: counter, knobs: {tasks: 24}}]
prompts: {plain: Count., quick: Count quickly., careful: Count with care.}
agents: [{name: a, model: good, prompt: plain}]
models: {good: {server: sim}, other: {server: sim}, muse: {server: sim}}
servers:
  sim:
    kind: simulator
    skills:
      good: &good {accuracy: 0.3, give_up: 0.7, rules: [{pattern: with care, accuracy: 0.7, give_up: -0.7}]}
      other: *good
      muse: {reflecting: {}}
tracking: {enabled: false}
sweep: {over: {prompt: [plain, quick, careful]}, block: 4}
refine:
  seeds: the same in every run
  reflection: {model: muse}
  preflight: 8
  gate: {pairs: 60, guardrails: {turns: null, cost: null}}
  budget: {episodes: 200}
"""


@pytest.fixture
def swept(project: Path) -> Path:
    """A project whose job is a sweep, and a campaign."""
    (project / "job.yaml").write_text(JOB)
    return project


def last(folder: Path) -> RunFolder:
    return RunFolder.find("last", folder / "runs")


def test_the_winner_of_a_sweep_becomes_champion_through_the_gate(swept: Path, wardian: Wardian) -> None:
    assert wardian("sweep", "job.yaml").code == 0
    sweep = last(swept).id
    dry = wardian("refine", "job.yaml", "--challenger", sweep, "--dry-run", "--json")
    most = orjson.loads(dry.out)["campaign"]
    assert (dry.code, most) == (0, 2 * 8 + 2 * 60)
    said = wardian("refine", "job.yaml", "--challenger", sweep, "--json")
    assert said.code == 0, said.err
    assert "a@careful; enters gate 1" in said.err
    record = kept(run := last(swept))
    assert record is not None
    assert record.stop == "promoted"
    assert record.champion.texts == {"system": "Count with care."}
    assert [(each.cluster, each.gate, each.pairs) for each in record.candidates] == [(f"{sweep} a@careful", 1, 0)]
    assert len(list(read_journal(run.store))) <= most
    again = wardian("refine", "--resume", "last")
    assert (again.code, kept(run)) == (0, record)
    assert "+Count with care." in again.out


def test_whoever_is_ahead_is_heard_where_nobody_is_the_best(swept: Path, wardian: Wardian) -> None:
    alike = ("--set", "sweep.over={prompt: [quick, slow]}", "--set", "prompts.slow=Count slowly.")
    assert wardian("sweep", "job.yaml", *alike).code == 0
    said = wardian("refine", "job.yaml", "--challenger", "last")
    record = kept(last(swept))
    assert record is not None
    heard = record.candidates[0].cluster.rpartition(" ")[2]
    assert f"warning: {heard} is ahead, and cannot be told from a@" in said.err
    assert record.champion == record.original
    assert record.stop == "gates"


@pytest.mark.parametrize(
    ("swept_with", "refined_with", "said"),
    [
        (
            "sweep.over={prompt: [plain, careful], model: [good, other]}",
            "refine.futile=2",
            "a gate compares texts of one agent, and this sweep varies model too",
        ),
        ("refine.futile=2", "agents.0.prompt=careful", "refine.search.texts: 'a' has these already"),
        ("refine.futile=2", "agents.0.name=b", "refine.agent: no agent 'a' asks a model"),
        ("refine.futile=2", "refine.agent=b", "varied 'a', and `refine.agent` is 'b'"),
        ("refine.futile=2", "refine.components=[recovery]", "refine.components: the sweep varied the system prompt"),
        ("budget={requests: 3}", "refine.futile=2", "is no sweep, or no block of it is complete"),
        ("budget={requests: 110}", "refine.futile=2", "the sweep has not ended; go on with `wardian resume"),
    ],
)
def test_what_no_gate_can_decide_is_said_before_anything_is_played(
    swept: Path, swept_with: str, refined_with: str, said: str, wardian: Wardian
) -> None:
    wardian("sweep", "job.yaml", "--set", swept_with)
    refused = wardian("refine", "job.yaml", "--challenger", "last", "--set", refined_with)
    assert refused.code == 2
    assert said in refused.err
    assert len(list((swept / "runs").glob("*/job.json"))) == 1
