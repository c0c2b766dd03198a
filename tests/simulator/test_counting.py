"""A provider that writes down when it was asked what."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import httpx
from support.simulator import Tasks, body, client_of, heard, skilled

from wardian.base.clock import SystemClock
from wardian.simulator.app import SimulatorApp
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.counting import ANSWERS, COUNT, Answer, Count, CountingProvider, read_answers

CHAT = "/v1/chat/completions"
FIRST = {"x-wardian-episode": "e1", "x-wardian-step": "t1/agent"}
HELLO = body([heard("Hello")])
Run = Callable[[Coroutine[Any, Any, Any]], Any]


def counting(**skill: Any) -> httpx.AsyncClient:
    clock = SystemClock()
    return client_of(CountingProvider(SimulatorApp(skilled(**skill), Tasks(), clock=clock), clock))


async def counted(client: httpx.AsyncClient) -> tuple[int, list[Answer]]:
    count = Count.model_validate_json((await client.get(COUNT)).content)
    return count.answers, list(read_answers((await client.get(ANSWERS)).content))


async def test_every_answer_is_written_down_under_its_step() -> None:
    async with counting() as client:
        first = await client.post(CHAT, content=HELLO, headers=FIRST)
        await client.post(CHAT, content=HELLO, headers=FIRST)
        await client.post(CHAT, content=HELLO, headers={**FIRST, "x-wardian-step": "t2/agent"})
        await client.post(CHAT, content=body([heard("Goodbye")]), headers=FIRST)
        count, answers = await counted(client)
    assert first.status_code == 200
    assert first.json()["choices"]
    assert count == len(answers) == 4
    steps = [answer.step for answer in answers]
    assert steps[0] == steps[1]
    assert len(set(steps)) == 3
    assert steps[0].startswith("e1/t1/agent/")
    assert {answer.episode for answer in answers} == {"e1"}


async def test_what_is_refused_is_not_paid_for() -> None:
    async with counting() as client:
        assert (await client.post(CHAT, content=b"nonsense", headers=FIRST)).status_code == 400
        assert (await client.get("/v1/models")).status_code == 200
        assert await counted(client) == (0, [])


def test_an_answer_is_paid_for_from_the_moment_when_it_is_asked_for(run_virtual: Run) -> None:
    async def main() -> None:
        async with counting(latency_s=5.0) as client, asyncio.TaskGroup() as group:
            group.create_task(client.post(CHAT, content=HELLO, headers=FIRST))
            await asyncio.sleep(1.0)
            count, answers = await counted(client)
            assert (count, answers[0].answered_at) == (1, None)

    run_virtual(main())


async def test_it_counts_what_nobody_hears_any_more() -> None:
    """The client is gone when the answer comes: it is on the bill all the same."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ConnectionResetError

    async def nobody(event: object) -> None:
        """Hears nothing."""

    async def asked() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    provider = CountingProvider(answering)
    scope: Scope = {"type": "http", "method": "POST", "path": CHAT, "headers": []}
    with suppress(ConnectionResetError):
        await provider(scope, asked, nobody)
    async with client_of(provider) as client:
        count, answers = await counted(client)
    assert count == 1
    assert answers[0].answered_at is not None
