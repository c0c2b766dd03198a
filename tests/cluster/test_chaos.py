"""`wardian chaos` as a user types it: on a Ray of its own, which it kills as well."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wardian.runs.folder import RunFolder

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
WARDIAN = str(Path(sys.executable).parent / "wardian")
JOB = """\
name: ordeal
environments: [{pack: counter, knobs: {tasks: 10}}]
servers: {sim: {kind: simulator, skills: {m: {accuracy: 0.8, loop: 0.2, latency_s: 0.05}}}}
models: {m: {server: sim}}
agents: [{name: a, model: m}]
repeats: 6
executor: {kind: ray, workers: 2, concurrency: 4, lease_s: 3}
"""


def chaos(folder: Path, *words: str) -> dict[str, Any]:
    (folder / "envs").mkdir()
    (folder / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    (folder / "job.yaml").write_text(JOB)
    environ = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    command = [WARDIAN, "chaos", "job.yaml", "--json", *words]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_run_survives_a_lost_worker_a_lost_coordinator_and_a_lost_cluster(tmp_path: Path) -> None:
    found = chaos(tmp_path, "--seed", "2", "--plan", "worker=1,coordinator=1,gcs=1")
    assert found["holds"]
    assert set(found["guarantees"].values()) == {True}
    assert found["episodes"] == 60
    assert [blow["fault"]["at"] for blow in found["struck"]] == sorted(blow["fault"]["at"] for blow in found["struck"])
    assert {blow["fault"]["kind"] for blow in found["struck"]} == {"worker", "coordinator", "gcs"}
    assert found["repeated"] <= found["allowed"] == 4 + 2 * 4
    calm, disturbed = RunFolder.below(tmp_path / "runs")
    assert calm.job().simulated
    assert disturbed.job().simulated
    assert all(finished.result.simulated for finished in disturbed.finished())
