"""What editors and readers are told about a config is what the specs say."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.pages import ROOT

from wardian.specs.job import JobSpec, Limits
from wardian.specs.models import SkillSpec
from wardian.specs.reference import reference_page
from wardian.specs.schema import editor_schema, field_notes, specs_of

PAGE = ROOT / "docs" / "reference" / "config.md"


def test_the_reference_page_is_fresh() -> None:
    again = "run: .venv/bin/python -m wardian.specs.reference > docs/reference/config.md"
    assert PAGE.read_text(encoding="utf-8") == reference_page(), again


def test_notes_are_read_from_the_source() -> None:
    assert field_notes(Limits)["tool_errors"] == "Tool errors in a row."


def test_every_key_of_a_job_is_described() -> None:
    own = [spec for spec in specs_of(JobSpec) if spec.__module__.startswith("wardian.specs.")]
    bare = {key for spec in own for key in spec.model_fields if key not in field_notes(spec)}
    assert bare - set(SkillSpec.model_fields) <= {"kind", "mode", "name", "limits", "tracking", "sampling"}


def test_editors_accept_a_variable_in_place_of_a_value_but_not_of_a_kind() -> None:
    parts = editor_schema()["$defs"]
    variable = {"type": "string", "pattern": r"\$\{"}
    assert variable in parts["ModelSpec"]["properties"]["rpm"]["anyOf"]
    assert variable in parts["Limits"]["properties"]["turns"]["anyOf"]
    assert "anyOf" not in parts["RayExecutorSpec"]["properties"]["kind"]
    assert parts["Limits"]["properties"]["turns"]["description"] == "Model calls."


@pytest.mark.parametrize("extra", [{}, {"weight": 2}])
def test_editors_accept_a_name_where_a_member_or_a_judge_is_said(extra: dict[str, int]) -> None:
    schema = Draft202012Validator(editor_schema())
    members: list[object] = ["a", {"model": "b", **extra}, "${THIRD}"]
    stages = [{"members": ["a"], "accept": {"kind": "judge_score"}}, {"members": ["b"]}]
    fusions: dict[str, dict[str, Any]] = {
        "best": {"mode": "best_of", "members": members, "judge": "a"},
        "vote": {"mode": "vote", "members": members, "judge": {"model": "a"}},
        "cascade": {"mode": "cascade", "stages": stages, "judge": "${JUDGE}"},
    }
    job = {"name": "j", "environments": [{"pack": "retail"}], "agents": [{"kind": "idle"}], "fusions": fusions}
    assert [error.message for error in schema.iter_errors(job)] == []
    fusions["best"]["judge"] = 3
    assert list(schema.iter_errors(job))


def test_the_schema_knows_every_part_and_no_other_keys() -> None:
    schema: dict[str, Any] = editor_schema()
    assert set(schema["properties"]) == set(JobSpec.model_fields)
    parts = [schema, *schema["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in parts)
