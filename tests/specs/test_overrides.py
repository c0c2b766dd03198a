"""`--set` reaches everything, and says where it does not."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.job import JobSpec
from wardian.specs.load import load

JOB = """\
name: try
environments: [{pack: retail}]
agents: [{name: a, model: "m-1.0"}]
models:
  "m-1.0": {base_url: "${URL}"}
"""


def change(folder: Path, *overrides: str) -> JobSpec:
    path = folder / "job.yaml"
    path.write_text(JOB)
    return load(path, overrides=['models."m-1.0".base_url=http://localhost/v1', *overrides], environ={"N": "4"})


def test_an_override_mends_what_is_wrong_in_the_file(tmp_path: Path) -> None:
    assert change(tmp_path).models["m-1.0"].base_url == "http://localhost/v1"


@pytest.mark.parametrize(
    ("assignment", "read", "expected"),
    [
        ("limits.turns=7", lambda job: job.limits.turns, 7),
        ("repeats=${N}", lambda job: job.repeats, 4),
        ("agents.0.sampling.temperature=0.5", lambda job: job.agents[0].sampling.temperature, 0.5),
        ("agents.0.sampling={stop: [a, b]}", lambda job: job.agents[0].sampling.stop, ("a", "b")),
        ("agents.1={kind: idle}", lambda job: job.agents[1].name, "idle"),
        ("agents.1.kind=idle", lambda job: job.agents[1].name, "idle"),
        ("environments.0.tasks=all", lambda job: job.environments[0].tasks, "all"),
        ("environments.0.knobs.level=hard", lambda job: job.environments[0].knobs, {"level": "hard"}),
        ('prompts."v1"=a=b: c', None, "--set prompts.v1: must be text, not a mapping"),
        ('prompts."v1"="a=b: c"', lambda job: job.prompts, {"v1": "a=b: c"}),
        ("prompts.v1=", None, "--set prompts.v1: must be text, not nothing"),
        ('models."m-1.0".rpm=5', lambda job: job.models["m-1.0"].rpm, 5),
        ("models.b.base_url=sim://localhost:1", lambda job: job.is_simulated("b"), True),
        # What cannot be done
        ("limits.truns=7", None, "--set limits.truns: unknown key; did you mean 'turns'?"),
        ("limits.turns=many", None, "--set limits.turns: must be a whole number of at least 1, not the text 'many'"),
        ("repeats=${M}", None, "--set repeats: the environment variable 'M' is not set"),
        ("agents.5.name=x", None, "--set agents.5.name: 'agents' is a list of 1; its positions start at 0"),
        ("agents.-1.name=x", None, "--set agents.-1.name: 'agents' is a list of 1; its positions start at 0"),
        ("agents.first.name=x", None, "--set agents.first.name: 'agents' is a list of 1; its positions start at 0"),
        ("name.first=x", None, "--set name.first: 'name' holds a single value, so it has no 'first'"),
        ("limits.turns", None, "--set limits.turns: expected key.path=value"),
        ("=3", None, "--set: expected key.path=value, such as --set agents.0.model=sim-strong"),
        ("limits..turns=3", None, "--set: expected key.path=value, such as --set agents.0.model=sim-strong"),
        ("limits.=3", None, "--set: expected key.path=value, such as --set agents.0.model=sim-strong"),
        ("", None, "--set: expected key.path=value, such as --set agents.0.model=sim-strong"),
        ("limits.turns={", None, "--set limits.turns: not valid YAML: "),
        ("models.b.rpm=1", None, "--set models.b.rpm: models.b: a model needs one of base_url, server and deployments"),
    ],
)  # fmt: skip
def test_assignments(tmp_path: Path, assignment: str, read: object, expected: object) -> None:
    if callable(read):
        assert read(change(tmp_path, assignment)) == expected
    else:
        with pytest.raises(ConfigError) as caught:
            change(tmp_path, assignment)
        assert str(caught.value).startswith(str(expected))


def test_the_last_one_wins(tmp_path: Path) -> None:
    assert change(tmp_path, "repeats=2", "limits.turns=3", "repeats=5").repeats == 5


def test_later_overrides_see_earlier_ones(tmp_path: Path) -> None:
    job = change(tmp_path, "agents.1={kind: idle}", "agents.1.name=nobody")
    assert job.agents[1].name == "nobody"
