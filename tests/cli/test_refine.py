"""`wardian refine`: one small campaign, what it prints, and all commands that read runs on it."""

import asyncio
import re
import signal
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import copytree

import orjson
import pytest
import yaml
from cli.conftest import Wardian
from support.campaign_project import CampaignProject, Provider, campaign_project, counting, verdict_of
from support.specs import episode_spec, failed, scored

from wardian.base.errors import Failure
from wardian.base.watchdog import Watchdog
from wardian.cli.look import Seen
from wardian.cli.refined import limiting, with_call_budget, with_changed_budget
from wardian.cli.report_page import report_of
from wardian.reports.campaigns.card import campaign_card
from wardian.reports.campaigns.kept import keep
from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.specs.budget import BudgetSpec
from wardian.specs.job import JobSpec

COMPONENTS = "system, recovery, fusion.merge, fusion.debate, tool:NAME.description or tool:NAME.arg:ARGUMENT"


async def page_of(folder: RunFolder) -> bytes:
    watchdog = Watchdog()
    with watchdog.watching():
        return await report_of(folder, watchdog).whole()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with counting(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> CampaignProject:
    """A project with a campaign that has ended; nobody changes it."""
    project = campaign_project(tmp_path_factory.mktemp("project"), provider)
    project.done("refine", "job.yaml")
    return project


@pytest.fixture
def ended(played: CampaignProject, monkeypatch: pytest.MonkeyPatch) -> CampaignProject:
    monkeypatch.chdir(played.folder)
    return played


@pytest.fixture
def fresh(tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> CampaignProject:
    monkeypatch.chdir(tmp_path)
    return campaign_project(tmp_path, provider)


def test_a_campaign_says_at_every_stage_what_it_knows(ended: CampaignProject, wardian: Wardian) -> None:
    out = wardian("refine", "status").out
    labels = [line.split()[0] for line in out.splitlines() if line[:1].strip()]
    assert labels[:4] == ["campaign", "preflight", "diagnose", "propose"]
    assert {"race", "gate", "ended", "spent", "report", "text"} <= set(labels)
    assert "promote" not in labels, "nothing of it is in MLflow"
    assert "policy_violation(confirmed_before_write)" in out
    assert "-3. Customers are in a hurry: change orders at once and do not ask again." in out


def test_simulated_models_are_called_so(ended: CampaignProject, wardian: Wardian, tmp_path: Path) -> None:
    out = wardian("refine", "status").out
    assert out.splitlines()[0].endswith("SIMULATED MODELS")
    assert "nothing (simulated models; by their prices: agent $" in out
    assert orjson.loads(wardian("refine", "status", "--json").out)["simulated"] is True
    run = RunFolder(Path(copytree(ended.run.path, tmp_path / "copy")))
    card = campaign_card(run, ended.record, None)
    assert len(card.stages) > 3
    for stage in (card.whole, *card.stages):
        assert stage.tags["simulated"] == "true"
        assert stage.note.startswith("**SIMULATED MODELS**")


def test_the_new_text_by_itself(ended: CampaignProject, wardian: Wardian) -> None:
    words = next(line.split() for line in wardian("refine", "status").out.splitlines() if line.startswith("text"))
    out = wardian(*words[2:]).out
    assert out.rstrip() == ended.record.champion.texts["system"].rstrip()
    assert "do not ask again" not in out
    assert "system" in wardian("refine", "status", "--text", "systm").err


def test_a_campaign_as_json(ended: CampaignProject, wardian: Wardian) -> None:
    document = orjson.loads(wardian("refine", "status", "last", "--json").out)
    assert document["run"] == ended.run.id
    assert document["campaign"]["stop"] == "promoted"
    assert document["campaign"]["gates"][-1]["verdict"]["ruling"] == "promoted"


def test_a_campaign_is_a_run_like_any_other(ended: CampaignProject, wardian: Wardian) -> None:
    results = orjson.loads(wardian("results", "last", "--json").out)
    assert results["unplayed"] == 0
    assert {arm["arm"].partition("@")[0] for arm in results["standings"]["arms"]} == {"support"}
    assert "policy_violation" in wardian("failures", "last").out
    status = orjson.loads(wardian("status", "last", "--json").out)
    assert (status["state"], status["finished"]) == ("finished", len(ended.manifest()))


def test_its_report_begins_with_what_its_gates_said(ended: CampaignProject) -> None:
    found = re.search(rb'id="contents">(.*?)</script>', asyncio.run(page_of(ended.run)), re.DOTALL)
    assert found is not None
    contents = orjson.loads(found[1])
    campaign, board = contents["head"]["campaign"], contents["boards"][0]["standings"]
    won = ended.record.promoted
    assert won is not None
    assert campaign["headline"].startswith(f"Gate {won.verdict.gate} promoted candidate {won.candidate}: +")
    assert len(campaign["gates"][-1]["curve"]) == len(won.curve)
    assert "-3. Customers are in a hurry: change orders at once and do not ask again." in campaign["diff"]
    arms = {arm["arm"] for arm in board["arms"]}
    assert {"champion", "champion again (A/A)", f"candidate {won.candidate}"} <= arms
    assert not [arm for arm in arms if "@" in arm]
    assert board["comparisons"] == []


@pytest.mark.parametrize("words", [("resume", "last"), ("refine", "--resume", "last"), ("refine", "resume")])
def test_to_go_on_with_one_that_has_ended_plays_nothing(
    ended: CampaignProject, provider: Provider, wardian: Wardian, words: tuple[str, ...]
) -> None:
    asked, before = provider.count, ended.record
    assert wardian(*words).code == 0
    assert provider.count == asked
    assert verdict_of(ended.record) == verdict_of(before)


def test_a_stop_counts_for_the_budget_that_it_was_made_with(
    ended: CampaignProject, provider: Provider, wardian: Wardian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has more by now, and whoever went on with it was killed before it had caught up."""
    other = CampaignProject(Path(copytree(ended.folder, tmp_path / "other")))
    monkeypatch.chdir(other.folder)
    whole, asked = other.record, provider.count
    poor = whole.spec.model_copy(update={"budget": whole.spec.budget.model_copy(update={"episodes": 400})})
    keep(other.run, whole.model_copy(update={"spec": poor, "stop": "budget", "gates": ()}))
    assert wardian("resume", "last").code == 0
    assert verdict_of(other.record) == verdict_of(whole)
    assert provider.count == asked


def test_a_campaign_goes_on_as_it_was(ended: CampaignProject, wardian: Wardian) -> None:
    refused = wardian("resume", "last", "--set", "refine.gate.alpha=0.5")
    assert (refused.code, refused.err) == (
        2,
        "wardian: refine: a campaign keeps all but its budget; start a new one for another\n",
    )
    refused = wardian("resume", "last", "--set", "seed=3")
    assert refused.code == 2
    assert "seed" in refused.err


def test_what_a_campaign_would_cost_beside_its_budget(fresh: CampaignProject, wardian: Wardian) -> None:
    config = yaml.safe_load((fresh.folder / "job.yaml").read_text())
    for model in config["models"].values():
        model["base_url"] = "https://models.example/v1"
    (fresh.folder / "job.yaml").write_text(yaml.safe_dump(config))
    out = wardian("refine", "job.yaml", "--dry-run").out
    assert "of it for reflection; no budget in dollars" in out
    assert "refine.budget" not in out
    poor = wardian("refine", "job.yaml", "--dry-run", "--set", "refine.budget.usd=0.1").out
    assert "the budget is $0.10" in poor
    assert "refine.budget.usd: preflight, race and a gate take some" in poor
    few = wardian("refine", "job.yaml", "--dry-run", "--set", "refine.budget.tokens=1000").out
    assert "refine.budget.tokens: preflight, race and a gate take some" in few
    document = orjson.loads(wardian("refine", "job.yaml", "--dry-run", "--json").out)
    cost = document["cost"]
    edits = 4 * 2
    assert cost["reflection_usd"] == pytest.approx(edits * (10_000 * 2.5 + 2_048 * 10) / 1e6)
    assert cost["most_usd"] == pytest.approx(document["campaign"] * cost["episode_usd"] + cost["reflection_usd"])
    assert document["budget"]["usd"] is None


def test_what_a_campaign_would_take(fresh: CampaignProject, wardian: Wardian) -> None:
    out = wardian("refine", "job.yaml", "--dry-run").out
    assert "refines    system of 'support'" in out
    found = orjson.loads(wardian("refine", "job.yaml", "--dry-run", "--json").out)
    assert found["gate"] == 2 * 80
    assert found["search_tasks"] + found["gate_tasks"] == 80
    assert f"{found['search_tasks']} to search on, {found['gate_tasks']} to decide on" in out
    assert found["campaign"] <= 1000
    assert not (fresh.folder / "runs").exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"refine": None}, "refine: it is missing"),
        (
            {"refine": {"reflection": {"model": "reflection-model"}, "metric": "sucess"}},
            "refine.metric: there is no metric",
        ),
        (
            {"refine": {"reflection": {"model": "reflection-model"}, "metric": "violations"}},
            "refine.metric: 'violations' is no metric in [0, 1]",
        ),
        ({"refine": {"reflection": {"model": "reflection-model"}, "agent": "suport"}}, "refine.agent"),
        ({"refine": {"reflection": {"model": "no-model"}}}, "refine.reflection"),
        (
            {"refine": {"reflection": {"model": "reflection-model"}, "budget": {"episodes": 10}}},
            "refine.budget.episodes: 10 is less than one gate may take",
        ),
    ],
)
@pytest.mark.parametrize("words", [("refine", "job.yaml"), ("refine", "job.yaml", "--dry-run")])
def test_a_mistake_is_said_before_anything_is_played(
    fresh: CampaignProject, wardian: Wardian, change: dict[str, object], problem: str, words: tuple[str, ...]
) -> None:
    config = yaml.safe_load((fresh.folder / "job.yaml").read_text())
    (fresh.folder / "job.yaml").write_text(yaml.safe_dump({**config, **change}))
    said = wardian(*words)
    assert said.code == 2
    assert problem in said.err
    assert not list(fresh.folder.glob("runs/*/job.json"))


def test_a_config_is_checked_with_what_it_refines(fresh: CampaignProject, wardian: Wardian) -> None:
    assert "refine: ok: system of 'support'" in wardian("validate", "job.yaml").out
    wrong = wardian("validate", "job.yaml", "--set", "refine.metric=nope")
    assert (wrong.code, "refine.metric" in wrong.err) == (2, True)
    assert not (fresh.folder / "runs").exists()


def test_the_last_campaign_is_no_later_run(
    ended: CampaignProject, wardian: Wardian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CampaignProject(Path(copytree(ended.folder, tmp_path / "other")))
    monkeypatch.chdir(other.folder)
    assert wardian("run", "job.yaml", "--set", "environments.0.tasks=2").code == 0
    assert other.run.id != ended.run.id
    for words in (("status",), ("resume",), ("--resume", "last")):
        said = wardian("refine", *words)
        assert (said.code, ended.run.id in said.out) == (0, True), said.err
    assert ended.record.prompt in wardian("lineage", "last").out


def test_a_run_is_no_campaign(fresh: CampaignProject, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml", "--set", "environments.0.tasks=2").code == 0
    assert "is no campaign" in wardian("refine", "status", fresh.run.id).err
    assert "is no campaign" in wardian("lineage", f"runs/{fresh.run.id}").err
    for words in (("refine", "status"), ("refine", "--resume", "last"), ("lineage", "last"), ("promote", "last")):
        said = wardian(*words)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "there is no campaign in runs yet; start one with `wardian refine CONFIG`" in said.err
    assert "there is no sweep in runs yet" in wardian("sweep", "report").err


async def break_one(run: RunFolder, task: int) -> None:
    """Let the provider have broken one episode of a run."""
    one = list(run.records())[task]
    failure = Failure(cause="provider", kind="server_error", message="503")
    episode = one.episode.model_copy(update={"failure": failure, "stop": "failed"})
    journal = Journal(run.store)
    await journal.write(Finished.of(Scored(episode=episode)))
    await journal.close()


def test_to_watch_refines_only_what_has_become_worse(fresh: CampaignProject, wardian: Wardian, tmp_path: Path) -> None:
    first = wardian("refine", "job.yaml", "--watch", "--json")
    assert "the first look" in first.err
    document = orjson.loads(first.out)
    found = {key: document[key] for key in ("exit_code", "run", "finding", "campaign")}
    assert found == {"exit_code": 0, "run": fresh.run.id, "finding": "first", "campaign": None}
    asyncio.run(break_one(fresh.run, 3))
    same = wardian("refine", "job.yaml", "--watch", "--json")
    assert (same.code, "is as good as it was" in same.err) == (0, True), "one that is missing leaves the others"
    assert orjson.loads(same.out)["before"] == document["run"]
    worse = tmp_path / "worse"
    worse.mkdir()
    with counting(worse, accuracy=0.3) as provider:
        moved = f"models.support-model.base_url={provider.url.replace('http', 'sim')}"
        few = "refine.search.generations=1"
        looked = wardian("refine", "job.yaml", "--watch", "--set", moved, "--set", few)
    assert "has become worse" in looked.err
    assert looked.code == 0
    assert fresh.record.stop is not None


def test_a_look_that_is_broken_off_says_so(fresh: CampaignProject, wardian: Wardian) -> None:
    looked = wardian("refine", "job.yaml", "--watch", "--json", "--set", "limits.job_s=0.01")
    assert looked.code == 3, looked.err
    assert "limits.job_s" in looked.err
    found = orjson.loads(looked.out)
    assert (found["finding"], found["exit_code"], found["run"]) == ("broken_off", 3, fresh.run.id)


def test_a_look_needs_enough_scores() -> None:
    """A provider that refuses most episodes has not made the agent worse."""
    specs = [episode_spec(agent=agent, seed=seed) for agent in ("support", "other") for seed in range(20)]

    def seen(missing: int) -> Seen:
        results = [Result.of(failed(spec) if spec.seed < missing else scored(spec)) for spec in specs]
        return Seen.of("support", results)

    assert [seen(missing).scored for missing in (0, 2, 20)] == [20, 18, 0]
    assert [seen(missing).enough(0.95) for missing in (0, 1, 2, 20)] == [True, True, False, False]
    assert not seen(20).enough(0.0)
    assert seen(0).episodes == seen(1).episodes


def test_each_look_reads_the_config(fresh: CampaignProject) -> None:
    """The champion may have moved, or somebody has edited the prompt: then there is nothing to hold it against yet."""
    process = fresh.begun("refine", "watch", "job.yaml", "--every", "1")
    try:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "look" in line or "as good" in line)
        assert "the first look" in said
        config = yaml.safe_load((fresh.folder / "job.yaml").read_text())
        config["prompts"]["support"] += "\nBe kind."
        (fresh.folder / "job.yaml").write_text(yaml.safe_dump(config))
        seen = [
            line for line in islice((line for line in process.stderr if line.strip()), 2) if "the first look" in line
        ]
        assert seen, "at latest the one after the next: one may have begun before"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_a_campaign_that_goes_on_with_more_may_call_more(fresh: CampaignProject) -> None:
    def job(**budget: float) -> JobSpec:
        config = yaml.safe_load((fresh.folder / "job.yaml").read_text())
        config["refine"]["budget"] = {"episodes": 1000, **budget}
        config["budget"] = {"requests": 9_000}
        return JobSpec.model_validate(config)

    before = with_call_budget(job(usd=0.5))
    assert limiting(before) == ("refine.budget.usd", "budget.requests")

    def gone_on(**budget: float) -> dict[str, float]:
        after = with_changed_budget(before, before.model_copy(update={"refine": job(**budget).refine}))
        assert after.budget is not None
        return after.budget.model_dump(exclude_none=True)

    assert gone_on(usd=10) == {"usd": 10, "requests": 9_000}
    assert gone_on(usd=10, tokens=5_000) == {"usd": 10, "tokens": 5_000, "requests": 9_000}
    assert gone_on() == {"requests": 9_000}
    by_hand = before.model_copy(update={"budget": BudgetSpec(usd=50)})
    assert with_changed_budget(before, by_hand).budget == BudgetSpec(usd=50)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("refine", "job.yaml", "--every", "60"),
            "--every: goes with --watch: `wardian refine CONFIG --watch --every SECONDS`",
        ),
        (("refine", "stauts"), "wardian refine stauts: no command and no file; did you mean 'status'?"),
        (("sweep", "reprot"), "wardian sweep reprot: no command and no file; did you mean 'report'?"),
        (
            ("refine", "job.yaml", "--set", "refine.components=[sistem]"),
            f"--set refine.components: refine.components.0: must be {COMPONENTS}, not the text 'sistem'",
        ),
        (
            ("refine", "job.yaml", "--set", "refine.reflection=null"),
            "--set refine.reflection: must be a mapping, not nothing; for instance {model: …}",
        ),
    ],
)
def test_what_is_typed_wrong_is_said_in_a_line(
    fresh: CampaignProject, wardian: Wardian, words: tuple[str, ...], line: str
) -> None:
    said = wardian(*words)
    assert (said.code, said.err) == (2, f"wardian: {line}\n")


def test_help_says_where_the_options_of_a_config_are(wardian: Wardian) -> None:
    out = " ".join(wardian("refine", "--help").out.split())
    assert "`wardian refine start --help`" in out
    assert "`wardian sweep start --help`" in " ".join(wardian("sweep", "--help").out.split())


def test_a_campaign_that_is_stopped_at_once_says_how_to_go_on(fresh: CampaignProject) -> None:
    process = fresh.begun("refine", "job.yaml")
    assert process.stderr is not None
    assert "refines system" in next(line for line in process.stderr if line.startswith("campaign"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"wardian resume {fresh.run.id}" in out + err


def test_a_budget_that_decides_nothing_is_said_at_the_beginning(fresh: CampaignProject, wardian: Wardian) -> None:
    said = wardian("refine", "job.yaml", "--set", "refine.budget.tokens=1000")
    assert said.code == 4
    first, *_ = said.err.splitlines()
    assert first.startswith("wardian: warning: refine.budget.tokens: preflight, race and a gate take some")
    assert "--set refine.budget.tokens=MORE" in said.err
