"""Promote, roll back, and where versions come from: in a real MLflow store in sqlite."""

import shutil
from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian
from support.campaigns import (
    BETTER,
    PROMPT,
    SEED_TEXT,
    WORSE,
    bundle,
    campaign,
    campaign_folder,
    campaign_job,
    gate_record,
)
from support.tracked_campaigns import Store, note

from wardian.cli.lineages import opening_lineage
from wardian.cli.outset import outset
from wardian.cli.recording import CampaignRecorder
from wardian.runs.folder import RunFolder
from wardian.tracking.tracker import default_uri

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]  # mlflow's dependencies warn on import


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_mlflow: Path) -> Path:
    """The output, in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    shutil.copy(empty_mlflow, tmp_path / "runs")
    return tmp_path / "runs"


async def refined(runs: Path, second: int = 1) -> RunFolder:
    """A campaign with a futile gate and a promotion, as it is left behind."""
    folder = campaign_folder(campaign_job(runs), second)
    opening_lineage(folder, PROMPT, {})
    recorder = CampaignRecorder(folder, default_uri(runs))
    await recorder.note(campaign(name=folder.id))
    assert (await recorder.finish()).problem is None
    return folder


async def test_what_a_gate_promoted_is_in_use_once_somebody_says_so(runs: Path, wardian: Wardian) -> None:
    await refined(runs)
    assert wardian("promote", PROMPT).out.splitlines()[0] == (
        f"champion of {PROMPT} is {PROMPT}/2, before it {PROMPT}/1"
    )
    assert wardian("promote", PROMPT).out.splitlines()[0] == f"champion of {PROMPT} is {PROMPT}/2 already"
    assert wardian("rollback", PROMPT).out.splitlines()[0] == (
        f"champion of {PROMPT} is {PROMPT}/1, before it {PROMPT}/2"
    )
    again = orjson.loads(wardian("rollback", PROMPT, "--json").out)
    assert (again["champion"]["version"], again["previous"]["version"]) == (2, 1)
    assert wardian("promote", PROMPT, "--version", "1").out.startswith(f"champion of {PROMPT} is {PROMPT}/1, ")


async def test_what_was_measured_against_something_else_is_promoted_only_by_its_number(
    runs: Path, wardian: Wardian
) -> None:
    folder = await refined(runs)
    prompts = Store(default_uri(runs)).prompts
    prompts.point("champion", prompts.register(PROMPT, "By hand.", "", {}))
    why = f"{PROMPT}/2 was measured against {PROMPT}/1, and {PROMPT}/3 is in use; `--version 2` uses it all the same"
    for target in (PROMPT, folder.id):
        refused = wardian("promote", target)
        assert (refused.code, refused.err) == (2, f"wardian: {why}\n")
    assert wardian("promote", folder.id, "--version", "2").out.startswith(f"champion of {PROMPT} is {PROMPT}/2, before")
    prompts.point("challenger", prompts.versions(PROMPT)[2])
    assert wardian("promote", PROMPT).err.startswith(
        f"wardian: {PROMPT}/3 was measured against nothing, and {PROMPT}/2"
    )


async def test_a_second_promotion_of_one_campaign_was_measured_over_the_first(runs: Path, wardian: Wardian) -> None:
    folder = campaign_folder(campaign_job(runs), 1)
    over = gate_record(2, "promoted", 1).model_copy(update={"champion": bundle(BETTER)})
    await note(folder, default_uri(runs), campaign([gate_record(1, "promoted", 0), over], name=folder.id))
    assert wardian("promote", PROMPT).out.startswith(f"champion of {PROMPT} is {PROMPT}/3, before it {PROMPT}/1\n")


async def test_a_campaign_stands_for_what_it_came_to(runs: Path, wardian: Wardian) -> None:
    """Also when MLflow has missed it until now."""
    folder = campaign_folder(campaign_job(runs), 1)
    await CampaignRecorder(folder, None).note(campaign(name=folder.id))
    assert wardian("promote", folder.id).out.startswith(f"champion of {PROMPT} is {PROMPT}/2, before it {PROMPT}/1\n")
    later = campaign_folder(campaign_job(runs), 2)
    await CampaignRecorder(later, None).note(campaign([gate_record(3, "futile", 1)], name=later.id))
    refused = wardian("promote", str(later.path))
    assert (refused.code, refused.err) == (2, f"wardian: {later.id}: no gate of this campaign promoted anything\n")


async def test_the_lineage_is_a_tree_of_what_was_measured_against_what(runs: Path, wardian: Wardian) -> None:
    folder = await refined(runs)
    wardian("promote", PROMPT)
    original, better, worse = (bundle(text).sha[:8] for text in (SEED_TEXT, BETTER, WORSE))
    told = wardian("lineage", PROMPT).out
    assert told == wardian("lineage", folder.id).out
    assert told.splitlines() == [
        f"{PROMPT}: champion {PROMPT}/2, challenger {PROMPT}/2, previous {PROMPT}/1",
        "2 gates, alpha 0.0625 of them all",
        "",
        f"{original}  {PROMPT}/1  previous",
        "├─ gate 1  futile  +1.0 [-10.0, 12.0] points, 4 pairs",
        "│     system add: 2. Be short.",
        "│     for policy_violation(confirmed_before_write) cancel_order/returns",
        f"│     {worse}  in {folder.id}",
        "└─ gate 2  promoted  +18.2 [5.0, 31.0] points, 4 pairs",
        "      system add: 2. Ask before you write.",
        "      for policy_violation(confirmed_before_write) cancel_order/returns",
        f"      {better}  {PROMPT}/2  champion  challenger  in {folder.id}",
    ]
    document = orjson.loads(wardian("lineage", PROMPT, "--json").out)
    assert [(each["gate"], each["ruling"], each["low"]) for each in document["descents"]] == [
        (1, "futile", -0.1),
        (2, "promoted", 0.05),
    ]


async def test_a_text_that_a_later_campaign_promotes_again_is_one_version_and_one_node(
    runs: Path, wardian: Wardian
) -> None:
    first = await refined(runs)
    wardian("promote", PROMPT)
    later = campaign_folder(campaign_job(runs), 2)
    record = campaign([gate_record(3, "promoted", 0)], name=later.id, started_at=1_700_000_500.0)
    for _ in range(2):
        await note(later, default_uri(runs), record)
        (later.path / "refinement" / "receipt.json").unlink()
    store = Store(default_uri(runs))
    assert store.texts(PROMPT) == [SEED_TEXT, BETTER]
    assert store.aliases() == {"champion": 2, "challenger": 2, "previous": 1}
    version = store.prompts.versions(PROMPT)[1]
    assert version.campaigns == (later.id, first.id)
    assert [version.told_by(each)["gate"] for each in version.campaigns] == ["3", "2"]
    assert version.tags[f"{later.id}/parent"] == f"{PROMPT}/1"
    told, sha = wardian("lineage", PROMPT).out.splitlines(), bundle(BETTER).sha[:8]
    assert sum(f"{PROMPT}/2" in line for line in told[1:]) == 1
    assert told[-1] == f"      {sha}, as at gate 2  in {later.id}"
    assert wardian("promote", later.id).out.startswith(f"champion of {PROMPT} is {PROMPT}/2 already")


async def test_a_version_that_no_gate_heard_stands_in_the_lineage_when_it_is_in_use(
    runs: Path, wardian: Wardian
) -> None:
    await refined(runs)
    prompts = Store(default_uri(runs)).prompts
    prompts.point("champion", prompts.register(PROMPT, "By hand.", "", {}))
    assert wardian("lineage", PROMPT).out.splitlines()[-1] == (
        f"{PROMPT}/3  champion  no gate of a campaign that is known heard it"
    )


async def test_a_version_that_an_ordinary_run_made_has_its_number_in_the_lineage(runs: Path, wardian: Wardian) -> None:
    prompts = Store(default_uri(runs)).prompts
    prompts.point("champion", prompts.register(PROMPT, SEED_TEXT, "", {}))
    folder = campaign_folder(campaign_job(runs), 1)
    await note(folder, default_uri(runs), campaign([gate_record(1, "futile", 1)], name=folder.id))
    told = wardian("lineage", PROMPT).out
    assert f"{bundle(SEED_TEXT).sha[:8]}  {PROMPT}/1  champion\n" in told
    assert "no gate of a campaign" not in told


async def test_a_campaign_says_when_its_config_has_another_text_than_what_is_in_use(
    runs: Path, wardian: Wardian
) -> None:
    folder = await refined(runs)
    job, told = folder.job(), wardian("promote", PROMPT).out.splitlines()[-1]
    assert f"`prompts: {{support: prompts:/{PROMPT}@champion}}`" in told
    assert list(outset(folder, job, BETTER, {})) == []
    line = f"in use is {PROMPT}/2, this config has another text; prompts:/{PROMPT}@champion reads it"
    assert list(outset(folder, job, SEED_TEXT, {})) == [("champion", line)]


async def test_a_campaign_whose_folder_is_gone_is_known_from_mlflow(runs: Path, wardian: Wardian) -> None:
    folder = await refined(runs)
    told = wardian("lineage", PROMPT).out
    shutil.rmtree(folder.path)
    assert wardian("lineage", PROMPT).out == told
    found = opening_lineage(campaign_folder(campaign_job(runs), 2), PROMPT, {})
    assert (found.gates, found.uses) == (2, {"shop/t0": 4, "shop/t1": 4})


async def test_a_store_that_does_not_answer_keeps_no_campaign_from_beginning(
    runs: Path, wardian: Wardian, capfd: pytest.CaptureFixture[str]
) -> None:
    (runs / "mlflow.db").write_text("no database")
    assert opening_lineage(campaign_folder(campaign_job(runs), 1), PROMPT, {}).gates == 0
    assert "warning: gates of campaigns elsewhere are not counted: MLflow at sqlite:///" in capfd.readouterr().err
    refused = wardian("promote", PROMPT)
    assert refused.code == 3
    assert refused.err.startswith("wardian: MLflow at sqlite:///")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("promote", "shop.nothing"), "there is no prompt 'shop.nothing' in the registry"),
        (("lineage", "shop.nothing"), "nobody knows a prompt 'shop.nothing', nor a campaign of that name"),
        (("rollback", "last"), "there is no campaign in runs yet; start one with `wardian refine CONFIG`"),
    ],
)
def test_what_nobody_knows_is_refused_in_a_line(runs: Path, wardian: Wardian, words: tuple[str, ...], why: str) -> None:
    refused = wardian(*words)
    assert (refused.code, refused.err) == (2, f"wardian: {why}\n")


async def test_what_is_not_there_to_promote_is_refused_in_a_line(runs: Path, wardian: Wardian) -> None:
    await refined(runs)
    assert wardian("rollback", PROMPT).err == f"wardian: {PROMPT}: there is no previous version to go back to\n"
    assert wardian("promote", PROMPT, "--version", "7").err == (
        f"wardian: {PROMPT}: there is no version 7; valid: 1, 2\n"
    )
    assert wardian("promote", "shop.other").err == "wardian: there is no prompt 'shop.other' in the registry\n"
