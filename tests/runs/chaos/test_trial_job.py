"""The job that is played is the user's, but for what would hide calls or add some."""

from typing import Any

import pytest

from wardian.base.errors import ConfigError
from wardian.runs.chaos.trial_job import check_simulated, placed, prepared, window
from wardian.specs.job import JobSpec

SIMULATOR = {"kind": "simulator", "skills": {"m": {}, "n": {}}}
URLS = {"sim": "http://10.0.0.7:4321"}


def job(**changes: Any) -> JobSpec:
    base: dict[str, Any] = {
        "name": "job",
        "environments": [{"pack": "counter"}],
        "servers": {"sim": SIMULATOR, "small": {"kind": "llamacpp"}},
        "models": {"m": {"server": "sim", "hedge": {}}, "n": {"server": "sim"}, "real": {"base_url": "https://x/v1"}},
        "agents": [{"name": "a", "model": "m"}],
        "executor": {"kind": "ray", "concurrency": 8},
    }
    return JobSpec.model_validate({**base, **changes})


def test_nothing_hides_calls_or_adds_some() -> None:
    whole = job(cache={"mode": "read-write"}, telemetry={"otlp": "http://localhost:4318"})
    ready = prepared(whole)
    assert (ready.cache.mode, ready.tracking.enabled, ready.telemetry.otlp) == ("off", False, None)
    assert ready.models["m"].hedge is None
    assert ready.environments == whole.environments
    assert JobSpec.model_validate_json(ready.model_dump_json()) == ready


def test_a_replay_of_recorded_answers_asks_as_well() -> None:
    with pytest.raises(ConfigError, match="real"):
        check_simulated(prepared(job(agents=[{"name": "a", "model": "real"}], cache={"mode": "replay"})))


def test_it_is_played_on_ray() -> None:
    ready = prepared(job(executor={"kind": "local", "concurrency": 3}))
    assert ready.executor.kind == "ray"
    assert (ready.executor.address, ready.executor.concurrency) == ("local", 3)


@pytest.mark.parametrize("model", ["real", "small"])
def test_only_simulators_are_asked(model: str) -> None:
    models = {"m": {"server": "sim"}, "real": {"base_url": "https://x/v1"}, "small": {"server": "small"}}
    check_simulated(job(models=models))
    with pytest.raises(ConfigError, match=f"^models.{model}: would be asked for real"):
        check_simulated(job(models=models, agents=[{"name": "a", "model": "m"}, {"name": "b", "model": model}]))


def test_simulators_of_the_command_are_still_simulators() -> None:
    moved = placed(job(), "job-calm", "10.0.0.1:6379", URLS)
    assert (moved.name, moved.executor.model_dump()["address"]) == ("job-calm", "10.0.0.1:6379")
    assert moved.models["m"].base_url == "sim://10.0.0.7:4321"
    assert moved.simulated
    assert not moved.own_servers
    assert JobSpec.model_validate_json(moved.model_dump_json()) == moved


def test_deployments_move_too() -> None:
    places = {"one": {"server": "sim", "model": "m"}, "two": {"server": "sim", "model": "n"}}
    moved = placed(job(models={"m": {"deployments": places}}), "job-calm", "local", URLS)
    assert {place.spec.base_url for place in moved.models["m"].places("m")} == {"sim://10.0.0.7:4321"}
    assert JobSpec.model_validate_json(moved.model_dump_json()) == moved


def test_a_fusion_asks_all_its_members_at_once() -> None:
    agents = [{"name": "a", "model": "m"}, {"name": "b", "model": "fusion/both"}, {"kind": "reference"}]
    assert window(job()) == 8
    assert window(job(fusions={"both": {"members": ["m", "n", "m"]}}, agents=agents)) == 24
