"""A campaign in a real MLflow store in sqlite, told as often as one likes."""

import json
import shutil
from math import log
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cli.conftest import Wardian
from support.campaigns import (
    BETTER,
    EVIDENCE,
    PROMPT,
    SEED_TEXT,
    WORSE,
    campaign,
    campaign_folder,
    campaign_job,
    gate_record,
)
from support.tracked_campaigns import TRIED, Store, note

from wardian.cli.recording import CampaignRecorder
from wardian.cli.report_page import KEPT
from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder
from wardian.tracking.summary import Tracked
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


@pytest.fixture
def uri(tmp_path: Path, empty_mlflow: Path) -> str:
    shutil.copy(empty_mlflow, tmp_path)
    return default_uri(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return campaign_folder(campaign_job(tmp_path / "runs"), 1)


async def test_a_campaign_as_a_user_finds_it(uri: str, folder: RunFolder) -> None:
    tracked = await note(folder, uri, campaign(name=folder.id))
    store = Store(uri)
    runs = store.runs
    assert set(runs) == {None, "observe", "propose 1", "race 1", "gate 1", "propose 2", "race 2", "gate 2"}
    whole, gate = runs[None], runs["gate 2"]
    assert (tracked.run_id, tracked.problem) == (whole.info.run_id, None)
    assert Tracked.model_validate_json((folder.path / "tracking.json").read_text()) == tracked
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for name, run in runs.items() if name} == {whole.info.run_id}
    assert whole.data.params["gate.alpha"] == "0.05"
    assert (whole.data.tags["wardian.stop"], whole.data.tags["simulated"]) == ("promoted", "true")
    assert whole.data.metrics["episodes"] == 300
    assert (
        "| 2 | promoted | +18.2 [5.0, 31.0] | 4 | system add: 2. Ask before you write. |"
        in (whole.data.tags["mlflow.note.content"])
    )
    assert store.files(None) == {"campaign.json", "candidates.parquet", "evidence"}
    assert store.files("gate 2") == {"pairs.parquet", "verdict.json"}
    curve = store.client.get_metric_history(gate.info.run_id, "log_e")
    assert [(point.step, point.value) for point in curve] == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]
    assert set(gate.data.metrics) == {"log_e", "log_threshold", "log_futility", "mean_delta", "coverage"}
    assert gate.data.metrics["mean_delta"] == 0.2
    threshold = store.client.get_metric_history(gate.info.run_id, "log_threshold")
    assert [(point.step, point.value) for point in threshold] == [(at, log(82.2)) for at in (1, 2, 3, 4)]
    assert {key: gate.data.tags[key] for key in ("verdict", "ci_lo", "e_value", "threshold", "pairs")} == {
        "verdict": "promoted",
        "ci_lo": "0.05",
        "e_value": "300",
        "threshold": "82.2",
        "pairs": "4",
    }
    assert json.loads(gate.data.tags["mlflow.linkedPrompts"]) == [
        {"name": TRIED, "version": "1"},
        {"name": TRIED, "version": "3"},
    ]


async def test_a_prompt_has_what_was_promoted_and_its_candidates_have_all_that_entered_a_gate(
    uri: str, folder: RunFolder
) -> None:
    tracked = await note(folder, uri, campaign(name=folder.id))
    store = Store(uri)
    assert store.texts(PROMPT) == [SEED_TEXT, BETTER]
    assert store.texts(TRIED) == [SEED_TEXT, WORSE, BETTER]
    assert store.aliases() == {"champion": 1, "challenger": 2}
    promoted = store.prompts.versions(PROMPT)[-1]
    assert promoted.message == (
        "policy_violation(confirmed_before_write) cancel_order/returns: system add: 2. Ask before you write.; "
        "Δ +18.2 [5.0, 31.0] points, 4 pairs"
    )
    assert {key: promoted.tags[key] for key in ("parent", "edits", "verdict", "delta", "pairs", "gate_seed_block")} == {
        "parent": f"{PROMPT}/1",
        "edits": "system add: 2. Ask before you write.",
        "verdict": "promoted",
        "delta": "0.182000",
        "pairs": "4",
        "gate_seed_block": "gate/2",
    }
    assert promoted.tags["campaign_run"] == tracked.run_id
    evidence = promoted.tags["evidence_uri"].removeprefix(f"runs:/{tracked.run_id}/")
    assert evidence in {entry.path for entry in store.client.list_artifacts(tracked.run_id, "evidence")}
    assert store.prompts.versions(TRIED)[1].tags["verdict"] == "futile"
    assert "verdict" not in store.client.get_prompt(PROMPT).tags


async def test_what_a_version_answers_is_kept_when_the_next_diagnosis_does_not_find_it(
    uri: str, folder: RunFolder
) -> None:
    tracked = await note(folder, uri, campaign(name=folder.id).model_copy(update={"evidence": ()}))
    store = Store(uri)
    entered = store.prompts.versions(TRIED)[1:]
    uris = [each.tags["evidence_uri"] for each in entered]
    assert uris == [f"runs:/{tracked.run_id}/evidence/gate-{number}.md" for number in (1, 2)]
    assert store.page(None, "evidence/gate-2.md", folder.path).startswith(f"# {EVIDENCE.name}\n")


async def test_the_report_is_kept_although_it_is_left_when_all_else_has_arrived(uri: str, folder: RunFolder) -> None:
    full = campaign(name=folder.id)
    await note(folder, uri, full)
    assert "report.html" not in Store(uri).files(None)
    (folder.path / KEPT).parent.mkdir()
    (folder.path / KEPT).write_text("<p>All episodes</p>")
    await note(folder, uri, full)
    assert Store(uri).page(None, "report.html", folder.path) == "<p>All episodes</p>"


