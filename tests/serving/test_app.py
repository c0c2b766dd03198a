"""A served environment over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from wardian.base.errors import EnvironmentFault
from wardian.certification.trial import tried
from wardian.environments.environment import Environment
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.environments.simulated_pack import SimulatedPack
from wardian.scoring.essence import essence
from wardian.scoring.score import Scored
from wardian.serving.entrance import served
from wardian.serving.house import House, Rules
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import Limits

PACK = load_pack(EnvironmentSpec(pack="library"), [Path(__file__).resolve().parents[2] / "envs"])
TASK = PACK.tasks()[0].id


@asynccontextmanager
async def client(rules: Rules | None = None, kept: list[Scored] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    records = [] if kept is None else kept
    async with served(House(PACK, rules or Rules(), records.append)) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as opened:
            yield opened


def code(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


async def play(http: httpx.AsyncClient, session: str) -> dict[str, Any]:
    """The reference, and then silence to the end."""
    heard: dict[str, Any] = {"stop": None}
    for message in PACK.reference(TASK):
        calls = [{"name": call.name, "arguments": call.arguments, "id": call.id} for call in message.tool_calls]
        heard = (await http.post(f"/sessions/{session}/step", json={"text": message.content, "calls": calls})).json()
    while heard["stop"] is None:
        heard = (await http.post(f"/sessions/{session}/step", json={})).json()
    return heard


async def test_an_outside_episode_leaves_the_record_of_an_inside_one() -> None:
    kept: list[Scored] = []
    async with client(kept=kept) as http:
        opened = await http.post("/sessions", json={"task": TASK, "seed": 1, "agent": "trial"})
        assert opened.status_code == 201
        assert opened.json()["messages"][-1]["content"].startswith("Can I keep Middlemarch")
        heard = await play(http, opened.json()["session"])
        assert (heard["reward"], heard["terminated"], heard["truncated"]) == (1.0, True, False)
        assert all(heard["checks"].values())
        closed = Scored.model_validate((await http.delete(f"/sessions/{opened.json()['session']}")).json())
    inside = await tried(PACK, PACK.tasks()[0], PACK.reference(TASK))
    assert essence(Scored(episode=closed.episode)) == essence(Scored(episode=inside))
    assert closed.value("success") == 1.0
    assert kept == [closed]


async def test_a_snapshot_can_be_gone_back_to_and_forked() -> None:
    async with client() as http:
        name = (await http.post("/sessions", json={})).json()["session"]
        assert (await http.post(f"/sessions/{name}/snapshot", json={})).json() == {"snapshot": "s1"}
        await http.post(
            f"/sessions/{name}/step", json={"calls": [{"name": "list_loans", "arguments": {"card": "7001"}}]}
        )
        forked = (await http.post(f"/sessions/{name}/fork", json={"snapshot": "s1"})).json()
        now = (await http.get(f"/sessions/{name}")).json()
        assert len(now["messages"]) == len(forked["messages"]) + 2
        assert {tool["name"] for tool in now["tools"]} == {"list_loans", "renew_loan"}
        restored = (await http.post(f"/sessions/{name}/restore", json={"snapshot": "s1"})).json()
        assert restored["messages"] == forked["messages"]
        assert (await play(http, forked["session"]))["reward"] == 1.0
        assert code(await http.post(f"/sessions/{name}/restore", json={"snapshot": "s7"})) == (400, "unknown_snapshot")
        for _ in range(15):
            assert (await http.post(f"/sessions/{name}/snapshot", json={})).status_code == 201
        assert code(await http.post(f"/sessions/{name}/snapshot", json={})) == (400, "too_many_snapshots")


async def test_a_world_without_snapshots_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: SimulatedWorld) -> bytes:
        raise EnvironmentFault("there are none")

    monkeypatch.setattr(SimulatedWorld, "snapshot", none)
    async with client() as http:
        name = (await http.post("/sessions", json={})).json()["session"]
        assert code(await http.post(f"/sessions/{name}/snapshot", json={})) == (400, "no_snapshot")
        assert code(await http.post(f"/sessions/{name}/fork", json={})) == (400, "no_snapshot")


async def test_an_environment_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: SimulatedPack, task: str) -> Environment:
        raise RuntimeError("out of order")

    async with client() as http:
        monkeypatch.setattr(SimulatedPack, "environment", broken)
        reply = await http.post("/sessions", json={})
    assert code(reply) == (500, "failed")
    assert reply.json()["error"]["message"] == "RuntimeError: out of order"


async def test_there_are_only_so_many_sessions_and_a_fork_is_one() -> None:
    async with client(Rules(sessions=1)) as http:
        name = (await http.post("/sessions", json={})).json()["session"]
        assert code(await http.post("/sessions", json={})) == (429, "too_many_sessions")
        assert code(await http.post(f"/sessions/{name}/fork", json={})) == (429, "too_many_sessions")
        await http.delete(f"/sessions/{name}")
        assert (await http.post("/sessions", json={"session": "mine"})).json()["session"] == "mine"


async def test_who_is_idle_is_ended_and_recorded() -> None:
    kept: asyncio.Queue[Scored] = asyncio.Queue()
    async with House(PACK, Rules(idle_s=0.02), kept.put_nowait).open_doors() as house:
        session, _ = await house.open()
        async with asyncio.timeout(10):
            assert (await kept.get()).episode.stop == "time_limit"
        assert not house.has(session.name)


async def test_sessions_that_are_open_in_the_end_are_recorded() -> None:
    kept: list[Scored] = []
    async with client(kept=kept) as http:
        for _ in range(3):
            await http.post("/sessions", json={})
    assert [scored.value("success") for scored in kept] == [0.0] * 3


async def test_limits_are_told_and_then_there_is_no_next_step() -> None:
    async with client(Rules(limits=Limits(turns=1))) as http:
        name = (await http.post("/sessions", json={})).json()["session"]
        heard = (await http.post(f"/sessions/{name}/step", json={"text": "Hello"})).json()
        assert (heard["stop"], heard["truncated"], heard["terminated"]) == ("turn_limit", True, False)
        assert code(await http.post(f"/sessions/{name}/step", json={"text": "Hello"})) == (409, "ended")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/sessions", {"task": "nothing"}, (400, "unknown_task")),
        ("POST", "/sessions", {"tasks": 1}, (400, "invalid_request")),
        ("POST", "/sessions", {"session": "../x"}, (400, "invalid_name")),
        ("POST", "/sessions", {"agent": "x" * (2**20)}, (413, "too_large")),
        ("GET", "/sessions", None, (405, "method_not_allowed")),
        ("GET", "/etc/passwd", None, (404, "unknown_url")),
        ("POST", "/sessions/none/step", {}, (404, "unknown_session")),
        ("GET", "/mcp/one", None, (405, "method_not_allowed")),
    ],
)
async def test_mistakes_have_a_code(method: str, path: str, body: Any, expected: tuple[int, str]) -> None:
    async with client() as http:
        assert code(await http.request(method, path, json=body)) == expected


async def test_another_web_page_in_a_browser_of_this_machine_gets_nothing() -> None:
    async with client() as http:
        plain = await http.post("/sessions", content="{}", headers={"content-type": "text/plain"})
        assert code(plain) == (415, "not_json")
        rebound = await http.get("/", headers={"host": "evil.example:8000"})
        assert code(rebound) == (421, "wrong_host")
        assert code(await http.get("/", headers={"host": "["})) == (421, "wrong_host")
        assert (await http.get("/", headers={"host": "[::1]:8000"})).status_code == 200


async def test_what_is_served_says_itself() -> None:
    async with client() as http:
        assert [task["id"] for task in (await http.get("/")).json()["tasks"]] == [card.id for card in PACK.tasks()]
        document = (await http.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert {"/", "/sessions", "/sessions/{session}", "/sessions/{session}/step"} <= set(document["paths"])
    references = set(_references(document))
    assert references
    assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [value["$ref"]] if "$ref" in value else [each for part in value.values() for each in _references(part)]
    return [each for part in value for each in _references(part)] if isinstance(value, list) else []
