"""A campaign on a real `mlflow server` on PostgreSQL that is killed meanwhile: everything arrives, and once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import Wardian
from support.campaigns import BETTER, PROMPT, SEED_TEXT, WORSE, campaign, campaign_folder, campaign_job
from support.mlflow_server import MlflowServer, mlflow_server
from support.postgres import postgres

from wardian.cli.lineages import opening_lineage
from wardian.cli.recording import CampaignRecorder
from wardian.tracking.mlflow_lineage import history_of
from wardian.tracking.mlflow_store import asked
from wardian.tracking.summary import Tracked

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    with postgres() as database, mlflow_server(database, tmp_path_factory.mktemp("server")) as running:
        running.start()
        yield running


def test_a_campaign_over_a_server_that_dies(
    server: MlflowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wardian: Wardian
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = campaign_folder(campaign_job(tmp_path / "runs", tracking={"uri": server.uri}), 1)
    assert opening_lineage(folder, PROMPT, {}).gates == 0
    full = campaign(name=folder.id)
    half = full.model_copy(update={"stage": "propose", "stop": None, "gates": full.gates[:1]})

    async def play() -> Tracked:
        recorder = CampaignRecorder(folder, server.uri)
        await recorder.note(half)
        await asyncio.sleep(2)
        server.kill()
        await recorder.note(full)
        return await recorder.finish()

    assert (asyncio.run(play()).problem or "").endswith(f"`wardian sync {folder.id}` delivers it")
    server.start()
    assert wardian("sync", folder.id).out == f"{folder.id}: MLflow at {server.uri} has everything\n"
    assert wardian("promote", folder.id).out.startswith(f"champion of {PROMPT} is {PROMPT}/2, before it {PROMPT}/1\n")
    assert wardian("rollback", PROMPT).out.startswith(f"champion of {PROMPT} is {PROMPT}/1, before it {PROMPT}/2\n")
    history = asked(server.uri, lambda client: history_of(client, PROMPT))
    assert [each.text for each in history.versions] == [SEED_TEXT, BETTER]
    assert [each.text for each in history.candidates] == [SEED_TEXT, WORSE, BETTER]
    assert history.aliases == {"champion": 1, "challenger": 2, "previous": 2}
    assert [each.id for each in history.campaigns] == [folder.id]
    later = campaign_folder(campaign_job(tmp_path / "elsewhere", tracking={"uri": server.uri}), 2)
    assert opening_lineage(later, PROMPT, {}).gates == 2
