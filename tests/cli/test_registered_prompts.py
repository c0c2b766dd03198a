"""`prompts: {support: prompts:/NAME@champion}`: what is promoted is what the next run plays with."""

import asyncio
import shutil
from pathlib import Path

import pytest
from cli.conftest import Wardian
from support.campaigns import BETTER, PROMPT, SEED_TEXT, bundle, campaign, campaign_folder, campaign_job

from wardian.cli.loading import load
from wardian.cli.recording import CampaignRecorder
from wardian.optimization.campaign.record import CampaignRecord
from wardian.specs.registered import PromptOrigin
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import

JOB = """\
name: desk
environments:
  - {pack: counter, knobs: {tasks: 2}}
servers:
  sim: {kind: simulator, skills: {m-a: {}}}
models:
  m-a: {server: sim}
prompts:
  support: prompts:/shop.support@champion
agents:
  - {name: support, model: m-a, prompt: support}
  - {kind: reference}
"""


@pytest.fixture(autouse=True)
def store(project: Path, empty_mlflow: Path) -> None:
    (project / "runs").mkdir()
    shutil.copy(empty_mlflow, project / "runs")


def record_of(runs: Path, record: CampaignRecord) -> None:
    """Let it be in the store of these runs."""
    asyncio.run(_record(runs, record))


async def _record(runs: Path, record: CampaignRecord) -> None:
    folder = campaign_folder(campaign_job(runs), 1)
    recorder = CampaignRecorder(folder, default_uri(runs))
    await recorder.note(record.model_copy(update={"id": folder.id}))
    assert (await recorder.finish()).problem is None


def test_after_a_promotion_the_same_config_has_the_new_text(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB)
    record_of(project / "runs", campaign())
    before = load(Path("job.yaml"), environ={})
    assert before.prompts == {"support": SEED_TEXT}
    assert before.versions == {"support": PromptOrigin(name=PROMPT, version=1)}
    wardian("promote", PROMPT)
    after = load(Path("job.yaml"), environ={})
    assert (after.prompts, after.versions["support"].version) == ({"support": BETTER}, 2)
    assert load(Path("job.yaml"), environ={}, overrides=[f"prompts.support=prompts:/{PROMPT}/1"]) == before


def test_a_run_is_linked_to_the_version_that_it_read(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB)
    record_of(project / "runs", campaign())
    finished = wardian("run", "job.yaml", "--set", "limits.turns=1")
    assert finished.code == 0, finished.err
    from mlflow import MlflowClient

    uri = default_uri(project / "runs")
    client = MlflowClient(uri, uri)
    (run,) = client.search_runs(
        [client.get_experiment_by_name("wardian").experiment_id], "tags.`wardian.arm` = 'support'"
    )
    assert run.data.tags["wardian.prompt_version"] == f"{PROMPT}/1"
    assert client.get_prompt("desk.support") is None


def test_a_version_of_several_texts_is_one_document(project: Path) -> None:
    (project / "job.yaml").write_text(JOB)
    texts = {"tool:add.description": "Adds one.", "system": BETTER}
    better = bundle(BETTER).model_copy(update={"texts": texts})
    record = campaign()
    first, *others = record.candidates
    candidates = (first.model_copy(update={"bundle": better}), *others)
    record_of(project / "runs", record.model_copy(update={"candidates": candidates, "champion": better}))
    found = load(Path("job.yaml"), environ={}, overrides=[f"prompts.support=prompts:/{PROMPT}@challenger"])
    assert found.prompts == {"support": BETTER}
    assert found.versions["support"].texts == {"tool:add.description": "Adds one."}


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("prompts:/shop.support@nobody", "'shop.support' has no alias 'nobody'; versions: 1, 2"),
        ("prompts:/shop.support/9", "'shop.support' has no version 9; versions: 1, 2"),
        ("prompts:/shop.other@champion", "there is no prompt 'shop.other' there"),
        ("prompts:/shop.support", "is no prompt; expected prompts:/NAME@ALIAS or prompts:/NAME/VERSION"),
    ],
)
def test_what_is_not_in_the_registry_is_said_with_its_line(
    project: Path, wardian: Wardian, reference: str, why: str
) -> None:
    (project / "job.yaml").write_text(JOB.replace("prompts:/shop.support@champion", reference))
    record_of(project / "runs", campaign())
    refused = wardian("validate", "job.yaml")
    assert refused.code == 2
    assert refused.err.startswith("wardian: job.yaml:9: prompts.support: ")
    assert why in refused.err


def test_a_registry_with_nothing_in_it_is_not_made(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB)
    shutil.rmtree(project / "runs")
    refused = wardian("validate", "job.yaml")
    assert "so there is no 'prompts:/shop.support@champion'" in refused.err
    assert not (project / "runs").exists()
