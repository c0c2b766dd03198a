"""Projects whose runs take a while, played by processes."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JOB = """\
name: slow
environments: [{pack: counter, knobs: {tasks: 10}}]
servers: {sim: {kind: simulator, skills: {m: {accuracy: 1.0, latency_s: LATENCY}}}}
models: {m: {server: sim}}
agents: [{name: a, model: m}]
repeats: 4
executor: {kind: local, concurrency: 2}
tracking: {enabled: false}
"""

SlowProject = Callable[[float], Path]
"""A folder with job.yaml, 40 episodes whose calls take so many seconds each."""


@pytest.fixture
def slow_project(tmp_path: Path) -> SlowProject:
    """Makes the folder."""

    def project(latency_s: float) -> Path:
        (tmp_path / "envs").mkdir()
        (tmp_path / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
        (tmp_path / "job.yaml").write_text(JOB.replace("LATENCY", str(latency_s)))
        return tmp_path

    return project
