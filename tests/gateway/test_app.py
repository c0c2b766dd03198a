"""The gateway as its callers see it: answers, refusals, and who is let in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from support.gateways import QUESTION, Member, caller, gateway_of

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Request, Sampling, ToolCall
from wardian.gateway.app import GatewayApp
from wardian.models.refusal import Refusal

PAIR = {"pair": {"members": ["a", "b", "c"], "scope": "every"}}
CHAT = "/v1/chat/completions"


async def ask(app: GatewayApp, body: Any, **headers: str) -> httpx.Response:
    async with caller(app) as http:
        return await http.post(CHAT, json=body, headers=headers)


def trio(*said: Any) -> list[Member]:
    return [Member(name, each) for name, each in zip("abc", said, strict=True)]


async def test_a_model_answers_as_openai_would() -> None:
    member = Member("a")
    answer = (await ask(gateway_of([member]), {"model": "a", **QUESTION, "max_tokens": 9, "stop": "END"})).json()
    (choice,) = answer["choices"]
    assert choice["message"]["content"] == "42"
    assert (choice["finish_reason"], answer["object"], answer["model"]) == ("stop", "chat.completion", "a")
    assert answer["usage"]["total_tokens"] == 12
    assert answer["usage"]["cost"] == 0.01
    assert member.heard[0].sampling == Sampling(max_tokens=9, stop=("END",))


async def test_tools_and_history_arrive_as_they_were_sent() -> None:
    member = Member("a", [ToolCall(id="x", name="add", arguments='{"by": 2')])
    called = {"id": "c0", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    messages = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "content": "4", "tool_call_id": "c0"},
    ]
    tools = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}]
    shape = {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "object"}, "strict": True}}
    body = {"model": "a", "messages": messages, "tools": tools, "response_format": shape}
    answer = (await ask(gateway_of([member]), body)).json()
    (heard,) = member.heard
    assert [(each.role, each.content) for each in heard.messages] == [
        ("system", "Be kind."),
        ("user", "Hello"),
        ("assistant", ""),
        ("tool", "4"),
    ]
    assert heard.messages[2].tool_calls[0].name == "add"
    assert heard.response_schema is not None
    assert heard.response_schema.name == "sum"
    (call,) = answer["choices"][0]["message"]["tool_calls"]
    assert call["function"] == {"name": "add", "arguments": '{"by": 2'}  # verbatim, also what is cut off
    assert [(tool.name, tool.effect) for tool in heard.tools] == [("add", "write")], "nobody said that it only reads"


@pytest.mark.parametrize(
    ("choice", "names", "must_call"),
    [
        ("auto", ["add", "sub"], False),
        ("none", [], False),
        ("required", ["add", "sub"], True),
        ({"type": "function", "function": {"name": "sub"}}, ["sub"], True),
    ],
)
async def test_the_choice_of_tools_is_kept(choice: Any, names: list[str], must_call: bool) -> None:
    member = Member("a")
    tools = [{"type": "function", "function": {"name": name}} for name in ("add", "sub")]
    reply = await ask(gateway_of([member]), {"model": "a", **QUESTION, "tools": tools, "tool_choice": choice})
    assert reply.status_code == 200
    (heard,) = member.heard
    assert ([tool.name for tool in heard.tools], heard.must_call) == (names, must_call)


@pytest.mark.parametrize(
    ("wanted", "any_object"), [({"type": "text"}, None), ({"type": "json_object"}, True), (None, None)]
)
async def test_json_of_any_shape_can_be_had(wanted: Any, any_object: bool | None) -> None:
    member = Member("a", "{}")
    await ask(gateway_of([member]), {"model": "a", **QUESTION, "response_format": wanted})
    shape = member.heard[0].response_schema
    assert (None if shape is None else shape.any_object) == any_object


async def test_a_fusion_says_what_it_cost_and_who_won() -> None:
    reply = await ask(gateway_of(trio("42", "42", "7"), fusions=PAIR), {"model": "fusion/pair", **QUESTION})
    answer = reply.json()
    assert answer["choices"][0]["message"]["content"] == "42"
    assert answer["model"] == "fusion/pair"
    usage = answer["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (30, 6, 36)
    assert usage["cost"] == pytest.approx(0.03)
    assert usage["fusion"]["by_role"]["member"]["calls"] == 3
    assert set(usage["fusion"]["by_member"]) == {"a", "b", "c"}
    fused = {name: reply.headers[f"x-fusion-{name}"] for name in ("status", "winner", "cost-usd")}
    assert fused == {"status": "ok", "winner": "a", "cost-usd": "0.030000"}


async def test_primary_usage_is_that_of_the_winner_and_the_cost_is_whole() -> None:
    app = gateway_of(trio("42", "42", "7"), fusions=PAIR, gateway={"usage_mode": "primary"})
    usage = (await ask(app, {"model": "fusion/pair", **QUESTION})).json()["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (10, 2)
    assert usage["cost"] == pytest.approx(0.03)


MISTAKES: list[tuple[dict[str, Any], int, str, str]] = [
    ({"model": "z"}, 404, "model_not_found", "there is no model 'z'; valid: a"),
    ({"messages": []}, 400, "invalid_request", "messages: "),
    ({"messages": [{"role": "bot", "content": ""}]}, 400, "invalid_request", "messages.0: "),
    ({"temperature": 3}, 400, "invalid_request", "temperature: "),
    ({"tools": [{"function": {"name": "f", "parameters": {"maximum": 2**64}}}]}, 400, "invalid_request", "tools.0."),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n"}}},
        400,
        "invalid_request",
        "response_format.json_schema.schema: ",
    ),
    ({"n": 2}, 400, "invalid_request", "n: "),
    ({"tool_choice": "any"}, 400, "invalid_request", "tool_choice"),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, 400, "invalid_request", "tool_choice: there is"),
    (
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        400,
        "invalid_request",
        "messages.0.content.0.type: ",
    ),
    ({"messages": [{"role": "tool", "content": "4"}]}, 400, "invalid_request", "messages.0.tool_call_id: "),
]


@pytest.mark.parametrize(("wrong", "status", "code", "message"), MISTAKES)
async def test_a_mistake_is_told_in_one_line(wrong: dict[str, Any], status: int, code: str, message: str) -> None:
    reply = await ask(gateway_of([Member("a")]), {"model": "a", **QUESTION, **wrong})
    error = reply.json()["error"]
    assert (reply.status_code, error["code"]) == (status, code)
    assert error["message"].startswith(message)
    assert "\n" not in error["message"]


REASONS = [
    (["rate_limited"] * 3, 429, "rate_limited"),
    (["quota_exhausted"] * 3, 402, "insufficient_credits"),
    (["timeout"] * 3, 504, "deadline"),
    (["server_error", "rate_limited", "timeout"], 503, "all_panels_failed"),
    (["context_overflow"] * 3, 400, "all_panels_failed"),
]


@pytest.mark.parametrize(("kinds", "status", "code"), REASONS)
async def test_a_panel_that_fails_says_why(kinds: list[str], status: int, code: str) -> None:
    members = trio(*(ModelError(kind, f"no: {kind}") for kind in kinds))
    reply = await ask(gateway_of(members, fusions=PAIR), {"model": "fusion/pair", **QUESTION})
    error = reply.json()["error"]
    assert (reply.status_code, error["code"]) == (status, code)
    assert [member["seat"] for member in error["members"]] == ["a", "b", "c"]
    assert [member["reason"] for member in error["members"]] == [f"no: {kind}" for kind in kinds]
    assert reply.headers["x-fusion-status"] == "error"


@pytest.mark.parametrize("kind", ["quota_exhausted", "auth"])
async def test_a_member_that_never_will_answer_is_one_members_error(kind: str) -> None:
    members = trio("42", "42", ModelError(kind, "no", lasting=True))
    reply = await ask(gateway_of(members, fusions=PAIR), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, reply.headers["x-fusion-status"]) == (200, "degraded")
    assert reply.json()["choices"][0]["message"]["content"] == "42"


async def test_nobody_has_money_only_when_no_member_has() -> None:
    members = trio(*(ModelError("quota_exhausted", "no", lasting=True) for _ in "abc"))
    reply = await ask(gateway_of(members, fusions=PAIR), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, len(reply.json()["error"]["members"])) == (402, 3)


async def test_a_judge_that_never_will_answer_leaves_the_members_answers() -> None:
    panel = {"mode": "best_of", "members": ["a", "b"], "judge": "c", "scope": "every"}
    members = trio("42", "7", ModelError("auth", "no", lasting=True))
    reply = await ask(gateway_of(members, fusions={"pair": panel}), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, reply.headers["x-fusion-status"]) == (200, "degraded")
    assert "judge_upstream_error" in reply.json()["fusion"]["degraded"]


async def test_a_deadline_without_an_answer_is_a_timeout_whose_cost_is_told() -> None:
    panel = {**PAIR["pair"], "collect": {"deadline_s": 0.05}}
    members = [Member(name, seconds=5) for name in "abc"]
    reply = await ask(gateway_of(members, fusions={"pair": panel}), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, reply.json()["error"]["code"]) == (504, "deadline")
    assert "x-fusion-cost-usd" in reply.headers


async def test_a_budget_that_nothing_fits_into_is_a_matter_of_money() -> None:
    panel = {**PAIR["pair"], "budget": {"calls": 1}}
    members = trio(ModelError("rate_limited", "no"), "42", "42")
    reply = await ask(gateway_of(members, fusions={"pair": panel}), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, reply.json()["error"]["members"][1]["state"]) == (503, "skipped_budget")
    panel = {**PAIR["pair"], "budget": {"tokens": 1}}
    app = gateway_of(trio("1", "2", "3"), fusions={"pair": panel})
    reply = await ask(app, {"model": "fusion/pair", **QUESTION, "max_tokens": 9})
    assert (reply.status_code, reply.json()["error"]["code"]) == (402, "insufficient_credits")


@pytest.mark.parametrize(("kind", "status"), [("rate_limited", 429), ("budget", 402), ("stalled", 504), ("auth", 503)])
async def test_a_model_that_fails_says_why(kind: str, status: int) -> None:
    reply = await ask(gateway_of([Member("a", ModelError(kind, "no"))]), {"model": "a", **QUESTION})
    assert reply.status_code == status


@pytest.mark.parametrize(("asked_s", "told"), [(6.5, "7"), (None, "1")])
async def test_a_providers_rate_limit_is_told_with_the_time_to_wait(asked_s: float | None, told: str) -> None:
    limited = Refusal("rate_limited", "slow down", retry_after_s=asked_s)
    reply = await ask(gateway_of([Member("a", limited)]), {"model": "a", **QUESTION})
    assert (reply.status_code, reply.headers["retry-after"]) == (429, told)


async def test_a_panel_under_rate_limits_says_that_one_has_to_wait() -> None:
    members = trio(*(ModelError("rate_limited", "slow down") for _ in "abc"))
    reply = await ask(gateway_of(members, fusions=PAIR), {"model": "fusion/pair", **QUESTION})
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")


async def test_models_are_listed_with_what_they_are_made_of() -> None:
    async with caller(gateway_of(trio("1", "2", "3"), fusions=PAIR)) as http:
        listed = (await http.get("/v1/models")).json()["data"]
        one = (await http.get("/v1/models/fusion/pair")).json()
        missing = await http.get("/v1/models/fusion/par")
    assert [model["id"] for model in listed] == ["fusion/pair", "a", "b", "c"]
    assert one == listed[0]
    assert one["fusion"] == {"mode": "vote", "models": ["a", "b", "c"]}
    assert one["simulated"] is True
    assert missing.json()["error"]["message"].endswith("did you mean 'fusion/pair'?")


async def test_only_those_with_a_token_are_let_in() -> None:
    app = gateway_of([Member("a")], tokens=["one", "two"])
    body = {"model": "a", **QUESTION}
    assert (await ask(app, body)).status_code == 401
    refused = await ask(app, body, authorization="Bearer three")
    assert refused.json()["error"]["type"] == "authentication_error"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert (await ask(app, body, authorization="Bearer two")).status_code == 200
    async with caller(app) as http:
        assert (await http.get("/v1/models")).status_code == 401
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/healthz")).json() == {"status": "ok"}


async def test_only_what_is_offered_can_be_asked() -> None:
    app = gateway_of(trio("42", "42", "7"), fusions=PAIR, gateway={"offers": ["fusion/pair"]})
    assert (await ask(app, {"model": "a", **QUESTION})).status_code == 404
    assert (await ask(app, {"model": "fusion/pair", **QUESTION})).status_code == 200


async def test_other_methods_paths_and_bodies_are_refused() -> None:
    async with caller(gateway_of([Member("a")], gateway={"body_bytes": 1024})) as http:
        wrong = await http.get(CHAT)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        assert (await http.post("/v1/models")).headers["allow"] == "GET"
        assert (await http.get("/v1/embeddings")).status_code == 404
        assert (await http.post(CHAT, content=b"{}")).status_code == 415
        large = {"model": "a", "messages": [{"role": "user", "content": "x" * 2000}]}
        assert (await http.post(CHAT, json=large)).status_code == 413


async def test_no_more_than_so_many_are_answered_at_once() -> None:
    member = Member("a", seconds=0.05)
    async with caller(gateway_of([member], gateway={"concurrency": 2})) as http, asyncio.TaskGroup() as group:
        asked = [group.create_task(http.post(CHAT, json={"model": "a", **QUESTION})) for _ in range(5)]
    replies = [task.result() for task in asked]
    assert sorted(reply.status_code for reply in replies) == [200, 200, 429, 429, 429]
    assert {reply.headers["retry-after"] for reply in replies if reply.status_code == 429} == {"1"}
    assert member.answered == 2


async def test_a_body_that_does_not_end_keeps_no_place() -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    app = gateway_of([Member("a")], gateway={"concurrency": 1, "body_s": 0.05})
    async with caller(app) as http:
        slow = asyncio.create_task(http.post(CHAT, content=endless(), headers={"content-type": "application/json"}))
        reply = await asyncio.wait_for(slow, 10)
        assert (reply.status_code, reply.json()["error"]["code"]) == (408, "too_slow")
        assert reply.headers["connection"] == "close"
        assert (await http.post(CHAT, json={"model": "a", **QUESTION})).status_code == 200


async def test_a_web_page_cannot_reach_it_by_the_pages_name() -> None:
    app = gateway_of([Member("a")])
    async with caller(app) as http:
        assert (await http.get("/v1/models", headers={"host": "evil.example"})).status_code == 421
        assert (await http.get("/v1/models", headers={"host": "localhost:8710"})).status_code == 200


async def test_requests_tokens_and_what_came_of_members_are_counted() -> None:
    app = gateway_of(trio("42", "42", ModelError("rate_limited", "slow down")), fusions=PAIR)
    body = {"model": "fusion/pair", **QUESTION}
    async with caller(app) as http:
        await http.post(CHAT, json=body)
        await http.post(CHAT, json={"model": "nobody's", **QUESTION})
        page = (await http.get("/metrics")).text
    for line in (
        'requests_total{model="fusion/pair",status="200"} 1.0',
        'requests_total{model="",status="404"} 1.0',
        'tokens_total{direction="input",model="fusion/pair"} 20.0',
        'cost_usd_total{model="fusion/pair"} 0.02',
        'fusions_total{decided_by="agreement",model="fusion/pair",status="degraded"} 1.0',
        'fusion_calls_total{member="c",model="fusion/pair",state="rate_limited"} 1.0',
        'request_seconds_count{model="fusion/pair"} 1.0',
        "in_flight 0.0",
    ):
        assert f"wardian_gateway_{line}" in page.splitlines()


async def test_a_bug_is_told_as_such() -> None:
    class Broken(Member):
        async def complete(self, request: Request) -> Completion:
            raise KeyError("a")

    reply = await ask(gateway_of([Broken("a")]), {"model": "a", **QUESTION})
    assert (reply.status_code, reply.json()["error"]["type"]) == (500, "server_error")
