"""`wardian sync`: what MLflow missed reaches it later, once, whoever died in between."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from cli.conftest import JOB, Wardian

from wardian.runs.folder import RunFolder
from wardian.tracking.outbox import Opened, Outbox

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


class Store:
    """A sqlite store that is not there as long as a file is in the place of its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.uri = f"sqlite:///{folder}/mlflow.db"

    def take_away(self) -> None:
        if self._folder.exists():
            self._folder.rename(self._folder.with_suffix(".away"))
        self._folder.touch()

    def bring(self) -> None:
        self._folder.unlink()
        away = self._folder.with_suffix(".away")
        if away.exists():
            away.rename(self._folder)

    def runs(self) -> dict[str | None, Any]:
        from mlflow import MlflowClient

        client = MlflowClient(self.uri, self.uri)
        experiment = client.get_experiment_by_name("wardian")
        runs = client.search_runs([experiment.experiment_id])
        found = {run.data.tags.get("wardian.arm"): run for run in runs}
        assert len(found) == len(runs)
        return found

    def traces(self) -> list[Any]:
        from mlflow import MlflowClient

        client = MlflowClient(self.uri, self.uri)
        experiment = client.get_experiment_by_name("wardian")
        return list(client.search_traces(locations=[experiment.experiment_id]))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.take_away()
    return store


@pytest.fixture
def late(project: Path, wardian: Wardian, store: Store) -> RunFolder:
    """A run that is over, and that no store has seen."""
    job = JOB.replace("{enabled: false}", f"{{uri: '{store.uri}'}}")
    (project / "job.yaml").write_text(job)
    finished = wardian("run", "job.yaml")
    folder = RunFolder.find("last", project / "runs")
    assert finished.code == 0
    assert "misses a part of this run (FileExistsError: " in finished.out
    assert f"`wardian sync {folder.id}` delivers it" in " ".join(finished.out.split())
    return folder


def test_what_was_missing_is_delivered_later_and_once(wardian: Wardian, store: Store, late: RunFolder) -> None:
    assert f"`wardian sync {late.id}` delivers it" in wardian("results").out
    behind = wardian("sync", late.id)
    assert behind.code == 3
    assert behind.out.startswith(f"{late.id}: MLflow at {store.uri} misses a part of this run (")

    store.bring()
    assert wardian("sync").out == f"{late.id}: MLflow at {store.uri} has everything\n"
    first = store.runs()
    again = wardian("sync", late.id)
    assert (again.code, again.out) == (0, f"{late.id}: MLflow at {store.uri} has everything already\n")
    assert set(first) == {None, "reference", "idle"}
    assert {run.info.status for run in first.values()} == {"FINISHED"}
    assert first["reference"].data.metrics["success"] == 1.0
    assert first[None].data.metrics["episodes"] == 8
    assert {run.info.run_id for run in store.runs().values()} == {run.info.run_id for run in first.values()}
    shown = wardian("results").out
    assert "misses" not in shown
    assert "mlflow ui --backend-store-uri" in shown


def test_a_run_whose_process_died_ends_as_far_as_its_journal_goes(
    wardian: Wardian, store: Store, late: RunFolder
) -> None:
    outbox = Outbox(late.path)
    path = late.path / "outbox" / "entries.jsonl"
    opened_until = next(end for entry, end in outbox.entries() if isinstance(entry, Opened))
    path.write_bytes(path.read_bytes()[:opened_until])
    (late.path / "tracking.json").unlink()
    assert f"MLflow misses a part of this run; `wardian sync {late.id}` delivers it" in wardian("results").out

    store.bring()
    assert wardian("sync", late.id).code == 0
    runs = store.runs()
    assert {run.info.status for run in runs.values()} == {"KILLED"}
    assert {run.data.tags["wardian.status"] for run in runs.values()} == {"interrupted"}
    assert runs["reference"].data.metrics["success"] == 1.0
    told = f"All episodes: `wardian view {late.id}`\n\n## Leaderboard"
    assert runs[None].data.tags["mlflow.note.content"].startswith(told)
    assert Outbox(late.path).settled


def test_a_resumed_run_delivers_what_is_left_of_the_first_part(wardian: Wardian, store: Store, late: RunFolder) -> None:
    store.bring()
    assert wardian("resume", late.id).code == 0
    assert set(store.runs()) == {None, "reference", "idle"}
    assert Outbox(late.path).settled


def test_a_few_episodes_are_there_as_traces(wardian: Wardian, project: Path, store: Store, late: RunFolder) -> None:
    store.bring()
    assert wardian("sync").code == 0
    traces = store.traces()
    why = sorted((trace.info.tags["wardian.arm"], trace.info.tags["wardian.sample"]) for trace in traces)
    assert {arm for arm, _ in why} == {"reference", "idle"}
    assert {"worst", "best", "median"} <= {reason for _, reason in why}
    assert len(traces) <= 8
    success = {trace.info.tags["wardian.arm"]: trace.info.assessments[0].value for trace in traces}
    assert success == {"reference": 1.0, "idle": 0.0}
    tools = [span for trace in traces for span in trace.data.spans if span.span_type == "TOOL"]
    assert {span.name for span in tools} == {"execute_tool add"}
    assert wardian("run", "job.yaml", "--set", "tracking.traces=false").code == 0
    assert len(store.traces()) == len(traces)


def test_a_run_that_goes_on_is_left_alone(wardian: Wardian, late: RunFolder) -> None:
    other = RunFolder(late.path)
    other.store.hold()
    synced = wardian("sync", late.id)
    assert (synced.code, synced.out) == (0, f"{late.id}: is running, and delivers by itself\n")
    assert "misses" in wardian("results").out
    other.store.release()


def test_all_of_them_as_json(wardian: Wardian, project: Path, store: Store, late: RunFolder) -> None:
    assert wardian("run", "job.yaml", "--set", "tracking.enabled=false").code == 0
    assert wardian("run", "job.yaml", "--set", "name=other").code == 0
    behind = wardian("sync", "--all", "--json")
    assert behind.code == 3
    assert [synced["state"] for synced in orjson.loads(behind.out)] == ["behind", "behind"]
    store.bring()
    synced = orjson.loads(wardian("sync", "--all", "--json").out)
    assert [(run["run"], run["state"]) for run in synced][1] == (late.id, "delivered")
    assert {run["tracked"]["problem"] for run in synced} == {None}
    assert wardian("sync", "--all").out.count("has everything already") == 2


def test_a_run_without_tracking_has_nothing_to_deliver(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    refused = wardian("sync")
    assert refused.code == 2
    assert "there is nothing for MLflow in it (tracking.enabled)" in refused.err


def test_two_at_a_time_are_one_too_many(wardian: Wardian, late: RunFolder) -> None:
    other = Outbox(late.path)
    other.hold()
    refused = wardian("sync")
    assert refused.code == 2
    assert "another process is delivering this run; wait for it" in refused.err
