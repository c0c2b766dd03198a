"""The real model in its own process: what it answers, and that it never outlives the job."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import orjson
import pytest

from wardian.base.child import ChildServer
from wardian.base.errors import ConfigError, InfraError
from wardian.base.frozen import JsonObject
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.models.llama_server import llama_argv
from wardian.specs.models import LlamaServer

pytestmark = pytest.mark.local_llm

SPEC = LlamaServer(kind="llamacpp", slots=2, context_tokens=1024)
FIND_ORDER = ToolSchema(
    name="find_order",
    description="Look up an order by its id.",
    parameters={"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
)
PARENT = """
import asyncio, sys
from wardian.base.child import ChildServer

async def main():
    print(await ChildServer(sys.argv[2:], name="smol", log=sys.argv[1]).start(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    server = ChildServer(llama_argv(SPEC), name="smol", log=str(tmp_path / "smol.log"))
    url = await server.start()
    try:
        async with httpx.AsyncClient(base_url=url, timeout=120) as client:
            yield client
    finally:
        await server.stop()


async def chat(client: httpx.AsyncClient, *messages: Message, tools: tuple[ToolSchema, ...] = ()) -> httpx.Response:
    said = b",".join(message.wire for message in messages)
    offered = b',"tools":[' + b",".join(tool.wire for tool in tools) + b"]" if tools else b""
    body = b'{"max_tokens":24,"temperature":0,"messages":[' + said + b"]" + offered + b"}"
    return await client.post("/v1/chat/completions", content=body, headers={"content-type": "application/json"})


def choice(response: httpx.Response) -> JsonObject:
    assert response.status_code == 200, response.text
    found: JsonObject = response.json()["choices"][0]
    return found


async def test_it_answers_and_names_no_path(client: httpx.AsyncClient) -> None:
    response = await chat(client, Message(role="user", content="Name three colours."))
    assert choice(response)["finish_reason"] in {"stop", "length"}
    assert response.json()["usage"]["completion_tokens"] > 0
    assert response.json()["model"] == "SmolLM2-135M-Instruct.Q4_1"
    assert (await client.get("/health")).json() == {"status": "ok"}
    assert "/" not in (await client.get("/v1/models")).json()["data"][0]["id"]


async def test_an_opened_call_comes_back_as_a_native_one(client: httpx.AsyncClient) -> None:
    opened = '<tool_call>\n{"name": "find_order", "arguments": {"order_id": "'
    asked = Message(role="user", content="Where is my order O-17?")
    response = await chat(client, asked, Message(role="assistant", content=opened), tools=(FIND_ORDER,))
    assert choice(response)["finish_reason"] in {"tool_calls", "length"}
    message = response.json()["choices"][0]["message"]
    assert message["tool_calls"][0]["function"]["name"] == "find_order"
    assert not message["content"]


async def test_a_call_that_was_cut_off_can_stand_in_the_history(client: httpx.AsyncClient) -> None:
    cut = Message(role="assistant", tool_calls=(ToolCall(id="c1", name="find_order", arguments='{"order_id": "12'),))
    result = Message(role="tool", tool_call_id="c1", content='{"error": {"code": "invalid_arguments"}}')
    response = await chat(client, Message(role="user", content="Hi"), cut, result, tools=(FIND_ORDER,))
    assert choice(response)["finish_reason"]


async def test_an_overflowing_prompt_is_refused_with_both_numbers(client: httpx.AsyncClient) -> None:
    response = await chat(client, Message(role="user", content="word " * 1_500))
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["type"], error["n_ctx"]) == ("exceed_context_size_error", 1024)
    assert error["n_prompt_tokens"] > 1_500


async def test_no_page_of_a_browser_may_read_it(client: httpx.AsyncClient) -> None:
    response = await client.get("/health", headers={"origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == ""


async def test_it_stops_at_once_while_it_writes(tmp_path: Path) -> None:
    server = ChildServer(llama_argv(SPEC), name="smol", log=str(tmp_path / "smol.log"))
    async with httpx.AsyncClient(base_url=await server.start(), timeout=120) as client:
        writing = asyncio.create_task(chat(client, Message(role="user", content="word " * 900)))
        await asyncio.sleep(0.5)
        async with asyncio.timeout(3):
            await server.stop()
        with pytest.raises(httpx.TransportError):
            await writing


async def test_it_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path / "smol.log"), *llama_argv(SPEC), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    url = (await parent.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/health")).status_code == 200
        parent.send_signal(signal.SIGKILL)
        await parent.wait()
        async with asyncio.timeout(5):
            while await answers(client):  # noqa: ASYNC110  (another process ends: there is no event to wait for)
                await asyncio.sleep(0.05)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).status_code == 200
    except httpx.TransportError:
        return False


async def test_ctrl_c_leaves_it_to_the_parent_to_stop_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *llama_argv(SPEC), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with httpx.AsyncClient(base_url=orjson.loads(await process.stdout.readline())["url"]) as client:
        process.send_signal(signal.SIGINT)
        await asyncio.sleep(0.1)
        assert await answers(client)
    process.stdin.close()
    async with asyncio.timeout(3):
        assert await process.wait() == 0


async def test_weights_that_break_off_end_it_before_it_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "broken_weights"
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(b"GGUF\x03\x00\x00\x00")
    monkeypatch.syspath_prepend(tmp_path)
    argv = llama_argv(LlamaServer(kind="llamacpp", package="broken_weights"))
    server = ChildServer(argv, name="smol", log=str(tmp_path / "smol.log"))
    with pytest.raises(InfraError, match="'smol' ended with code 1 before it was ready"):
        await server.start({"PYTHONPATH": str(tmp_path)})


def test_a_missing_package_is_found_before_anything_starts() -> None:
    with pytest.raises(ConfigError, match="no_such_weights"):
        llama_argv(LlamaServer(kind="llamacpp", package="no_such_weights"))
