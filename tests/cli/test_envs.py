"""`wardian envs` as it is typed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wardian.certification.certificate import Certificate

ENVS = Path(__file__).resolve().parents[2] / "envs"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a library of its own, which has no certificate yet."""
    shutil.copytree(ENVS / "library", tmp_path / "envs" / "library")
    (tmp_path / "envs" / "library" / "certificate.json").unlink()
    return tmp_path


def wardian(project: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "wardian", "envs", *words]
    environ = {**os.environ, "COLUMNS": "160"}
    return subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, timeout=120, check=False)


def standing(project: Path) -> str:
    listed = json.loads(wardian(project, "list", "--json").stdout)
    return next(str(entry["certificate"]) for entry in listed if entry["pack"] == "library")


def test_a_check_writes_a_certificate_that_holds_for_these_files_only(project: Path) -> None:
    assert standing(project) == "none"
    done = wardian(project, "check", "library")
    assert done.returncode == 0, done.stderr
    assert "library: certified" in done.stdout
    certificate = Certificate.model_validate_json((project / "envs/library/certificate.json").read_bytes())
    assert certificate.holds
    assert certificate.elsewhere
    assert standing(project) == "6 of 6 tasks"
    with open(project / "envs" / "library" / "environment.py", "a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert standing(project) == "of other files"


def test_a_flaw_is_named_and_fails_the_command(project: Path) -> None:
    module = project / "envs" / "library" / "environment.py"
    module.write_text(
        module.read_text().replace('pattern=r"2026-03-24|', 'pattern=r"2026-04-24|').replace("March 24", "x")
    )
    module.write_text(module.read_text().replace('pattern=r"', 'pattern=r"(?!)'))  # matches nothing
    module.write_text(module.read_text().replace("|24(?:th)? (?:of )?March|March 24", ""))
    done = wardian(project, "check", "library", "--json")
    assert done.returncode == 1
    tasks = json.loads(done.stdout)["tasks"]
    assert [task["failing"] for task in tasks] == [["told_date"]] * 6
    assert "does not solve it (told_date)" in wardian(project, "check", "library").stdout


def test_with_knobs_a_certificate_is_written_where_one_says(project: Path) -> None:
    done = wardian(project, "check", "library", "--set", "loans=1", "--output", "mine.json")
    assert done.returncode == 0, done.stderr
    certificate = Certificate.model_validate_json((project / "mine.json").read_bytes())
    assert certificate.knobs == {"loans": 1}
    assert len(certificate.tasks) == 2
    assert not (project / "envs" / "library" / "certificate.json").exists()


def test_show_says_what_is_in_a_pack(project: Path) -> None:
    shown = json.loads(wardian(project, "show", "library", "--json").stdout)
    assert shown["tasks"] == 6
    assert shown["templates"] == {"renewal": 6}
    assert set(shown["tools"]) == {"list_loans", "renew_loan"}
    assert "renew_loan" in wardian(project, "show", "library").stdout


def test_a_tool_without_a_description_is_shown(project: Path) -> None:
    module = project / "envs" / "library" / "environment.py"
    head, _, rest = module.read_text().partition('"""Renew a loan by 14 days.')
    module.write_text(head + rest.partition('"""')[2].lstrip())
    shown = json.loads(wardian(project, "show", "library", "--json").stdout)
    assert shown["tools"]["renew_loan"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "librari"], "did you mean 'library'?"),
        (["show", "library", "--set", "loan=1"], "did you mean 'loans'?"),
        (["show", "library", "--set", "loans"], "KNOB=VALUE is wanted"),
        (["show", "library", "--set", "loans=["], "--set loans: not valid YAML: "),
        (["show", "library", "--set", "loans=[1, 2]"], "--set loans: a knob is a text, a number, true or false"),
        (["show", "library", "--set", "loans="], "--set loans: a knob is a text, a number, true or false"),
        (["show", "library", "--set", "loans=2026-01-01"], "'2026-01-01' is not a whole number"),
        (["show", "library", "--set", "loans=!!binary x"], "is not allowed here"),
        (["check", "library", "--output", "nowhere/mine.json"], "cannot be written"),
    ],
)
def test_mistakes_are_one_line(project: Path, words: list[str], said: str) -> None:
    done = wardian(project, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


SOLUTION = """\
Gladly. What is the number of your library card?
/list_loans card=7001
/tools
/renew_loan nonsense
/renew_loan {nonsense
/nothing
I can renew Middlemarch by 14 days. Shall I do that?
/renew_loan {"loan_id": "L70010"}
Done, you may keep it until 2026-03-24. Is there anything else?
"""


def by_hand(project: Path, typed: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "wardian", "envs", "play", "library", *words]
    return subprocess.run(command, cwd=project, input=typed, capture_output=True, text=True, timeout=120, check=False)


def test_a_person_plays_the_agent(project: Path) -> None:
    done = by_hand(project, SOLUTION)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert "user> Can I keep Middlemarch a little longer?" in said
    assert 'tool> {"loan_id":"L70010","due":"2026-03-24"}' in said
    assert "/renew_loan loan_id=…  Renew a loan by 14 days." in said, "what there is to call"
    assert sum("'nonsense' is not name=value" in line for line in said) == 1
    assert sum("/quit" in line for line in said) == 2, "at the beginning, and for who types what is no command"
    assert said[-1] == "solved"


@pytest.mark.parametrize("typed", ["/quit\n", "", "Hello?\n"])
def test_who_leaves_is_told_what_is_missing(project: Path, typed: str) -> None:
    done = by_hand(project, typed, "renew_L70011")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED  state" in done.stdout
    assert done.stdout.splitlines()[-1] == "not solved"


def test_a_task_that_is_not_there(project: Path) -> None:
    done = by_hand(project, "", "renew_L70019")
    assert done.returncode == 2
    assert "did you mean 'renew_L700" in done.stderr
