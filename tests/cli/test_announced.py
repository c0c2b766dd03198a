"""The aliases that campaigns move by themselves, in a real MLflow store in sqlite, delivered in whatever order."""

import asyncio
import shutil
from pathlib import Path

import pytest
from cli.conftest import Wardian
from support.campaigns import BETTER, PROMPT, SEED_TEXT, campaign, campaign_folder, campaign_job, gate_record
from support.tracked_campaigns import TRIED, Store, automatic, note

from wardian.cli.campaign_post import CampaignPost
from wardian.optimization.campaign.record import CampaignRecord
from wardian.runs.folder import RunFolder
from wardian.tracking.promotion import rollback
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


@pytest.fixture
def uri(tmp_path: Path, empty_mlflow: Path) -> str:
    shutil.copy(empty_mlflow, tmp_path)
    return default_uri(tmp_path)


@pytest.fixture
def folders(tmp_path: Path, uri: str) -> list[RunFolder]:
    """Of campaigns that begin one after the other."""
    job = campaign_job(tmp_path / "runs", tracking={"uri": uri})
    return [campaign_folder(job, second) for second in (1, 2)]


def records(folders: list[RunFolder]) -> list[CampaignRecord]:
    return [
        campaign([gate_record(number, "promoted", number - 1)], name=folder.id, started_at=1_700_000_000.0 + number)
        for number, folder in enumerate(folders, start=1)
    ]


def untold(folder: RunFolder, store: Store) -> None:
    """As if the process had died before it was noted that all has arrived."""
    (folder.path / "refinement" / "receipt.json").unlink()
    for run in store.runs.values():
        store.client.set_tag(run.info.run_id, "wardian.sha", "")


async def test_a_late_campaign_does_not_put_in_use_what_was_not_measured_against_what_is(
    uri: str, folders: list[RunFolder], wardian: Wardian
) -> None:
    early, late = folders
    first, second = map(automatic, records(folders))
    await note(late, uri, second)
    tracked = await note(early, uri, first)
    why = (
        f"{PROMPT}/3 did not become champion: {PROMPT}/2 is in use, which is not what it was measured against; "
        f"`wardian promote {PROMPT} --version 3` uses it all the same"
    )
    assert tracked.notes == (why,)
    store = Store(uri)
    assert store.aliases() == {"champion": 2, "previous": 1}
    assert store.prompts.versions(PROMPT)[2].tags["aliased"].startswith(f"left: {PROMPT}/2 is in use")
    assert wardian("sync", str(early.path)).out == f"{early.id}: MLflow at {uri} has everything already; {why}\n"


async def test_a_late_campaign_does_not_hide_the_challenger_of_a_later_one(uri: str, folders: list[RunFolder]) -> None:
    early, late = folders
    first, second = records(folders)
    await note(late, uri, second)
    tracked = await note(early, uri, first)
    assert Store(uri).aliases() == {"champion": 1, "challenger": 2}
    (why,) = tracked.notes
    assert why.startswith(f"{PROMPT}/3 did not become challenger: {PROMPT}/2 is, of a campaign that began later; ")


async def test_a_later_campaign_has_the_challenger(uri: str, folders: list[RunFolder]) -> None:
    for folder, record in zip(folders, records(folders), strict=True):
        assert (await note(folder, uri, record)).notes == ()
    assert Store(uri).aliases() == {"champion": 1, "challenger": 3}


async def test_who_went_back_after_a_death_in_the_middle_stays_there(uri: str, folders: list[RunFolder]) -> None:
    """The alias was moved, and the process died before it could note that."""
    folder, record = folders[0], automatic(records(folders)[0])
    await note(folder, uri, record)
    store = Store(uri)
    assert store.aliases() == {"champion": 2, "previous": 1}
    store.client.delete_prompt_version_tag(PROMPT, "2", "aliased")
    untold(folder, store)
    rollback(store.prompts, PROMPT)
    tracked = await note(folder, uri, record)
    assert store.aliases() == {"champion": 1, "previous": 2}
    assert tracked.notes[0].startswith(f"{PROMPT}/2 did not become champion: it was in use, and somebody went back")


@pytest.mark.parametrize("moved", [False, True])
async def test_a_death_in_the_middle_costs_no_alias(uri: str, folders: list[RunFolder], moved: bool) -> None:
    folder, record = folders[0], automatic(records(folders)[0])
    await note(folder, uri, record)
    store = Store(uri)
    store.client.delete_prompt_version_tag(PROMPT, "2", "aliased")
    if not moved:
        store.prompts.point("champion", store.prompts.versions(PROMPT)[0])
    untold(folder, store)
    assert (await note(folder, uri, record)).notes == ()
    assert store.aliases() == {"champion": 2, "previous": 1}
    assert store.texts(PROMPT) == [SEED_TEXT, BETTER]


async def test_two_who_deliver_one_campaign_at_once_leave_its_versions_once(uri: str, folders: list[RunFolder]) -> None:
    folder, record = folders[0], records(folders)[0]
    posts = [CampaignPost(folder, uri) for _ in range(2)]
    for post in posts:
        post.put(record, "finished")
    await asyncio.gather(*(asyncio.to_thread(post.deliver) for post in posts))
    assert sorted(post.already for post in posts) == [False, True]
    store = Store(uri)
    assert (store.texts(PROMPT), store.texts(TRIED)) == ([SEED_TEXT, BETTER], [SEED_TEXT, BETTER])
