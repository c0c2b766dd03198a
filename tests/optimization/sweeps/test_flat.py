"""From a sweep to one job."""

from typing import Any

import pytest

from wardian.base.errors import ConfigError
from wardian.optimization.sweeps.challenger import challenger_of
from wardian.optimization.sweeps.flat import configs_of, flattened, is_flat
from wardian.optimization.sweeps.sharing import shared_members
from wardian.specs.job import JobSpec

BASE: dict[str, Any] = {
    "name": "sweep",
    "environments": [{"pack": "retail", "tasks": 4, "knobs": {"extra": 1}}],
    "agents": [{"name": "support", "model": "small", "prompt": "short", "sampling": {"max_tokens": 100}}],
    "prompts": {"short": "Be short.", "long": "Take your time."},
    "models": {
        "small": {"base_url": "http://localhost:1/v1"},
        "large": {"base_url": "http://localhost:1/v1"},
    },
    "fusions": {"vote": {"members": ["small", "large"]}},
}


def job(over: dict[str, Any], **more: Any) -> JobSpec:
    sweep = {"over": over, **more.pop("sweep", {})}
    return JobSpec.model_validate({**BASE, **more, "sweep": sweep})


def test_every_combination_is_an_arm_named_by_its_values() -> None:
    flat = flattened(job({"model": ["small", "fusion/vote"], "temperature": [0.0, 0.5]}))
    assert [agent.name for agent in flat.agents] == [
        "support@small+0",
        "support@small+0.5",
        "support@vote+0",
        "support@vote+0.5",
    ]
    last = flat.agents[-1]
    assert last.kind == "tools"
    assert (last.model, last.prompt) == ("fusion/vote", "short")
    assert (last.sampling.temperature, last.sampling.max_tokens) == (0.5, 100)


def test_the_settings_of_a_flat_job_are_read_from_its_arms() -> None:
    over = {
        "model": ["small", "large"],
        "prompt": ["short", "long"],
        "max_tokens": {"low": 50, "high": 200, "steps": 2},
    }
    flat = flattened(job(over))
    assert [each.settings for each in configs_of(flat)][:2] == [
        {"model": "small", "prompt": "short", "max_tokens": 50},
        {"model": "small", "prompt": "short", "max_tokens": 200},
    ]
    assert len(configs_of(flat)) == 8


def test_a_flat_job_stays_as_it_is_also_from_its_file() -> None:
    flat = flattened(job({"model": ["small", "large"]}))
    assert is_flat(flat)
    assert not is_flat(job({"model": ["small", "large"]}))
    assert flattened(JobSpec.model_validate_json(flat.model_dump_json())) == flat


def test_names_that_would_be_equal_or_too_long_are_numbers() -> None:
    flat = flattened(job({"temperature": [0.12345671, 0.12345672]}))
    assert [agent.name for agent in flat.agents] == ["support@1", "support@2"]


def test_every_difficulty_is_an_environment_that_all_play() -> None:
    flat = flattened(
        job(
            {
                "model": ["small", "large"],
                "environments.retail.words": [10, 20],
                "environments.retail.hard": [True, False],
            }
        )
    )
    assert flat.environments[0].label == "retail@words=10+hard=True"
    assert flat.environments[-1].knobs == {"extra": 1, "words": 20, "hard": False}
    assert len(flat.environments) == 4
    assert len(flat.agents) == 2


def test_other_agents_stay_beside_the_sweep() -> None:
    agents = [*BASE["agents"], {"kind": "reference"}]
    flat = flattened(job({"model": ["small", "large"]}, agents=agents))
    assert [agent.name for agent in flat.agents] == ["support@small", "support@large", "reference"]


@pytest.mark.parametrize("kind", ["random", "qmc"])
def test_drawn_configurations_are_different_and_always_the_same(kind: str) -> None:
    over = {"temperature": {"low": 0.0, "high": 1.0}, "top_p": {"low": 0.1, "high": 1.0}, "model": ["small", "large"]}
    drawn = job(over, sweep={"sampler": {"kind": kind, "configs": 21}})
    found = [tuple(each.settings.items()) for each in configs_of(flattened(drawn))]
    assert len(set(found)) == 21
    assert [tuple(each.settings.items()) for each in configs_of(flattened(drawn))] == found


def test_a_qmc_sweep_fills_the_space_evenly() -> None:
    over = {"temperature": {"low": 0.0, "high": 1.0}, "top_p": {"low": 0.1, "high": 1.0}}
    flat = flattened(job(over, sweep={"sampler": {"kind": "qmc", "configs": 64}}))
    cells = {int(8 * float(each.settings["temperature"])) for each in configs_of(flat)}
    assert cells >= set(range(8))


def test_a_space_with_fewer_points_than_are_wanted_gives_all_of_them() -> None:
    flat = flattened(job({"model": ["small", "large"]}, sweep={"sampler": {"kind": "random", "configs": 9}}))
    assert len(configs_of(flat)) == 2


def test_fusions_of_one_panel_share_the_draws_of_its_members() -> None:
    fusions = {"vote": {"members": ["small", "large"]}, "self": {"members": [{"model": "small", "samples": 2}]}}
    flat = flattened(job({"model": ["fusion/vote", "fusion/self", "large"]}, fusions=fusions))
    assert shared_members(flat) == ("small",)
    assert flat.sweep is not None
    assert [flat.sweep.draws(agent.name) for agent in flat.agents] == ["support"] * 3
    assert flat.sweep.draws("other") == ""


def test_a_configuration_that_is_another_prompt_is_a_version_for_a_gate() -> None:
    flat = flattened(job({"prompt": ["short", "long"]}))
    assert challenger_of(flat, "support@long").texts == {"system": "Take your time."}
    with pytest.raises(ConfigError, match="there is no configuration 'support@lng' in the sweep; did you mean"):
        challenger_of(flat, "support@lng")
    with pytest.raises(ConfigError, match="this sweep varies model too"):
        challenger_of(flattened(job({"prompt": ["short", "long"], "model": ["small", "large"]})), "support@long+small")


@pytest.mark.parametrize(
    ("over", "sweep", "said"),
    [
        ({"model": ["tiny"]}, {}, "sweep.over.model.0: there is no 'tiny'"),
        ({"modle": ["small"]}, {}, "sweep.over.modle: 'support' has no such setting; did you mean 'model'"),
        ({"prompt": {"low": 0, "high": 1}}, {}, "sweep.over.prompt: name its values"),
        ({"temperature": ["warm", 0]}, {}, "sweep.over.temperature: "),
        (
            {"model": ["small", "large"], "environments.shop.words": [1]},
            {},
            "sweep.over.environments.shop.words: there is no environment 'shop'",
        ),
        (
            {"temperature": {"low": 0, "high": 1, "steps": 900}, "top_p": {"low": 0, "high": 1, "steps": 900}},
            {},
            "810,000",
        ),
        ({"environments.retail.words": [1, 2]}, {}, "sweep.over: one configuration is nothing to compare"),
        ({"model": ["small"]}, {"agent": "suport"}, "sweep.agent: there is no agent 'suport'"),
    ],
)
def test_what_cannot_be_is_said_at_its_key(over: dict[str, Any], sweep: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        flattened(job(over, sweep=sweep))
