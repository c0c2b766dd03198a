"""`cache.mode` from the command line: recorded with a server and a key, replayed without either."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

from wardian.runs.folder import RunFolder

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
    assert second["cost_usd"] == first["cost_usd"] == first["spent_usd"] > 0
    assert second["spent_usd"] == 0
    arms = [{**document["standings"]["arms"][0], "spent_usd": None} for document in (first, second)]
    assert arms[0] == arms[1]
    assert not list(RunFolder.find("last", project / "runs").logs.iterdir())


def test_the_recorded_job_knows_the_folder_from_everywhere(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    folder = RunFolder.find("last", project / "runs").job().cache.folder
    assert folder == str(project / "runs" / "replies")
