"""Whatever stands in the file: a job, or a `ConfigError` whose lines name the file. Never anything else."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wardian.base.errors import ConfigError
from wardian.specs.job import JobSpec
from wardian.specs.load import load

KEYS = st.sampled_from([*JobSpec.model_fields, "kind", "model", "pack", "tasks", "skills", "members", "0", "<<", "x"])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["${A}", "ray"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "job.yaml"


def outcome(path: Path, *overrides: str) -> JobSpec | list[str]:
    try:
        return load(path, overrides=overrides, environ={"A": "7"})
    except ConfigError as error:
        return str(error).splitlines()


def expect_good_lines(result: JobSpec | list[str], path: Path) -> None:
    if not isinstance(result, JobSpec):
        assert result
        assert all(line.startswith((f"{path}", "--set", "…")) for line in result)


@given(data=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    outcome(path)


@given(text=st.text(alphabet="ab:-[]{}&*<>|!%@`'\"# \n\t?,${}", max_size=60))
@settings(max_examples=300, deadline=None)
def test_characters_that_mean_something_in_yaml(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    outcome(path)


@given(tree=st.dictionaries(st.sampled_from(list(JobSpec.model_fields)), TREES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_trees(path: Path, tree: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    expect_good_lines(outcome(path), path)


def test_a_bad_name_for_one_of_several_kinds(path: Path) -> None:
    path.write_text("servers: {a b: null}", encoding="utf-8")
    expect_good_lines(outcome(path), path)


@given(assignment=st.text(alphabet='abcdelmnorst.0123"=[]{}: -', max_size=30))
@settings(max_examples=200, deadline=None)
def test_assignments(path: Path, assignment: str) -> None:
    path.write_text("name: try\nenvironments: [{pack: retail}]\nagents: [{kind: idle}]\n", encoding="utf-8")
    expect_good_lines(outcome(path, assignment), path)
