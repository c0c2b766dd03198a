"""Functions that fusions name: one that is not there is a mistake in the config, found before anybody is asked."""

from pathlib import Path

import pytest
from cli.conftest import Wardian

JOB = """\
name: fused
environments: [{{pack: counter, knobs: {{tasks: 1}}}}]
servers: {{local: {{kind: simulator, skills: {{a: {{}}, b: {{}}}}}}}}
models: {{a: {{server: local}}, b: {{server: local}}}}
fusions:
  pair:
    {fusion}
agents: [{{name: pair, model: fusion/pair}}]
tracking: {{enabled: false}}
gateway: {{port: 0}}
"""
AGREE = "members: [a, b]\n    agree: {kind: callable, callable: 'MINE'}"
BEST_OF = "{mode: best_of, members: [a, b], judge: {model: b, kinship: allow},\n    verifiers: [schema, 'MINE']}"
CASCADE = "mode: cascade\n    stages: [{members: [a], accept: {kind: verifier, verifier: 'MINE'}}, {members: [b]}]"
PLACES = [
    (AGREE, "agree.callable"),
    (BEST_OF, "verifiers.1"),
    (CASCADE, "stages.0.accept.verifier"),
]
MISTAKES = [
    ("nope.mod:f", "nope.mod:f: cannot be imported: No module named 'nope'"),
    ("os:nope", "os:nope: the module has no 'nope'"),
    ("os:sep", "os:sep: this is no function"),
]


@pytest.mark.parametrize(("fusion", "key"), PLACES)
@pytest.mark.parametrize(("name", "why"), MISTAKES)
def test_a_function_that_is_not_there_is_named_with_its_place(
    project: Path, wardian: Wardian, fusion: str, key: str, name: str, why: str
) -> None:
    (project / "job.yaml").write_text(JOB.format(fusion=fusion.replace("MINE", name)))
    for command in ("validate", "run"):
        refused = wardian(command, "job.yaml")
        assert (refused.code, refused.err) == (2, f"wardian: job.yaml:8: fusions.pair.{key}: {why}\n")
    assert not (project / "runs").exists()


def test_a_gateway_does_not_begin_without_it(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB.format(fusion=AGREE.replace("MINE", "os:nope")))
    for words in (["serve", "job.yaml"], ["serve", "job.yaml", "--dry-run"]):
        refused = wardian(*words)
        assert refused.code == 2
        assert "job.yaml:8: fusions.pair.agree.callable: os:nope: the module has no 'nope'" in refused.err


@pytest.mark.parametrize(("fusion", "_key"), PLACES)
def test_one_that_is_there_is_no_mistake(project: Path, wardian: Wardian, fusion: str, _key: str) -> None:
    (project / "job.yaml").write_text(JOB.format(fusion=fusion.replace("MINE", "os.path:basename")))
    done = wardian("validate", "job.yaml")
    assert done.code == 0, done.err
