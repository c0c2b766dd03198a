"""What the folders may and may not hold."""

import ast
import sys

import pytest
from support.pages import ROOT

PACKAGE = ROOT / "platform" / "wardian"
BASEMENTS = {"utils", "util", "common", "helpers", "helper", "core", "manager", "misc"}


@pytest.mark.parametrize("folder", ["platform", "envs", "jobs", "configs"])
def test_these_folders_are_not_packages(folder: str) -> None:
    """`platform/__init__.py` would shadow the standard library's module of that name."""
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()


def test_no_pack_is_a_package() -> None:
    assert not list((ROOT / "envs").glob("*/__init__.py"))


def test_no_file_shadows_the_standard_library() -> None:
    top_level = [path.stem for folder in ("jobs", "envs") for path in (ROOT / folder).glob("*.py")]
    assert not [name for name in top_level if name in sys.stdlib_module_names]


def test_no_basements() -> None:
    names = {path.stem for path in PACKAGE.rglob("*")}
    assert not names & BASEMENTS


def test_files_stay_small() -> None:
    long = {path.name: lines for path in PACKAGE.rglob("*.py") if (lines := len(path.read_text().splitlines())) > 300}
    assert not long


@pytest.mark.parametrize(
    ("file", "function", "most"), [("runs/run.py", "run_job", 20), ("episodes/runner.py", "run_episode", 22)]
)
def test_the_run_loops_stay_short(file: str, function: str, most: int) -> None:
    tree = ast.parse((PACKAGE / file).read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == function]
    assert len(found) == 1
    assert (found[0].end_lineno or 0) - found[0].lineno + 1 <= most
