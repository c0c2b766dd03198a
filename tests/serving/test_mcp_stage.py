"""A served environment over MCP, spoken with the official SDK's client."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent

from wardian.environments.packs import load_pack
from wardian.scoring.score import Scored
from wardian.serving.entrance import served
from wardian.serving.house import House, Rules
from wardian.serving.mcp_stage import READ, SAY, stage_server
from wardian.serving.session import Session
from wardian.simulator.local import served as on_a_port
from wardian.specs.environments import EnvironmentSpec

ENVS = Path(__file__).resolve().parents[2] / "envs"
PACK = load_pack(EnvironmentSpec(pack="library"), [ENVS])
TASK = PACK.tasks()[0].id


def text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


@asynccontextmanager
async def at(kept: list[Scored]) -> AsyncIterator[str]:
    """The URL of a served library; records are kept when it closes."""
    async with served(House(PACK, Rules(), kept.append)) as app, on_a_port(app) as url:
        yield url


async def play(agent: Client) -> str:
    """The reference, and then silence to the end; what was heard last."""
    heard = ""
    for message in PACK.reference(TASK):
        for call in message.tool_calls:
            heard = text(await agent.call_tool(call.name, orjson.loads(call.arguments)))
        if message.content:
            heard = text(await agent.call_tool(SAY, {"text": message.content}))
    while "has ended" not in heard:
        heard = text(await agent.call_tool(SAY, {"text": ""}))
    return heard


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_agent_solves_a_task_over_streamable_http(mode: str) -> None:
    kept: list[Scored] = []
    async with at(kept) as url, Client(f"{url}/mcp/one?task={TASK}&seed=1", mode=mode) as agent:
        tools = {tool.name: tool for tool in (await agent.list_tools()).tools}
        assert set(tools) == {SAY, READ, "list_loans", "renew_loan"}
        assert tools["renew_loan"].input_schema["required"] == ["loan_id"]
        assert "Can I keep Middlemarch" in text(await agent.call_tool(READ, {}))
        assert await play(agent) == "(The conversation has ended: finished.)"
        late = await agent.call_tool(SAY, {"text": "Hello?"})
        assert late.is_error
        assert "has ended" in text(late)
    (record,) = kept
    assert record.value("success") == 1.0
    assert record.episode.spec.task.id == TASK


async def test_each_name_is_a_session_of_its_own() -> None:
    kept: list[Scored] = []
    async with at(kept) as url, Client(f"{url}/mcp/one") as one, Client(f"{url}/mcp/two") as two:
        await one.call_tool("list_loans", {"card": "7001"})
        await one.call_tool("list_loans", {"card": "7002"})
        await two.call_tool("no_such_tool", {})
    assert sorted(len(record.episode.acted) for record in kept) == [1, 2]


async def test_a_mistake_in_the_address_is_told_to_the_agent() -> None:
    async with at([]) as url, Client(f"{url}/mcp/one?task=nothing") as agent:
        result = await agent.call_tool(READ, {})
        assert result.is_error
        assert "has no task 'nothing'" in text(result)


async def test_an_agent_solves_a_task_over_stdio_and_the_record_is_written(tmp_path: Path) -> None:
    record = tmp_path / "records.jsonl"
    words = ["-m", "wardian", "envs", "serve", "library", "--mcp", "--task", TASK, "--rule", f"record={record}"]
    environ = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    server = StdioServerParameters(command=sys.executable, args=words, cwd=str(ENVS.parent), env=environ)
    async with Client(stdio_client(server)) as agent:
        assert "has ended" in await play(agent)
    scored = Scored.model_validate_json(record.read_text())
    assert scored.value("success") == 1.0


async def test_a_call_after_the_end_is_an_error_of_the_call() -> None:
    async with House(PACK, Rules()).open_doors() as house:
        session, _ = await house.open(TASK)

        async def only(context: Any) -> Session:
            return session

        await session.close("finished")
        async with Client(stage_server(only)) as agent:
            result = await agent.call_tool("renew_loan", {"loan_id": "L99"})
    assert result.is_error
    assert text(result) == "the episode has ended (finished)"
