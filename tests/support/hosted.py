"""A run that belongs to a cluster, with a provider that writes down what it said: for tests that break things."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
from support.random_provider import Spoke

from wardian.runs.folder import RunFolder
from wardian.runs.journal import manifest, manifest_logs
from wardian.runs.status import Status, read_status

__all__ = ["actors", "check_complete", "last", "project", "status_of", "until"]

ROOT = Path(__file__).parents[2]
JOB = """\
name: hosted
environments: [{pack: counter, knobs: {tasks: EPISODES}}]
models: {m: {base_url: "URL"}}
agents: [{name: a, model: m}]
executor: {kind: ray, concurrency: EACH, address: "ADDRESS", lease_s: LEASE, WORKERS}
tracking: {enabled: false}
"""


def project(
    folder: Path,
    address: str,
    spoke: Spoke,
    *,
    episodes: int,
    each: int,
    workers: int | None = None,
    lease_s: float = 3,
) -> Path:
    """A folder with `job.yaml`, whose episodes are played by the Ray at `address`."""
    (folder / "envs").mkdir()
    (folder / "envs" / "counter").symlink_to(ROOT / "tests" / "support" / "packs" / "counter")
    words = {"URL": spoke.url, "ADDRESS": address, "EPISODES": str(episodes), "EACH": str(each), "LEASE": str(lease_s)}
    words["WORKERS"] = f"workers: {workers or 'null'}"
    (folder / "job.yaml").write_text(re.sub("|".join(words), lambda found: words[found[0]], JOB))
    return folder


def until(true: Callable[[], bool], what: str, longest_s: float = 120.0) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + longest_s
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def last(folder: Path) -> RunFolder:
    """The newest run of a project."""
    return RunFolder.find("last", folder / "runs")


def status_of(folder: Path) -> Status:
    """How it is doing, once it says so."""
    until(lambda: bool(RunFolder.below(folder / "runs")) and last(folder).begun, "the run says nothing")
    return read_status(last(folder).store)


def actors(kind: str, environ: dict[str, str]) -> set[int]:
    """Processes of an actor class in the Ray of this environment, by what Ray writes into their title."""
    found = set()
    folder = environ.get("RAY_TMPDIR", "")
    for process in Path("/proc").glob("[0-9]*"):
        try:
            title = (process / "cmdline").read_bytes().decode(errors="replace")
            ours = f"RAY_TMPDIR={folder}".encode() in (process / "environ").read_bytes() if folder else True
        except OSError:
            continue
        if title.startswith(f"ray::{kind}") and ours:
            found.add(int(process.name))
    return found - {os.getpid()}


def check_complete(folder: Path, spoke: Spoke, episodes: int) -> None:
    """Every episode once, in the manifest and in the tables, and nothing that was not said."""
    run = last(folder)
    keys = [each.result.episode for log in manifest_logs(run.store) for _, each in manifest(run.store, log)]
    assert len(set(keys)) == len(keys) == episodes
    records = list(run.records())
    assert not [record.episode.failure for record in records if record.episode.failure]
    assert all(spoke.said(record.episode) for record in records)
    rows = pq.read_table(run.tables / "episodes.parquet")["episode_id"].to_pylist()
    assert sorted(rows) == sorted(keys)
    assert not run.played
