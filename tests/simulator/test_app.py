"""The provider over HTTP, without a socket."""

import asyncio
import statistics
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import httpx
import pytest
from support.simulator import CANCEL, Tasks, answered, body, client_of, heard, skilled

from wardian.base.messages import Message, ToolCall
from wardian.simulator.app import SimulatorApp
from wardian.specs.models import SimulatorServer, SkillSpec

CHAT = "/v1/chat/completions"
PLAYING = {"x-wardian-task": "shop/cancel", "x-wardian-episode": "e1"}


def simulator(key: str | None = None, **skill: Any) -> httpx.AsyncClient:
    return client_of(SimulatorApp(skilled(**skill), Tasks(), key=key))


async def ask(client: httpx.AsyncClient, messages: Sequence[Message], **headers: str) -> httpx.Response:
    sent = {**PLAYING, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.post(CHAT, content=body(messages), headers=sent)


def message_of(response: httpx.Response) -> Message:
    said = response.json()["choices"][0]["message"]
    calls = tuple(ToolCall(id=call["id"], **call["function"]) for call in said.get("tool_calls", ()))
    return Message(role="assistant", content=said["content"], tool_calls=calls)


async def play(client: httpx.AsyncClient, turns: int, **headers: str) -> list[Message]:
    history = [heard("Cancel my order W200.")]
    said = []
    for _ in range(turns):
        message = message_of(await ask(client, history, **headers))
        said.append(message)
        history.extend(answered(message))
    return said


def plain(messages: Sequence[Message]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(message.content, [(call.name, call.arguments) for call in message.tool_calls]) for message in messages]


async def test_a_perfect_model_plays_the_whole_reference() -> None:
    async with simulator(accuracy=1) as client:
        assert plain(await play(client, len(CANCEL))) == plain(CANCEL)


async def test_a_completion_looks_like_one() -> None:
    async with simulator(accuracy=1) as client:
        sent = body([heard("Hello"), *answered(CANCEL[0])])
        response = await client.post(CHAT, content=sent, headers=PLAYING)
    reply = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-wardian-simulated"] == "1"
    assert (reply["object"], reply["model"]) == ("chat.completion", "sim")
    assert reply["choices"][0]["finish_reason"] == "tool_calls"
    assert reply["usage"]["prompt_tokens"] == len(sent) // 4
    assert reply["usage"]["total_tokens"] == reply["usage"]["prompt_tokens"] + reply["usage"]["completion_tokens"]


async def test_a_text_ends_with_stop() -> None:
    async with simulator(accuracy=1) as client:
        reply = (await ask(client, [heard("Hello")])).json()
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert reply["choices"][0]["message"] == {"role": "assistant", "content": CANCEL[0].content}


async def test_mistakes_follow_from_seed_model_and_episode_alone() -> None:
    skill: dict[str, Any] = {"accuracy": 0.3, "wrong_argument": 0.4, "give_up": 0.3}
    async with simulator(**skill) as one, simulator(**skill) as other:
        mine = [plain(await play(one, 7, x_wardian_episode=f"e{episode}")) for episode in range(10)]
        theirs = [plain(await play(other, 7, x_wardian_episode=f"e{episode}")) for episode in reversed(range(10))]
    assert mine == theirs[::-1]
    assert len({str(said) for said in mine}) > 5


async def test_better_prompts_make_better_models() -> None:
    rules = [{"pattern": "be careful", "accuracy": 0.5}]
    async with simulator(accuracy=0.5, rules=rules) as client:
        careful = Message(role="system", content="Be careful.")
        said = [
            message_of(await ask(client, [careful, heard("Hello")], x_wardian_episode=f"e{number}"))
            for number in range(40)
        ]
        careless = [
            message_of(await ask(client, [heard("Hello")], x_wardian_episode=f"e{number}")) for number in range(40)
        ]
    assert {message.content for message in said} == {CANCEL[0].content}
    assert len({message.content for message in careless}) > 1


async def test_a_script_is_prepared_once() -> None:
    tasks = Tasks()
    async with client_of(SimulatorApp(skilled(accuracy=1), tasks)) as client:
        await play(client, 7)
    assert tasks.asked == 1


async def test_by_hand_it_chats() -> None:
    async with simulator() as client:
        reply = await client.post(
            CHAT, json={"model": "sim", "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi you"}]}]}
        )
    assert "Hi you" in reply.json()["choices"][0]["message"]["content"]


async def test_models_and_health() -> None:
    async with simulator() as client:
        assert [model["id"] for model in (await client.get("/v1/models")).json()["data"]] == ["sim"]
        assert (await client.get("/health")).json() == {"status": "ok", "simulated": True}


async def test_one_key_only() -> None:
    async with simulator(key="right", accuracy=1) as client:
        for given, status in (("Bearer right", 200), ("Bearer wrong", 401), ("right", 401), ("", 401)):
            assert (await ask(client, [heard("Hello")], authorization=given)).status_code == status
        assert (await client.get("/v1/models")).status_code == 401
        assert (await client.get("/health")).status_code == 200


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"messages": []}',
    b'{"model": "sim"}',
    b'{"model": 3, "messages": []}',
    b'{"model": "sim", "messages": {}}',
    b'{"model": "sim", "messages": []}',
    b'{"model": "sim", "messages": ["Hi"]}',
    b'{"model": "sim", "messages": [{"content": "Hi"}]}',
    b'{"model": "sim", "messages": [{"role": "assistant", "tool_calls": [{"id": "x"}]}]}',
    b'{"model": "sim", "messages": [{"role": "assistant", "tool_calls": [{"function": {"name": 1}}]}]}',
]


