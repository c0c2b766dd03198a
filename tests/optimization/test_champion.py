"""The version that a campaign begins with."""

from pathlib import Path
from typing import Any

import pytest
from support.proposals import CANCEL

from wardian.base.errors import ConfigError
from wardian.environments.packs import load_packs
from wardian.optimization.champion import champion_of, tools_of
from wardian.specs.job import JobSpec

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
PROMPTED = {"name": "support", "model": "one", "prompt": "own"}


def job(refine: dict[str, Any] | None, agents: tuple[dict[str, Any], ...] = (PROMPTED,)) -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "refining",
            "environments": [{"pack": "counter", "tasks": 1}],
            "models": {name: {"base_url": "https://x.invalid/v1"} for name in ("one", "two")},
            "fusions": {
                "merged": {"mode": "merge", "members": ["one", "two"], "judge": "one", "instructions": "Be brief."}
            },
            "prompts": {"own": "Count."},
            "agents": agents,
            "refine": None if refine is None else {"reflection": {"model": "two"}, **refine},
        }
    )


def test_the_only_agent_with_a_prompt_is_the_champion_with_all_texts_that_may_be_edited() -> None:
    components = ["system", "recovery", "tool:cancel_order.description", "tool:cancel_order.arg:order_id"]
    agents = ({"name": "plain", "model": "one"}, PROMPTED, {"kind": "reference"})
    bundle = champion_of(job({"components": components}, agents), (CANCEL,))
    assert bundle.agent == "support"
    assert dict(bundle.texts) == dict(
        zip(components, ["Count.", "", "Cancels an order.", "Of the order."], strict=True)
    )


def test_texts_out_of_a_registry_are_part_of_it_whether_they_may_be_edited_or_not() -> None:
    read = {"recovery": "Again.", "tool:cancel_order.description": "Cancels for good."}
    document = job({"components": ["system", "recovery"]}).model_dump()
    found = JobSpec.model_validate({**document, "versions": {"own": {"name": "x", "version": 2, "texts": read}}})
    assert dict(champion_of(found, (CANCEL,)).texts) == {"system": "Count.", **read}


def test_a_fusions_instructions_are_a_text_of_whoever_asks_it() -> None:
    agents = ({"name": "fused", "model": "fusion/merged"},)
    bundle = champion_of(job({"agent": "fused", "components": ["fusion.merge"]}, agents), ())
    assert dict(bundle.texts) == {"fusion.merge": "Be brief."}


@pytest.mark.parametrize(
    ("refine", "agents", "why"),
    [
        (None, (PROMPTED,), "refine: it is missing"),
        ({"agent": "suport"}, (PROMPTED,), "refine.agent: no agent 'suport' asks a model; did you mean 'support'"),
        ({}, (PROMPTED, {**PROMPTED, "name": "second"}), "refine.agent: say which; support, second"),
        ({}, ({"name": "plain", "model": "one"},), "refine.agent: say which; none"),
        ({"components": ["tool:cancel.description"]}, (PROMPTED,), "refine.components.0: no environment has a tool"),
        ({"components": ["system", "tool:cancel_order.arg:id"]}, (PROMPTED,), "refine.components.1: the tool"),
        ({"components": ["fusion.debate"]}, (PROMPTED,), "asks no fusion of mode debate"),
        ({"agent": "own"}, ({"name": "own", "kind": "callable", "callable": "a:b"},), "is code of its own"),
    ],
)
def test_what_the_agent_has_not_is_said_with_its_key(
    refine: dict[str, Any] | None, agents: tuple[dict[str, Any], ...], why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        champion_of(job(refine, agents), (CANCEL,))


def test_two_environments_that_describe_one_tool_differently_have_no_text_in_common() -> None:
    other = CANCEL.model_copy(update={"description": "Stops an order."})
    with pytest.raises(ConfigError, match="different things"):
        champion_of(job({"components": ["tool:cancel_order.description"]}), (CANCEL, other))


async def test_tools_are_those_of_all_environments_but_the_disguised() -> None:
    plain = job({})
    (tool,) = await tools_of(plain, load_packs(plain, PACKS))
    assert tool.name == "add"
    (open_world,) = plain.environments
    for hide, seen in (("nothing", (tool,)), ("names", ()), ("descriptions", ())):
        world = type(open_world).model_validate({"pack": "counter", "stress": {"hide": hide}})
        stressed = plain.model_copy(update={"environments": (world,)})
        assert await tools_of(stressed, load_packs(stressed, PACKS)) == seen
