"""Versions of an agent: what a bundle says reaches its model, and the environment stays as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson

from wardian.assembly import WorkOrder, open_play
from wardian.base.bundle import Bundle
from wardian.base.clock import SystemClock
from wardian.environments.packs import load_packs
from wardian.episodes.record import EpisodeSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
ONE, TWO, JUDGE = ({"base_url": f"https://{host}.invalid/v1"} for host in ("one", "two", "judge"))
JOB = JobSpec.model_validate(
    {
        "name": "versions",
        "environments": [{"pack": "counter", "tasks": 1}],
        "models": {"one": ONE},
        "prompts": {"own": "Count as you are told."},
        "agents": [{"name": "counting", "model": "one", "prompt": "own"}],
        "limits": {"turns": 2},
    }
)
FUSED = JobSpec.model_validate(
    {
        **JOB.model_dump(exclude={"models", "agents"}),
        "models": {"one": ONE, "two": TWO, "judge": JUDGE},
        "fusions": {
            "merged": {"mode": "merge", "members": ["one", "two"], "judge": "judge", "scope": "every"},
            "debated": {"mode": "debate", "members": ["one", "two"], "scope": "every", "instructions": "Think twice."},
        },
        "agents": [{"name": "counting", "model": "fusion/merged"}, {"name": "arguing", "model": "fusion/debated"}],
        "limits": {"turns": 1},
    }
)
Body = dict[str, Any]


async def heard(texts: Mapping[str, str] | None, job: JobSpec = JOB, arm: int = 0) -> list[Body]:
    """What the providers are sent in an episode of an agent, or of its version with `texts`."""
    bodies: list[Body] = []

    def provider(request: httpx.Request) -> httpx.Response:
        bodies.append(orjson.loads(request.content))
        message = {"role": "assistant", "content": f"Well, I am {request.url.host}."}
        return httpx.Response(200, json={"choices": [{"message": message, "finish_reason": "stop"}]})

    order, network = WorkOrder(job=job, roots=PACKS), HttpxWire(httpx.MockTransport(provider))
    spec = list(Plan(job, load_packs(job, PACKS)))[arm]
    async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}, network) as play:
        scored = await play(spec if texts is None else version(spec, texts))
    assert scored.episode.failure is None
    return bodies


def version(spec: EpisodeSpec, texts: Mapping[str, str]) -> EpisodeSpec:
    """As it comes to a worker: out of JSON."""
    bundle = Bundle(agent=spec.agent.name, texts=texts)
    changed = spec.model_copy(update={"agent": spec.agent.version(bundle, f"{bundle.agent}@{bundle.sha[:8]}")})
    return EpisodeSpec.model_validate_json(changed.model_dump_json())


def system(bodies: list[Body]) -> object:
    return bodies[0]["messages"][0]["content"]


async def test_the_systems_text_takes_the_place_of_the_jobs() -> None:
    assert system(await heard(None)) == "Count as you are told."
    assert system(await heard({"system": "Count twice."})) == "Count twice."


async def test_recovery_stands_behind_the_system_prompt_whosever_that_is() -> None:
    recovery = {"recovery": "Read errors."}
    assert system(await heard(recovery)) == "Count as you are told.\n\nRead errors."
    assert system(await heard({"system": "Count twice.", **recovery})) == "Count twice.\n\nRead errors."


async def test_an_empty_system_text_is_none_at_all() -> None:
    bodies = await heard({"system": ""})
    assert "Count as you are told." not in orjson.dumps(bodies).decode()


async def test_what_it_reads_about_a_tool_changes_and_what_the_tool_is_does_not() -> None:
    (own,) = (await heard(None))[0]["tools"]
    (told,) = (await heard({f"tool:{own['function']['name']}.description": "Counts up."}))[0]["tools"]
    assert told["function"]["description"] == "Counts up."
    assert told["function"]["parameters"] == own["function"]["parameters"]


async def test_a_version_with_no_texts_asks_what_the_agent_asks() -> None:
    assert await heard({}) == await heard(None)


def said_to(bodies: list[Body], model: str) -> str:
    return orjson.dumps([body["messages"] for body in bodies if body["model"] == model]).decode()


async def test_a_judge_that_writes_is_told_what_the_version_says_and_its_members_are_not() -> None:
    told = {"fusion.merge": "Prefer the shorter one."}
    bodies = await heard(told, FUSED)
    assert "Prefer the shorter one." in said_to(bodies, "judge")
    assert "Write the one answer that is given." in said_to(bodies, "judge")
    assert "Prefer the shorter one." not in said_to(bodies, "one")
    assert "Prefer the shorter one." not in said_to(await heard(None, FUSED), "judge")


async def test_members_of_a_debate_are_told_what_the_version_says_instead_of_what_the_job_says() -> None:
    assert "being right is. Think twice. Answer with" in said_to(await heard(None, FUSED, 1), "one")
    bodies = await heard({"fusion.debate": "Think thrice."}, FUSED, 1)
    assert "being right is. Think thrice. Answer with" in said_to(bodies, "one")
    assert "Think twice." not in said_to(bodies, "one")


async def test_what_is_said_of_a_fusion_that_the_agent_does_not_ask_changes_nothing() -> None:
    assert said_to(await heard({"fusion.debate": "X"}, FUSED), "judge") == said_to(await heard(None, FUSED), "judge")
