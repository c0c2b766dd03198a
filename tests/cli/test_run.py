"""run, results, resume, validate, init: what they print and leave behind."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import JOB, Wardian

from wardian.runs.folder import RunFolder
from wardian.runs.journal import read_journal
from wardian.scoring.score import Scored
from wardian.storage.results import Tables


def only_run(project: Path) -> RunFolder:
    return RunFolder.find("last", project / "runs")


def manifest(folder: RunFolder) -> Path:
    """The only one of a run that was never resumed."""
    (log,) = (folder.path / "manifest").iterdir()
    return log


def results(folder: RunFolder) -> list[Scored]:
    return [folder.load(finished) for finished in read_journal(folder.store)]


def test_a_run_from_start_to_end(project: Path, wardian: Wardian) -> None:
    done = wardian("run", "job.yaml")
    assert done.code == 0, done.err
    assert "reference" in done.out
    assert "8/8 episodes" in done.err
    folder = only_run(project)
    assert len(results(folder)) == 8
    assert {path.name for path in folder.tables.iterdir()} == {"episodes.parquet", "steps.parquet", "scores.parquet"}
    assert orjson.loads((folder.path / "leaderboard.json").read_bytes())["arms"][0]["arm"] == "reference"
    assert "| reference" in (folder.path / "leaderboard.md").read_text()


def test_json_is_all_that_stdout_gets(project: Path, wardian: Wardian) -> None:
    document = orjson.loads(wardian("run", "job.yaml", "--json").out)
    assert document["exit_code"] == 0
    assert document["standings"]["arms"][0]["success"]["value"] == 1.0
    again = orjson.loads(wardian("results", "last", "--json").out)
    assert again["standings"] == document["standings"]


def test_details_are_printed_when_asked_for(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml", "--set", "repeats=2")
    brief, whole = wardian("results").out, wardian("results", "--details").out
    assert "How reliable they are" in whole
    lines = [line.strip() for line in whole.splitlines()]
    place = next(index for index, line in enumerate(lines) if line.startswith("How reliable they are"))
    assert not lines[place - 1]
    assert whole.splitlines()[-3:] == brief.splitlines()[-3:], "where everything is stands below"
    assert "How reliable they are" not in brief
    assert "How reliable they are" in (only_run(project).path / "leaderboard.md").read_text()


def test_overrides_change_the_job(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml", "--set", "environments.0.tasks=2", "--set", "agents.1.kind=idle").code == 0
    assert only_run(project).job().environments[0].tasks == 2


def test_dry_run_plays_nothing(project: Path, wardian: Wardian) -> None:
    done = wardian("run", "job.yaml", "--dry-run")
    assert done.code == 0
    assert "8 episodes = 4 tasks x 2 arms x 1 repeat\n" in done.out
    assert not (project / "runs").exists()


def test_a_dry_run_of_real_and_simulated_models_promises_nothing(project: Path, wardian: Wardian) -> None:
    price = "price: {input: 1, output: 1}"
    models = f"models: {{m: {{server: s}}, n: {{base_url: 'http://127.0.0.1:9/v1', {price}}}}}\n"
    agents = "  - {name: a, model: m}\n  - {name: b, model: n}\n"
    job = JOB.replace("  - {kind: idle}\n", agents) + models + "servers: {s: {kind: simulator, skills: {m: {}}}}\n"
    (project / "job.yaml").write_text(job)
    done = wardian("run", "job.yaml", "--dry-run")
    assert done.code == 0, done.err
    assert "nothing is spent" not in done.out


def test_resume_plays_only_what_is_missing(project: Path, wardian: Wardian) -> None:
    """Half of the journal is cut away, as after a crash: the other half is not played again."""
    wardian("run", "job.yaml")
    folder = only_run(project)
    before, log = results(folder), manifest(folder)
    data = log.read_bytes()
    log.write_bytes(data[: len(data) // 2])
    kept = results(folder)
    assert 0 < len(kept) < 8
    done = wardian("resume", folder.id)
    assert done.code == 0, done.err
    after = results(folder)
    assert after[: len(kept)] == kept
    assert {scored.episode.spec.key for scored in after} == {scored.episode.spec.key for scored in before}
    assert len(after) == 8
    assert "8/8 episodes" in done.err


def test_damage_in_the_middle_is_refused_with_its_place(project: Path, wardian: Wardian) -> None:
    """Nothing is played: what stands behind it was paid for."""
    wardian("run", "job.yaml")
    log = manifest(only_run(project))
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 1
    log.write_bytes(bytes(data))
    done = wardian("resume", "last")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert f"/manifest/{log.name}: damaged at byte " in done.err
    assert log.read_bytes() == bytes(data)


def test_a_damaged_record_is_one_line(project: Path, wardian: Wardian) -> None:
    """The leaderboard needs the numbers only; the tables need the record."""
    wardian("run", "job.yaml")
    folder = only_run(project)
    (log,) = (folder.path / "results").iterdir()
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 1
    log.write_bytes(bytes(data))
    assert wardian("results", "last").code == 0
    before = (folder.path / "leaderboard.json").read_bytes()
    done = wardian("resume", "last")
    assert done.code == 2
    line = done.err.splitlines()[-1]
    assert line.startswith(f"wardian: {folder.path}: the record of episode ")
    assert f" is damaged (results/{log.name}, byte " in line
    assert (folder.path / "leaderboard.json").read_bytes() == before
    assert Tables(folder.tables).count() == 8


def test_resuming_a_finished_run_changes_nothing(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    data = manifest(only_run(project)).read_bytes()
    done = wardian("resume", "last")
    assert done.code == 0
    assert manifest(only_run(project)).read_bytes() == data
    assert len(only_run(project).store.logs("results")) == 1


def test_a_run_that_is_not_there(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    done = wardian("resume", only_run(project).id[:-1] + "x")
    assert done.code == 2
    assert f"did you mean '{only_run(project).id}'" in done.err


def test_broken_environments_leave_a_resumable_run(project: Path, wardian: Wardian) -> None:
    """The reference of task 13 jams the counter: infra, not a wrong answer."""
    (project / "job.yaml").write_text(JOB.replace("tasks: 4", "tasks: 4, jam: true"))
    done = wardian("run", "job.yaml")
    assert done.code == 3
    assert "wardian resume" in done.out
    assert len(results(only_run(project))) == 8
    again = orjson.loads(wardian("results", "--json").out)
    assert (again["missing"], again["unplayed"], again["exit_code"]) == (4, 0, 3)


def test_results_of_half_a_run_say_that_it_is_half(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    log = manifest(only_run(project))
    data = log.read_bytes()
    log.write_bytes(data[: len(data) // 2])
    done = wardian("results")
    assert f"wardian resume {only_run(project).id}" in done.out
    assert f"({8 - len(results(only_run(project)))} episodes not played" in done.out


def test_validate_says_what_would_run(project: Path, wardian: Wardian) -> None:
    done = wardian("validate", "job.yaml")
    assert done.code == 0
    assert done.out == "job.yaml: ok: 8 episodes, 2 arms, 1 environment\n"


def test_version_and_help(wardian: Wardian) -> None:
    assert wardian("--version").out.strip() == "0.1.0"
    assert "resume" in wardian("--help").out


def test_doctor_says_what_is_there(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-the-test")
    done = wardian("doctor")
    assert done.code == 0, done.out
    assert "ray 2." in done.out
    assert "counter" in done.out
    assert "OPENAI_API_KEY is set" in done.out
    assert "secret-of-the-test" not in done.out


def test_schema_is_json(wardian: Wardian) -> None:
    assert orjson.loads(wardian("schema").out)["properties"]["agents"]


def test_init_makes_a_project_that_runs(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    done = wardian("init", "garden")
    assert done.code == 0, done.err
    monkeypatch.chdir(project / "garden")
    local = ("--set", "executor={kind: local}", "--set", "tracking.enabled=false", "--set", "environments.0.tasks=2")
    assert wardian("run", "configs/quickstart.yaml", "--set", "repeats=1", *local).code == 0
    assert wardian("fuse", "What is 6 times 7?").code == 0
    document = orjson.loads(wardian("run", "configs/library.yaml", "--json").out)
    assert [arm["success"]["value"] for arm in document["standings"]["arms"]] == [1.0, 0.0]


def test_init_brings_a_campaign_and_a_sweep(project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wardian("init", "garden").code == 0
    monkeypatch.chdir(project / "garden")
    assert "system of 'support'" in wardian("refine", "configs/refine_support.yaml", "--dry-run").out
    assert wardian("sweep", "configs/sweep_prompts.yaml", "--dry-run").code == 0


def test_init_refuses_a_folder_in_use(project: Path, wardian: Wardian) -> None:
    done = wardian("init", ".")
    assert done.code == 2
    assert "not an empty folder" in done.err
