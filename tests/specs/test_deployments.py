"""A model at several places: which of them a job may ask, and what they have in common."""

from typing import Any

import pytest

from wardian.assembly import check_endpoints
from wardian.base.errors import ConfigError
from wardian.models.reply_key import answering
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec
from wardian.specs.models import ModelSpec

NOWHERE = "http://127.0.0.1:9/v1"
CLOSED = {"base_url": "http://host/v1", "promises": "zero-retention"}
OPEN = {"base_url": "http://host/v1"}


def job(model: dict[str, Any], **changes: Any) -> JobSpec:
    base: dict[str, Any] = {
        "name": "try",
        "environments": [{"pack": "counter"}],
        "agents": [{"name": "a", "model": "m"}],
        "models": {"m": model},
        "servers": {"sim": {"kind": "simulator", "skills": {"m": {}}}},
    }
    return JobSpec.model_validate({**base, **changes})


@pytest.mark.parametrize(
    ("ofmodel", "ofjob", "asked"),
    [
        ("any", "any", ["m#closed", "m#open", "m#own"]),
        ("no-training", "any", ["m#closed", "m#own"]),
        ("any", "zero-retention", ["m#closed", "m#own"]),
        ("zero-retention", "no-training", ["m#closed", "m#own"]),
    ],
)
def test_only_what_promises_enough_is_asked(ofmodel: str, ofjob: str, asked: list[str]) -> None:
    places = {"closed": CLOSED, "open": OPEN, "own": {"server": "sim"}}
    found = job({"deployments": places, "data": ofmodel}, data=ofjob)
    assert list(found.deployments) == asked
    assert list(JobSpec.model_validate_json(found.model_dump_json()).deployments) == asked


def test_no_training_is_less_than_zero_retention() -> None:
    trained = {**OPEN, "promises": "no-training"}
    assert list(job(trained, data="no-training").deployments) == ["m"]
    with pytest.raises(ValueError, match="data must be 'zero-retention', and all that is promised is: m 'no-training'"):
        job(trained, data="zero-retention")


def test_a_server_is_started_only_for_a_place_that_may_be_asked() -> None:
    places = {"closed": CLOSED, "own": {"server": "sim", "promises": "any"}}
    assert list(job({"deployments": places}).own_servers) == ["sim"]
    assert list(job({"deployments": places}, data="no-training").own_servers) == []


def test_one_simulated_place_makes_the_results_simulated() -> None:
    assert job({"deployments": {"open": OPEN, "own": {"server": "sim"}}}).simulated
    assert not job({"deployments": {"open": OPEN, "closed": CLOSED}}).simulated


def test_more_places_make_no_other_arm_and_no_other_reply() -> None:
    alone = job(OPEN)
    both = job({"deployments": {"first": OPEN, "second": {**CLOSED, "model": "other"}}, "hedge": {}})
    assert [arm.digest for arm in _arms(alone)] == [arm.digest for arm in _arms(both)]
    assert answering("m", alone.models["m"], None) == answering("m", both.models["m"], None)


def _arms(found: JobSpec) -> tuple[Any, ...]:
    return Plan(found.model_copy(update={"environments": ()}), {}).agents


async def test_a_place_that_is_down_is_a_warning_when_another_may_be_asked() -> None:
    down = {"base_url": NOWHERE}
    (warning,) = await check_endpoints(job({"deployments": {"down": down, "own": {"server": "sim"}}}), {})
    assert warning.startswith(f"models.m.deployments.down: {NOWHERE} cannot be reached")
    with pytest.raises(ConfigError, match=r"^models\.m\.deployments\.down: "):
        await check_endpoints(job({"deployments": {"down": down}}), {})


def test_a_single_place_says_no_more_than_before() -> None:
    assert ModelSpec.model_validate(OPEN).model_dump(exclude_defaults=True) == OPEN
