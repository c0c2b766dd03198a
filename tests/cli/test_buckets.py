"""Commands and runs that are in no folder, on a real server; another temporary folder stands for another machine."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from cli.conftest import JOB, Wardian
from support.provider import CountingProvider
from support.s3_server import BUCKET, S3Server

from wardian.output import find_run, open_output
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import keep_purpose
from wardian.specs.load import load

RUN = re.compile(r"small-\d{8}-\d{6}-[0-9a-f]{4}")

pytestmark = pytest.mark.usefixtures("s3_keys")


@pytest.fixture
def output(s3_server: S3Server, project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place in the bucket, which the job in `project` names; this is the first machine."""
    move(project, monkeypatch, "here")
    url = s3_server.url(f"of/{project.name}")
    (project / "job.yaml").write_text(f"{JOB}output: {url}\n")
    return url


def move(project: Path, monkeypatch: pytest.MonkeyPatch, machine: str) -> Path:
    """From now on commands are typed on this machine; its folder for what is derived."""
    folder = project / "machines" / machine
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder / f"wardian-{os.getuid()}"


def last(output: str) -> RunFolder:
    return find_run("last", output, os.environ)


def test_scores_anew_on_another_machine_are_shared(
    project: Path, output: str, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    wardian("run", "job.yaml")
    before = last(output).store.get("leaderboard.json")
    move(project, monkeypatch, "there")
    done = wardian("rescore", "last", "--output", output)
    assert done.code == 0, done.err
    assert "0 otherwise than before" in done.err
    run = last(output)
    assert before == run.store.get("leaderboard.json") == (run.path / "leaderboard.json").read_bytes()
    assert run.store.get("tables/scores.parquet") == (run.path / "tables" / "scores.parquet").read_bytes()
    assert not run.played


def test_a_run_and_its_results_on_another_machine(
    project: Path, output: str, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = wardian("run", "job.yaml")
    assert ran.code == 0, ran.err
    run = last(output)
    place = f"{output.partition('?')[0]}/{run.id}"
    assert f"results  {place}/: tables/*.parquet, leaderboard.md, leaderboard.json" in ran.out
    for name in ("tables/episodes.parquet", "tables/steps.parquet", "leaderboard.md", "leaderboard.json", "job.json"):
        assert run.store.get(name) == (run.path / name).read_bytes(), name
    assert not run.played
    assert not (project / "runs").exists()

    elsewhere = move(project, monkeypatch, "there")
    for words in (["last", "--output", output], [run.id, "--output", output], [run.url]):
        shown = wardian("results", *words)
        assert (shown.code, shown.out) == (0, ran.out)
    status = wardian("status", run.url)
    assert f"run      {run.id}: finished" in status.out
    assert wardian("attach", run.url).code == 0
    assert not list(elsewhere.iterdir()), "looking leaves nothing"
    told = orjson.loads(wardian("results", run.url, "--json").out)
    assert (told["run"], told["url"], told["folder"]) == (run.id, run.url, str(elsewhere / run.id))


def test_a_run_is_resumed_on_another_machine(
    project: Path, output: str, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wardian("run", "job.yaml").code == 0
    run = last(output)
    before = [finished.result.episode for finished in run.latest()]
    move(project, monkeypatch, "there")
    done = wardian("resume", run.url, "--set", "executor.concurrency=3")
    assert (done.code, done.err.count("8/8 episodes")) == (0, 1)
    there = last(output)
    assert there.path != run.path
    assert (there.path / "tables" / "episodes.parquet").exists()
    assert there.job().executor.concurrency == 3
    assert [finished.result.episode for finished in there.latest()] == before


def test_the_newest_run_is_the_one_whose_name_says_so(project: Path, output: str) -> None:
    job = load(project / "job.yaml", environ={})
    place = open_output(output, os.environ)
    for name, day in (("b", 3), ("c", 1), ("a", 2)):
        place.create(job.model_copy(update={"name": name}), datetime(2026, 1, day, tzinfo=UTC))
    assert last(output).id.startswith("b-20260103-")
    assert [run.id[:12] for run in open_output(output, os.environ).runs()] == [
        "a-20260102-0",
        "b-20260103-0",
        "c-20260101-0",
    ]
    last(output).store.remove("job.json")
    assert last(output).id.startswith("a-20260102-"), "what has no job is no run"


def test_what_is_not_there(output: str, wardian: Wardian) -> None:
    nothing = wardian("results", "last", "--output", output)
    assert nothing.code == 2
    assert (
        nothing.err
        == f"wardian: there are no runs in {output.partition('?')[0]} yet; start one with `wardian run CONFIG`\n"
    )
    assert wardian("run", "job.yaml").code == 0
    run = last(output)
    missing = wardian("results", run.id[:-1], "--output", output)
    assert (missing.code, f"did you mean '{run.id}'?" in missing.err) == (2, True)
    url = output.replace("?", "/nothing?")
    assert wardian("status", url).err == f"wardian: {url.partition('?')[0]}: there is no run\n"
    stopped = wardian("pause", run.url)
    assert stopped.code == 2
    assert f"{run.id} is not being played; `wardian status '{run.url}'` says how it ended" in stopped.err


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ((f"//{BUCKET}/", "//ruins/"), 2, "output: s3://ruins/of/.*: there is no bucket 'ruins'"),
        (("&scheme=http", "&scheme=gopher"), 2, "output: s3://.*: cannot be reached: "),
        ((r"127.0.0.1:\d+", "127.0.0.1:9"), 2, "output: s3://.*: cannot be reached: NETWORK_CONNECTION"),
    ],
)
def test_an_output_that_cannot_be_opened_is_a_line_of_the_config(
    project: Path, output: str, wardian: Wardian, change: tuple[str, str], code: int, line: str
) -> None:
    (project / "job.yaml").write_text(f"{JOB}output: {re.sub(*change, output)}\n")
    done = wardian("run", "job.yaml")
    assert done.code == code
    assert re.match(rf"wardian: job.yaml:8: {line}", done.err), done.err
    assert len(done.err.splitlines()) == 1


def test_a_key_that_is_refused(s3_server: S3Server, output: str, wardian: Wardian) -> None:
    with s3_server.suspicious():
        done = wardian("run", "job.yaml")
        looked = wardian("status", "--output", output)
    assert (done.code, looked.code) == (5, 5)
    assert done.err.startswith("wardian: job.yaml:8: output: s3://")
    assert "the key is refused, or may not use this bucket" in done.err
    assert len(done.err.splitlines()) == len(looked.err.splitlines()) == 1


def test_a_run_that_cannot_begin_leaves_nothing(project: Path, output: str, wardian: Wardian) -> None:
    with CountingProvider(credit=0, status=404).listening() as url:
        asking = JOB.replace("  - {kind: idle}\n", "  - {name: a, model: m}\n").replace("  - {kind: reference}\n", "")
        (project / "job.yaml").write_text(f"{asking}models: {{m: {{base_url: '{url}'}}}}\noutput: {output}\n")
        done = wardian("run", "job.yaml")
    assert done.code == 2
    assert "models.m: looks like a config error" in done.err
    assert open_output(output, os.environ).runs() == ()


@pytest.mark.mlflow
@pytest.mark.filterwarnings("ignore")  # mlflow's dependencies warn on import
def test_what_mlflow_missed_is_delivered_from_another_machine_and_once(
    project: Path, output: str, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "runs").touch()  # where MLflow's file would be
    assert wardian("run", "job.yaml", "--set", "tracking={}").code == 0
    run = last(output)
    uri = f"sqlite:///{project / 'runs' / 'mlflow.db'}"
    assert run.job().tracking.uri == uri
    assert f"MLflow at {uri} misses a part of this run" in wardian("results", run.url).out
    (project / "runs").unlink()
    (project / "runs").mkdir()

    move(project, monkeypatch, "there")
    synced = wardian("sync", run.url)
    assert (synced.code, synced.out) == (0, f"{run.id}: MLflow at {uri} has everything\n")
    move(project, monkeypatch, "and there")
    assert wardian("sync", "--all", "--output", output).out == f"{run.id}: MLflow at {uri} has everything already\n"
    assert "misses" not in wardian("results", run.url).out

    from mlflow import MlflowClient

    client = MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name("wardian")
    runs = client.search_runs([experiment.experiment_id])
    assert sorted(each.data.tags.get("wardian.arm", "") for each in runs) == ["", "idle", "reference"]
    (whole,) = [each for each in runs if "wardian.arm" not in each.data.tags]
    assert whole.data.tags["wardian.folder"] == run.url
    kept = {each.path for each in client.list_artifacts(whole.info.run_id)}
    assert kept == {"job.json", "leaderboard.json", "leaderboard.md", "report.html", "tables"}
    tables = {each.path.removeprefix("tables/") for each in client.list_artifacts(whole.info.run_id, "tables")}
    assert tables == {"episodes.parquet", "scores.parquet", "steps.parquet"}


def test_the_last_campaign_of_a_bucket_is_no_later_run(project: Path, output: str, wardian: Wardian) -> None:
    job, runs = load(project / "job.yaml", environ=os.environ), open_output(output, os.environ)
    none = wardian("refine", "status", "--output", output)
    assert (none.code, "there is no campaign in s3://" in none.err, "?" in none.err) == (2, True, False)
    campaigns = [runs.create(job, datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2)]
    for campaign in campaigns:
        keep_purpose(campaign.store, "refine")
    later = runs.create(job, datetime(2026, 1, 3, tzinfo=UTC))
    assert find_run("last", output, os.environ, "refine").id == campaigns[-1].id
    assert last(output).id == later.id
