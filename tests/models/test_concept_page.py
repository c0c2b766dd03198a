"""The code of docs/concepts/models.md runs."""

import re
import subprocess
import sys

import yaml
from support.pages import ROOT

from wardian.models.refusal import KINDS, RETRIED
from wardian.specs.job import JobSpec

PAGE = (ROOT / "docs/concepts/models.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_yaml_is_a_job() -> None:
    job = JobSpec.model_validate(yaml.safe_load(block("yaml")))
    assert set(job.models) == {"strong", "small"}


def test_python_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block("python")], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("Hello!\n", "")


def test_table_names_every_kind_and_whether_it_is_repeated() -> None:
    section = PAGE.partition("## When there is no answer")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    said = {kind: row[3].strip() for row in rows for kind in re.findall(r"`([a-z_]+)`", row[1])}
    assert set(KINDS.values()) | RETRIED <= set(said)
    assert {kind for kind, again in said.items() if again != "no"} == RETRIED
