"""A real MLflow store in sqlite, and stores that do not work."""

import json
import logging
import shutil
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from wardian.base.clock import SystemClock
from wardian.scoring.finished import Finished
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.mlflow_tracker import MlflowTracker
from wardian.tracking.sample import SampledTrace
from wardian.tracking.summary import ArmFigures, Figure, RunCard, RunSummary, Tracked
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import

SUMMARY = RunSummary(
    status="finished",
    arms=(
        ArmFigures(arm="b", figures=(Figure(name="success", value=0.75, low=0.5, high=0.9),)),
        ArmFigures(arm="a", figures=(Figure(name="success", value=0.25), Figure(name="pass^2", value=0.1))),
    ),
    figures=(Figure(name="best_success", value=0.75),),
    note="| arm | success |\n|---|---|\n| b | 75 % |",
)


async def track(uri: str, card: RunCard, results: list[Finished], summary: RunSummary = SUMMARY) -> Tracked:
    tracker = MlflowTracker(uri, SystemClock())
    await tracker.start(card)
    for finished in results:
        await tracker.write(finished)
    await tracker.close()
    return await tracker.finish(summary)


class Store:
    """What stands in the store, by run."""

    def __init__(self, uri: str) -> None:
        from mlflow import MlflowClient

        self.client = MlflowClient(uri, uri)
        experiment = self.client.get_experiment_by_name("wardian")
        self.experiment = experiment
        runs = self.client.search_runs([experiment.experiment_id])
        self.runs: dict[str, Any] = {run.info.run_name: run for run in runs}

    def history(self, run: str, metric: str) -> list[tuple[int, float]]:
        history = self.client.get_metric_history(self.runs[run].info.run_id, metric)
        return [(point.step, point.value) for point in history]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store; MLflow takes seconds to make one."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def uri(tmp_path: Path, migrated: Path) -> str:
    shutil.copy(migrated, tmp_path)
    return default_uri(tmp_path)


async def test_a_run_as_a_user_finds_it(uri: str, card: RunCard, results: Any) -> None:
    (card.folder / "tables").mkdir()
    (card.folder / "tables" / "episodes.parquet").write_bytes(b"x")
    (card.folder / "job.json").write_text("{}")
    kept = tuple(
        card.folder / name for name in ("job.json", "tables/episodes.parquet", "outbox/report.html", "absent.md")
    )
    (card.folder / "outbox").mkdir()
    (card.folder / "outbox" / "report.html").write_text("<!doctype html>")
    tracked = await track(uri, card, list(results(4)), SUMMARY.model_copy(update={"artifacts": kept}))
    store = Store(uri)
    job, a, b = (store.runs[name] for name in ("returns-1", "a", "b"))

    assert tracked == Tracked(uri=uri, experiment_id=store.experiment.experiment_id, run_id=job.info.run_id)
    assert Tracked.model_validate_json((card.folder / "tracking.json").read_text()) == tracked
    assert set(store.runs) == {"returns-1", "a", "b", "idle"}
    assert {run.info.status for run in store.runs.values()} == {"FINISHED"}
    assert {run.data.tags.get("mlflow.parentRunId") for run in (a, b)} == {job.info.run_id}
    assert [run.data.tags.get("simulated") for run in (job, a, b)] == ["true", "true", None]
    assert job.data.params["seed"] == "0"
    assert a.data.params["model"] == "m-a"
    assert a.data.metrics["success"] == 0.25
    assert a.data.metrics["pass_hat_2"] == 0.1
    assert (b.data.metrics["success_low"], b.data.metrics["success_high"]) == (0.5, 0.9)
    assert job.data.tags["wardian.best_arm"] == "b"
    assert job.data.tags["mlflow.note.content"].startswith("| arm |")
    assert job.data.metrics["episodes"] == 8
    assert [step for step, _ in store.history("a", "turns")] == [1, 2, 3, 4]
    (dataset,) = b.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("shop", "d0")
    artifacts = {entry.path for entry in store.client.list_artifacts(job.info.run_id)}
    assert artifacts == {"job.json", "report.html", "tables"}
    (table,) = store.client.list_artifacts(job.info.run_id, "tables")
    assert table.path == "tables/episodes.parquet"
    assert Path(uri.removeprefix("sqlite:///")).parent.joinpath("mlflow-artifacts").is_dir()


