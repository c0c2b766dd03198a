"""What `wardian chaos` refuses before it kills anybody."""

from pathlib import Path

import pytest
from cli.conftest import Wardian

JOB = """\
name: refused
environments: [{pack: counter, knobs: {tasks: 4}}]
servers:
  sim: {kind: simulator, skills: {m: {accuracy: 1.0}}}
models:
  m: MODEL
agents: [AGENT]
executor: {kind: ray}
"""
ASKS = "{name: a, model: m}"
SIMULATED = "{server: sim}"


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ("{base_url: 'https://real.example/v1'}", "job.yaml:6: models.m: would be asked for real, many times over"),
        ("{base_url: 'sim://127.0.0.1:9'}", "job.yaml:6: models.m: would be asked for real, many times over"),
        (
            "{deployments: {one: {server: sim}, two: {base_url: 'https://real.example/v1'}}}",
            "job.yaml:6: models.m.deployments.two: would be asked for real, many times over",
        ),
    ],
)
def test_a_real_model_is_never_asked(project: Path, wardian: Wardian, model: str, line: str) -> None:
    (project / "job.yaml").write_text(JOB.replace("MODEL", model).replace("AGENT", ASKS))
    done = wardian("chaos", "job.yaml")
    assert done.code == 2
    assert done.err.startswith(f"wardian: {line}")
    assert done.err.count("\n") == 1
    assert not (project / "runs").exists()


def test_without_a_model_there_is_nothing_to_lose(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB.replace("MODEL", SIMULATED).replace("AGENT", "{kind: reference}"))
    done = wardian("chaos", "job.yaml")
    assert done.code == 2
    assert "none of them asks a model" in done.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--plan", "wroker=1"), "--plan: there is no fault 'wroker'; did you mean 'worker'?"),
        (
            ("--plan", "gcs=1", "--set", "executor.address=127.0.0.1:6379"),
            "--plan: 'gcs' ends the whole cluster, and this one is not the command's own",
        ),
        (("--set", "executor.address=127.0.0.1:1"), "executor.address: no Ray at '127.0.0.1:1'"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_one_line(
    project: Path, wardian: Wardian, words: tuple[str, ...], line: str
) -> None:
    (project / "job.yaml").write_text(JOB.replace("MODEL", SIMULATED).replace("AGENT", ASKS))
    done = wardian("chaos", "job.yaml", *words)
    assert done.code == 2
    assert line in done.err
    assert not (project / "runs").exists()