async def test_what_is_told_again_is_there_once(uri: str, folder: RunFolder) -> None:
    full = campaign(name=folder.id)
    begun = full.model_copy(update={"stage": "preflight", "stop": None, "gates": (), "candidates": (), "evidence": ()})
    half = full.model_copy(update={"stage": "propose", "stop": None, "gates": full.gates[:1]})
    await note(folder, uri, begun, status="interrupted")
    await note(folder, uri, begun, half, status="paused")
    states = {name: run.data.tags["wardian.status"] for name, run in Store(uri).runs.items()}
    assert states == {
        None: "paused",
        "observe": "finished",
        "propose 1": "finished",
        "race 1": "finished",
        "gate 1": "finished",
        "propose 2": "finished",
        "race 2": "paused",
    }
    await note(folder, uri, begun, half, full)
    (folder.path / "refinement" / "receipt.json").unlink()
    await note(folder, uri, full)
    store = Store(uri)
    assert len(store.runs) == 8
    assert {run.info.status for run in store.runs.values()} == {"FINISHED"}
    assert (store.texts(PROMPT), store.texts(TRIED)) == ([SEED_TEXT, BETTER], [SEED_TEXT, WORSE, BETTER])
    curve = store.client.get_metric_history(store.runs["gate 2"].info.run_id, "log_e")
    assert len(curve) == 4


async def test_an_alias_that_somebody_has_moved_is_not_moved_back(uri: str, folder: RunFolder) -> None:
    record = campaign(name=folder.id)
    automatic = record.model_copy(update={"spec": record.spec.model_copy(update={"auto_promote": True})})
    await note(folder, uri, automatic)
    store = Store(uri)
    assert store.aliases() == {"champion": 2, "previous": 1}
    store.prompts.point("champion", store.prompts.versions(PROMPT)[0])
    (folder.path / "refinement" / "receipt.json").unlink()
    store.client.set_tag(store.runs[None].info.run_id, "wardian.sha", "")
    await note(folder, uri, automatic)
    assert store.aliases() == {"champion": 1, "previous": 1}


async def test_a_text_that_another_campaign_had_tried_is_a_version_of_its_own(
    uri: str, tmp_path: Path, folder: RunFolder
) -> None:
    await note(folder, uri, campaign(name=folder.id))
    later = campaign_folder(campaign_job(tmp_path / "runs"), 2)
    await note(later, uri, campaign([gate_record(3, "rejected", 0)], name=later.id))
    store = Store(uri)
    assert store.texts(TRIED) == [SEED_TEXT, WORSE, BETTER, BETTER]
    assert [each.tags.get("verdict") for each in store.prompts.versions(TRIED)] == [
        "baseline",
        "futile",
        "promoted",
        "rejected",
    ]
    assert store.texts(PROMPT) == [SEED_TEXT, BETTER]


async def test_a_store_that_is_not_there_costs_the_campaign_nothing(tmp_path: Path, folder: RunFolder) -> None:
    (tmp_path / "file").touch()
    full = campaign(name=folder.id)
    tracked = await note(folder, f"sqlite:///{tmp_path}/file/mlflow.db", full)
    assert tracked.problem is not None
    assert f"`wardian sync {folder.id}` delivers it" in tracked.problem
    assert kept(folder) == full


async def test_without_a_store_the_record_is_kept(folder: RunFolder) -> None:
    recorder = CampaignRecorder(folder, None)
    await recorder.note(campaign(name=folder.id))
    assert await recorder.finish() == Tracked()
    assert kept(folder) == campaign(name=folder.id)


async def test_candidates_and_pairs_are_tables(uri: str, folder: RunFolder) -> None:
    await note(folder, uri, campaign(name=folder.id))
    candidates = pq.read_table(folder.path / "refinement" / "candidates.parquet").to_pylist()
    assert [(row["number"], row["gate"], row["refused"]) for row in candidates] == [
        (0, 2, None),
        (1, 1, None),
        (2, None, "too long"),
    ]
    assert candidates[0]["text"] == BETTER
    pairs = pq.read_table(folder.path / "refinement" / "gate-2" / "pairs.parquet").to_pylist()
    assert [(row["number"], row["task_key"], row["candidate"]) for row in pairs][:2] == [
        (0, "shop/t0", 0.0),
        (1, "shop/t1", 1.0),
    ]
    assert not any(row["audit"] for row in pairs)


async def test_sync_delivers_a_campaign_that_the_store_missed(
    tmp_path: Path, empty_mlflow: Path, wardian: Wardian
) -> None:
    """Once; a campaign whose process died is there as far as it got."""
    there = default_uri(tmp_path)
    folder = campaign_folder(campaign_job(tmp_path / "runs", tracking={"uri": there}), 1)
    (tmp_path / "file").touch()
    await note(folder, f"sqlite:///{tmp_path}/file/mlflow.db", campaign(name=folder.id))
    shutil.copy(empty_mlflow, tmp_path)
    assert wardian("sync", str(folder.path)).out == f"{folder.id}: MLflow at {there} has everything\n"
    assert wardian("sync", str(folder.path)).out == f"{folder.id}: MLflow at {there} has everything already\n"
    assert len(Store(there).runs) == 8
    assert Store(there).aliases() == {"champion": 1, "challenger": 2}
