"""OpenRouter's fusion plugin: a panel that a request puts together itself."""

from collections import Counter
from typing import Any

import httpx
import orjson
import pytest
from openai import AsyncOpenAI
from support.gateways import QUESTION, Member, caller, gateway_of, serve_spec

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.gateway.app import GatewayApp
from wardian.gateway.completions import Completions
from wardian.gateway.desk import Desk
from wardian.gateway.guard import Guard
from wardian.gateway.meters import Meters
from wardian.gateway.opening import open_gateway
from wardian.serving.hosts import LOOPBACK
from wardian.simulator.local import served

ANALYSIS = orjson.dumps(
    {
        "consensus": ["It is in France."],
        "contradictions": [{"topic": "which", "stances": [{"model": "A", "stance": "one"}]}],
        "partial_coverage": [],
        "unique_insights": [],
        "blind_spots": ["its age"],
    }
).decode()
PANEL = {"id": "fusion", "analysis_models": ["a", "b"], "model": "judge"}
DEEP = {
    "one": {"members": ["a", "b"]},
    "two": {"members": ["fusion/one", "a"]},
}


def members() -> list[Member]:
    return [Member("a", "Paris"), Member("b", "Lyon"), Member("judge", ANALYSIS), Member("writer", "Paris it is.")]


async def ask(app: GatewayApp, panel: dict[str, Any], model: str = "writer") -> httpx.Response:
    async with caller(app) as http:
        return await http.post("/v1/chat/completions", json={"model": model, "plugins": [panel], **QUESTION})


async def test_the_panel_answers_the_judge_compares_and_the_model_writes() -> None:
    reply = await ask(gateway_of(members()), PANEL)
    answer = reply.json()
    assert answer["choices"][0]["message"]["content"] == "Paris it is."
    assert answer["model"] == "writer"
    assert answer["fusion"]["mode"] == "analysis"
    assert answer["fusion"]["analysis"]["consensus"] == ["It is in France."]
    (stance,) = answer["fusion"]["analysis"]["contradictions"][0]["stances"]
    assert stance["model"] in {"a", "b"}
    roles = answer["usage"]["fusion"]["by_role"]
    assert {role: part["calls"] for role, part in roles.items()} == {"member": 2, "judge": 1, "writer": 1}
    assert answer["usage"]["cost"] == pytest.approx(0.04)
    assert reply.headers["x-fusion-status"] == "ok"


async def test_an_analysis_that_cannot_be_read_is_left_out_and_named() -> None:
    app = gateway_of([*members()[:2], Member("judge", "no idea"), members()[3]])
    fusion = (await ask(app, PANEL)).json()["fusion"]
    assert (fusion["analysis"], fusion["status"]) == (None, "degraded")
    assert any("judge_" in reason for reason in fusion["degraded"])


async def test_with_openrouters_own_name_the_judge_writes_too() -> None:
    crew = members()
    answer = (await ask(gateway_of(crew), PANEL, "openrouter/fusion")).json()
    assert answer["model"] == "openrouter/fusion"
    assert answer["usage"]["fusion"]["by_role"]["writer"]["calls"] == 1
    assert len(crew[2].heard) == 2
    assert crew[3].heard == []


async def test_the_panel_of_a_request_is_opened_once() -> None:
    looked = Counter[str]()

    class Watched(dict[str, ModelClient]):
        def __getitem__(self, name: str) -> ModelClient:
            looked[name] += 1
            return super().__getitem__(name)

    crew, clock, meters = members(), SystemClock(), Meters(tuple)
    clients = Watched({member.name: member for member in crew})
    desk = Desk(serve_spec(list(clients)), clients, clock)
    app = GatewayApp(desk, Completions(desk, meters, clock), Guard((), LOOPBACK), meters)
    assert (await ask(app, PANEL)).status_code == 200
    assert looked["writer"] == 1


async def test_switched_off_it_changes_nothing() -> None:
    answer = (await ask(gateway_of(members()), {**PANEL, "enabled": False})).json()
    assert answer["fusion"] is None


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"analysis_models": ["a", "z"]}, 404, "there is no model 'z'"),
    ({"model": "z"}, 404, "there is no model 'z'"),
    ({"analysis_models": ["a"]}, 400, "plugins.0.analysis_models: "),
    ({"analysis_models": ["a"] * 9}, 400, "plugins.0.analysis_models: "),
    ({"analysis_models": ["a", "fusion/two"]}, 400, "plugins.0: it is 3 fusions deep, 2 are the most"),
]


@pytest.mark.parametrize(("wrong", "status", "message"), REFUSED)
async def test_a_panel_that_cannot_be_asked_is_refused(wrong: dict[str, Any], status: int, message: str) -> None:
    reply = await ask(gateway_of(members(), fusions=DEEP), {**PANEL, **wrong})
    assert (reply.status_code, reply.json()["error"]["message"][: len(message)]) == (status, message)


async def test_a_gateway_may_take_no_plugins() -> None:
    reply = await ask(gateway_of(members(), gateway={"plugins": False}), PANEL)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "plugins_off")


async def test_only_what_is_offered_may_sit_on_it() -> None:
    reply = await ask(gateway_of(members(), gateway={"offers": ["a", "judge", "writer"]}), PANEL)
    assert reply.json()["error"]["message"].startswith("there is no model 'b'")


async def test_simulated_models_make_an_analysis_over_http() -> None:
    skills = {name: {"answering": {"accuracy": 0.9}} for name in "ab"}
    server = {"kind": "simulator", "skills": {**skills, "judge": {"judging": {"accuracy": 0.9}}}}
    spec = serve_spec(["a", "b", "judge"], servers={"local": server})
    async with (
        open_gateway(spec, {}) as app,
        served(app) as url,
        AsyncOpenAI(base_url=f"{url}/v1", api_key="any") as client,
    ):
        asked: Any = [{"role": "user", "content": "What is 6 times 7?"}]
        answer = await client.chat.completions.create(
            model="openrouter/fusion", messages=asked, extra_body={"plugins": [PANEL]}
        )
    extra = answer.model_extra or {}
    assert (extra["fusion"]["mode"], extra["fusion"]["degraded"]) == ("analysis", [])
    assert extra["fusion"]["analysis"] is not None