@pytest.mark.parametrize("content", BAD_BODIES)
async def test_a_bad_body_is_refused_with_a_reason(content: bytes) -> None:
    async with simulator() as client:
        response = await client.post(CHAT, content=content, headers=PLAYING)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_request"
    assert "\n" not in response.json()["error"]["message"]


async def test_content_of_any_kind_is_survived() -> None:
    odd: list[Any] = [None, 3, {}, [], [None, "x", {"text": 1}, {"type": "image_url"}]]
    async with simulator(accuracy=1) as client:
        for content in odd:
            sent = {"model": "sim", "messages": [{"role": "user", "content": content}, {"role": "odd"}]}
            assert (await client.post(CHAT, json=sent, headers=PLAYING)).status_code == 200


async def test_what_does_not_exist() -> None:
    async with simulator() as client:
        model = await client.post(CHAT, content=body([heard("Hi")], "gpt"), headers=PLAYING)
        task = await ask(client, [heard("Hi")], x_wardian_task="shop/none")
        place = await client.get("/v1/embeddings")
        method = await client.get(CHAT)
    assert (model.status_code, model.json()["error"]["code"]) == (404, "model_not_found")
    assert model.json()["error"]["message"] == "The model 'gpt' does not exist; this simulator has sim."
    assert (task.status_code, task.json()["error"]["code"]) == (400, "unknown_task")
    assert place.status_code == 404
    assert (method.status_code, method.headers["allow"]) == (405, "POST")


async def test_too_large_a_body() -> None:
    async def parts() -> Any:
        for _ in range(17):
            yield b" " * 2**20

    async with simulator() as client:
        assert (await client.post(CHAT, content=parts())).status_code == 413


async def test_a_body_may_come_in_parts() -> None:
    async def parts() -> Any:
        content = body([heard("Hello")])
        yield content[:10]
        yield content[10:]

    async with simulator(accuracy=1) as client:
        assert message_of(await client.post(CHAT, content=parts(), headers=PLAYING)).content == CANCEL[0].content


def test_rate_limits_per_key_and_model(run_virtual: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def main() -> None:
        async with simulator(accuracy=1, rpm=12) as client:
            first = [(await ask(client, [heard("Hi")], authorization="Bearer a")).status_code for _ in range(3)]
            refused = await ask(client, [heard("Hi")], authorization="Bearer a")
            other = await ask(client, [heard("Hi")], authorization="Bearer b")
            await asyncio.sleep(float(refused.headers["retry-after"]))
            again = await ask(client, [heard("Hi")], authorization="Bearer a")
        assert first == [200, 200, 429]
        assert refused.headers["retry-after"] == "5"
        assert refused.headers["retry-after-ms"] == "5000"
        assert refused.headers["x-ratelimit-remaining-requests"] == "0"
        assert refused.json()["error"]["type"] == "rate_limit_error"
        assert other.status_code == 200
        assert other.headers["x-ratelimit-remaining-requests"] == "1"
        assert again.status_code == 200

    run_virtual(main())


def test_latencies_are_lognormal_and_repeatable(run_virtual: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def seconds(client: httpx.AsyncClient, episode: int) -> float:
        started = asyncio.get_running_loop().time()
        await ask(client, [heard("Hi")], x_wardian_episode=f"e{episode}")
        return asyncio.get_running_loop().time() - started

    async def main() -> None:
        async with simulator(accuracy=1, latency_s=2.0, latency_sigma=0.5) as client:
            one = [await seconds(client, episode) for episode in range(400)]
            two = [await seconds(client, episode) for episode in range(400)]
        assert one == pytest.approx(two)
        assert statistics.median(one) == pytest.approx(2.0, rel=0.1)
        assert statistics.quantiles(one, n=100)[83] == pytest.approx(2.0 * 1.65, rel=0.2)

    run_virtual(main())


def test_a_latency_without_sigma_is_constant(run_virtual: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def main() -> None:
        async with simulator(accuracy=1, latency_s=1.5) as client:
            started = asyncio.get_running_loop().time()
            await ask(client, [heard("Hi")])
            assert asyncio.get_running_loop().time() - started == pytest.approx(1.5)

    run_virtual(main())


async def test_latency_decides_nothing_else() -> None:
    skill: dict[str, Any] = {"accuracy": 0.3, "wrong_argument": 0.4, "give_up": 0.3}
    async with simulator(**skill) as fast, simulator(**skill, latency_s=0.0001, latency_sigma=0.1) as slow:
        assert plain(await play(fast, 7)) == plain(await play(slow, 7))


async def test_models_of_one_provider_err_differently() -> None:
    skill = SkillSpec(accuracy=0.5, give_up=0.5, recovery=0.5)
    spec = SimulatorServer(kind="simulator", skills={"one": skill, "two": skill})
    said: dict[str, list[str]] = {"one": [], "two": []}
    async with client_of(SimulatorApp(spec, Tasks())) as client:
        for name in said:
            for episode in range(30):
                headers = {**PLAYING, "x-wardian-episode": f"e{episode}"}
                reply = await client.post(CHAT, content=body([heard("Hi")], name), headers=headers)
                said[name].append(message_of(reply).content)
    assert said["one"] != said["two"]


async def test_it_speaks_http_only() -> None:
    app = SimulatorApp(skilled(), Tasks())

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    async def send(event: Any) -> None:
        raise AssertionError(event)

    with pytest.raises(NotImplementedError, match="lifespan"):
        await app({"type": "lifespan"}, receive, send)
