"""A disk that is really full: a file system of a few hundred kilobytes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

JOB = """\
name: full
environments: [{pack: retail}]
agents: [{kind: reference}, {kind: idle}]
repeats: 4
executor: {kind: local, concurrency: 8}
output: disk/runs
"""
EPISODES = 84 * 2 * 4
ROOT = Path(__file__).resolve().parents[2]


def mounted(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 700 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted("mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(folder)):
        pytest.skip("this machine does not let us mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def wardian(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "wardian", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200, check=False)


def test_it_pauses_before_it_tears_and_resume_completes_everything(disk: Path) -> None:
    project = disk.parent
    (project / "job.yaml").write_text(JOB)
    (project / "envs").symlink_to(ROOT / "envs")
    paused = wardian(project, "run", "job.yaml")
    assert paused.returncode == 3, paused.stderr
    assert "the disk or bucket takes nothing more" in paused.stdout
    assert "No space left on device" in paused.stdout
    assert "Traceback" not in paused.stdout + paused.stderr

    assert mounted("mount", "-o", "remount,size=64m", str(disk))
    done = wardian(project, "resume", "last", "--output", "disk/runs")
    assert done.returncode == 0, done.stderr
    (run,) = (disk / "runs").glob("full-*")
    episodes = pq.read_table(run / "tables" / "episodes.parquet")["episode_id"].to_pylist()
    assert len(set(episodes)) == len(episodes) == EPISODES
    assert (run / "leaderboard.md").read_text()
