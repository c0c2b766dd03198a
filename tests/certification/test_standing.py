"""What is known of a pack on a disk, and whether it may be played."""

import shutil
from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.certification.standing import Standing
from wardian.cli.checks import planned
from wardian.environments.packs import CERTIFICATE
from wardian.specs.job import JobSpec

LIBRARY = Path(__file__).parents[2] / "envs" / "library"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of our own, in a project."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(LIBRARY, tmp_path / "envs" / "library"))


def job(uncertified: str = "refuse", **knobs: int) -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "desk",
            "environments": [{"pack": "library", "knobs": knobs, "uncertified": uncertified}],
            "models": {"m": {"base_url": "http://127.0.0.1:9/v1"}},
            "agents": [{"name": "a", "model": "m"}],
        }
    )


def test_a_certified_pack_is_played_with_its_knobs_and_with_others(folder: Path) -> None:
    assert Standing.of(folder).words == "6 of 6 tasks"
    assert len(planned(job())) == 6
    assert len(planned(job(loans=5))) == 10


def test_who_edits_a_pack_must_check_it_again(folder: Path) -> None:
    with open(folder / "environment.py", "a", encoding="utf-8") as module:
        module.write("# edited\n")
    assert Standing.of(folder).words == "of other files"
    with pytest.raises(
        ConfigError, match=r"environments\.0: pack 'library': it was changed since .* `wardian envs check"
    ):
        planned(job())
    assert len(planned(job("play"))) == 6


def test_a_pack_that_nobody_checked_is_refused(folder: Path) -> None:
    (folder / CERTIFICATE).unlink()
    with pytest.raises(ConfigError, match="nobody has checked it"):
        planned(job(loans=5))


def test_a_checker_of_its_own_is_enough(folder: Path) -> None:
    (folder / CERTIFICATE).unlink()
    with open(folder / "pack.yaml", "a", encoding="utf-8") as manifest:
        manifest.write("graded_by: somebody else\n")
    assert Standing.of(folder).words == "graded by somebody else"
    assert len(planned(job())) == 6


def test_tasks_that_failed_are_named(folder: Path) -> None:
    certificate = Standing.of(folder).certificate
    assert certificate is not None
    first, *rest = certificate.tasks
    bad = certificate.model_copy(update={"tasks": (first.model_copy(update={"idle": True}), *rest)})
    (folder / CERTIFICATE).write_text(bad.model_dump_json())
    standing = Standing.of(folder)
    assert standing.words == "5 of 6 tasks"
    assert standing.objection(bad.digest, [first.task]) == f"its check found something wrong with {first.task}"
    assert standing.objection(bad.digest, [each.task for each in rest]) is None
    assert standing.objection("of other knobs", ["new"]) == "it failed its check"
