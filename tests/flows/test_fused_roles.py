"""A fusion wherever a model can be named: as the agent, as its user's voice, and as the judge of another fusion."""

from pathlib import Path

import httpx
import orjson
from support.judges import CANDIDATE, verdict

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.environments.packs import load_packs
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

PACKS = (Path(__file__).parents[1] / "support" / "packs",)
PLACE = {"base_url": "https://x.invalid/v1", "price": {"input": 1, "output": 1}}
JOB = JobSpec.model_validate(
    {
        "name": "roles",
        "environments": [{"pack": "counter", "tasks": 1, "user": {"model": "fusion/voices", "tries": 1}}],
        "models": dict.fromkeys(("one", "two", "strict", "mild", "talker", "poet"), PLACE),
        "fusions": {
            "agents": {"mode": "best_of", "members": ["one", "two"], "judge": "fusion/jury", "scope": "every"},
            "jury": {"members": ["strict", "mild"]},
            "voices": {"members": ["talker", "poet"]},
        },
        "agents": [{"name": "fused", "model": "fusion/agents"}],
        "limits": {"turns": 2},
    }
)


def words(model: str, asked: str) -> str:
    """Members differ; the jury wants whoever speaks of two; voices keep what is meant."""
    if model in ("strict", "mild"):
        shown = {label: text for _, label, text in CANDIDATE.findall(asked)}
        return verdict(*sorted(shown, key=lambda label: "two" not in shown[label]))
    return "Well now, then count" if model in ("talker", "poet") else f"I am number {model}."


def speaking(request: httpx.Request) -> httpx.Response:
    body = orjson.loads(request.content)
    said = words(body["model"], body["messages"][-1]["content"])
    choice = {"message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
    return httpx.Response(200, json={"choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": 5}})


async def test_a_fusion_is_agent_user_and_judge_by_its_name() -> None:
    order, network = WorkOrder(job=JOB, roots=PACKS), HttpxWire(httpx.MockTransport(speaking))
    (spec,) = Plan(JOB, load_packs(JOB, PACKS))
    async with open_play(order, LocalQuota(order.pool.limits, SystemClock()), {}, network) as play:
        episode = (await play(spec)).episode
    assert episode.failure is None
    fused = episode.asked[0].completion.fusion
    assert fused is not None
    assert fused.winner is not None
    assert fused.winner.seat == "two"
    jury = [answer.inside for answer in fused.answers if answer.role == "judge"]
    assert jury
    assert all(inside is not None and [each.seat for each in inside.members] == ["strict", "mild"] for inside in jury)
    voiced = [completion for event in episode.events if event.kind == "said" for completion in event.voiced]
    assert voiced
    assert all(completion.fusion is not None and completion.fusion.name == "fusion/voices" for completion in voiced)
    calls = sum(2 if each.model.startswith("fusion/") else 1 for each in fused.answers)
    assert episode.asked[0].completion.cost_usd == calls * 15 / 1_000_000
