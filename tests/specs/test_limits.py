"""Which limits a job has, and which of them it can do without."""

from typing import Any

import pytest
from pydantic import ValidationError

from wardian.specs.job import JobSpec, Limits


def job(limits: dict[str, Any]) -> JobSpec:
    models = {"own": {"base_url": "http://host/v1", "timeout_s": 7}, "other": {"base_url": "http://host/v1"}}
    document = {
        "name": "try",
        "environments": [{"pack": "counter"}],
        "agents": [{"name": name, "model": name} for name in models],
        "models": models,
        "limits": limits,
    }
    return JobSpec.model_validate(document)


@pytest.mark.parametrize(("limits", "other"), [({}, 120.0), ({"call_s": 30}, 30.0)])
def test_a_models_own_time_for_a_call_goes_before_the_jobs(limits: dict[str, Any], other: float) -> None:
    asked = job(limits).asked
    assert {name: spec.timeout_s for name, spec in asked.items()} == {"own": 7.0, "other": other}


@pytest.mark.parametrize("key", ["tool_s", "turn_s", "wall_s", "job_s"])
def test_without_these_it_takes_its_time(key: str) -> None:
    assert getattr(Limits.model_validate({key: None}), key) is None


@pytest.mark.parametrize("key", ["call_s", "examine_s", "turns", "tool_errors"])
def test_without_these_nothing_would_ever_end(key: str) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate({key: None})