async def test_a_sample_of_episodes_are_traces_of_the_arms_and_the_job(uri: str, card: RunCard, results: Any) -> None:
    shown = card.job.model_copy(update={"telemetry": card.job.telemetry.model_copy(update={"content": True})})
    spans = EpisodeSpans(card.run_id, shown)
    finished = list(results(2))
    made = [
        SampledTrace(arm=arm, why=why, spans=tuple(spans.of(each.record)), scores={"success": won, "turns": 2.0})
        for each, arm, (why, won) in zip(finished, "abab", [("worst", 0.0)] * 2 + [("best", 1.0)] * 2, strict=True)
    ]
    for traces in (made[:3], made):  # what is delivered again stands there once
        tracked = await track(uri, card, finished, SUMMARY.model_copy(update={"traces": tuple(traces)}))
        assert tracked.problem is None
    (card.folder / "outbox" / "receipt.json").unlink()
    assert (await track(uri, card, finished)).problem is None
    store = Store(uri)
    there = [store.experiment.experiment_id]
    traces = store.client.search_traces(locations=there)
    assert len(traces) == 4
    assert {trace.info.tags["wardian.sample"] for trace in traces} == {"worst", "best"}
    assert {trace.info.response_preview for trace in traces} == {"Bye."}
    assert {
        (trace.info.tags["wardian.sample"], trace.info.state.value, each.name, each.value)
        for trace in traces
        for each in trace.info.assessments
    } == {("worst", "ERROR", "success", 0.0), ("best", "OK", "success", 1.0)}
    linked = {
        name: store.client.search_traces(locations=there, run_id=run.info.run_id) for name, run in store.runs.items()
    }
    assert {name: len(found) for name, found in linked.items()} == {"returns-1": 4, "a": 2, "b": 2, "idle": 0}
    kinds = {span.span_type for trace in traces for span in store.client.get_trace(trace.info.trace_id).data.spans}
    assert kinds == {"AGENT", "CHAT_MODEL", "TOOL"}


async def test_prompts_are_versions_linked_to_the_arms_that_use_them(uri: str, card: RunCard) -> None:
    await track(uri, card, [])
    changed = card.model_copy(
        update={
            "run_id": "returns-2",
            "job": card.job.model_copy(
                update={"prompts": {"plain": "Be very kind.", "careful": "Be kind. Ask {{first}}."}}
            ),
        }
    )
    await track(uri, changed, [])
    await track(uri, card.model_copy(update={"run_id": "returns-3"}), [])
    store = Store(uri)
    (first,) = store.client.search_prompt_versions("returns.plain")
    (other,) = store.client.search_prompt_versions("returns.plain.candidates")
    assert (first.version, first.template, other.version, other.template) == (1, "Be kind.", 1, "Be very kind.")
    assert (first.tags["wardian.job"], first.commit_message) == ("returns", "First used in returns-1")
    assert "wardian.job" not in store.client.get_prompt("returns.plain").tags
    assert len(store.client.search_prompt_versions("returns.careful")) == 1
    runs = store.client.search_runs([store.experiment.experiment_id], "tags.`wardian.arm` = 'a'")
    linked = {run.data.tags["wardian.run_id"]: json.loads(run.data.tags["mlflow.linkedPrompts"]) for run in runs}
    assert linked == {
        f"returns-{run}": [{"name": name, "version": "1"}]
        for run, name in ((1, "returns.plain"), (2, "returns.plain.candidates"), (3, "returns.plain"))
    }


