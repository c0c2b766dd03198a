"""`wardian fusion episodes` over a run with forks, as typed."""

from pathlib import Path

import orjson
from cli.conftest import Wardian

CONFIG = """\
name: forked
models: {m: {server: sim}}
agents: [{name: solo, model: m}]
environments: [{pack: retail, tasks: 4}]
forks: 4
servers: {sim: {kind: simulator, skills: {m: {accuracy: 0.8, wrong_argument: 1.0, recovery: 0.3}}}}
tracking: {enabled: false}
"""


def test_one_of_several_episodes_that_began_in_one_state_is_selected(project: Path, wardian: Wardian) -> None:
    (project / "forked.yaml").write_text(CONFIG)
    done = wardian("run", "forked.yaml")
    assert done.code == 0, done.err
    said = wardian("fusion", "episodes", "--by", "identical_retry_rate", "--by", "n_tool_errors", "--json")
    assert said.code == 2
    assert "--by: there is no metric 'n_tool_errors'" in said.err
    said = wardian("fusion", "episodes", "--by", "redundant_calls", "--json")
    assert said.code == 0, said.err
    (fusion,) = orjson.loads(said.out)["fusions"]
    assert [best["k"] for best in fusion["best_of"]] == [2, 4]
    assert fusion["best_of"][-1]["oracle"]["tasks"] == 4
    markdown = wardian("fusion", "episodes", "--by", "redundant_calls", "--markdown").out
    assert "## solo: episodes selected by redundant" in markdown


def test_a_run_without_forks_says_what_is_missing(project: Path, wardian: Wardian) -> None:
    job = project / "job.yaml"
    job.write_text(job.read_text().replace("  - {kind: idle}\n", ""))
    assert wardian("run", "job.yaml").code == 0
    said = wardian("fusion", "episodes", "--by", "redundant_calls")
    assert said.code == 2
    assert "say `forks: 4`" in said.err