async def test_a_prompt_is_shown_in_every_experiment_that_used_it(uri: str, card: RunCard) -> None:
    elsewhere = card.job.model_copy(update={"tracking": card.job.tracking.model_copy(update={"experiment": "other"})})
    for run, job in (("returns-1", card.job), ("returns-2", elsewhere), ("returns-3", card.job)):
        await track(uri, card.model_copy(update={"run_id": run, "job": job}), [])
    client = Store(uri).client
    for name in ("wardian", "other"):
        experiment = client.get_experiment_by_name(name)
        shown = client.search_prompts(filter_string=f"experiment_id = '{experiment.experiment_id}'")
        assert {prompt.name for prompt in shown} == {"returns.plain", "returns.careful"}


async def test_a_resumed_run_goes_on_in_the_same_runs(uri: str, card: RunCard, results: Any) -> None:
    first = await track(uri, card, list(results(2)), RunSummary(status="paused"))
    assert {run.info.status for run in Store(uri).runs.values()} == {"KILLED"}
    assert {run.data.tags["wardian.status"] for run in Store(uri).runs.values()} == {"paused"}
    job = card.job.model_copy(update={"repeats": 3})
    resumed = await track(uri, card.model_copy(update={"job": job}), list(results(4)))
    store = Store(uri)
    assert resumed == first
    assert len(store.runs) == 4
    assert {run.info.status for run in store.runs.values()} == {"FINISHED"}
    assert {run.data.tags["wardian.status"] for run in store.runs.values()} == {"finished"}
    assert [step for step, _ in store.history("a", "turns")] == [1, 2, 3, 4]
    assert store.runs["returns-1"].data.params["repeats"] == "2"
    assert len(store.runs["a"].inputs.dataset_inputs) == 1


async def test_a_new_store_is_made_without_a_word(
    tmp_path: Path, card: RunCard, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        tracked = await track(default_uri(tmp_path / "new" / "folder"), card, [])
    assert tracked.problem is None
    assert (tmp_path / "new" / "folder" / "mlflow.db").exists()
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith(("mlflow", "alembic"))] == []


async def test_an_absent_server_is_one_warning(card: RunCard, results: Any) -> None:
    begun = time.perf_counter()
    tracked = await track("http://127.0.0.1:9", card, list(results(2)))
    assert time.perf_counter() - begun < 30
    assert tracked.run_id is None
    assert "MLflow at http://127.0.0.1:9 misses a part of this run" in (tracked.problem or "")
    assert "`wardian sync returns-1` delivers it" in (tracked.problem or "")
    assert "\n" not in (tracked.problem or "")
    assert (card.folder / "tracking.json").exists()


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """Lets the kernel take connections and never answers one: so there is none to close either."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


async def test_a_server_that_hangs_holds_up_nothing(card: RunCard, results: Any) -> None:
    async with silent_server() as uri:
        tracker = MlflowTracker(uri, SystemClock(), finish_timeout_s=1)
        begun = time.perf_counter()
        await tracker.start(card)
        for finished in results(50):
            await tracker.write(finished)
        tracked = await tracker.finish(SUMMARY)
        assert time.perf_counter() - begun < 5
        assert "not taken within 1 s" in (tracked.problem or "")


async def test_a_deleted_experiment_is_named(uri: str, card: RunCard) -> None:
    await track(uri, card, [])
    store = Store(uri)
    store.client.delete_experiment(store.experiment.experiment_id)
    tracked = await track(uri, card, [])
    assert "the experiment 'wardian' is deleted there" in (tracked.problem or "")


async def test_passwords_are_not_shown(card: RunCard) -> None:
    tracked = await track("http://me:secret@127.0.0.1:9", card, [])
    assert tracked.uri == "http://me:***@127.0.0.1:9"
    assert "secret" not in tracked.model_dump_json()
