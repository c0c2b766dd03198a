"""A program that plays an episode over MCP: what a user's own agent may look like. `python outside_agent.py HOW`."""

import asyncio
import os
import sys

import httpx
from mcp import Client
from mcp.types import TextContent

HOW = sys.argv[1]


async def ask() -> str:
    async with httpx.AsyncClient(base_url=os.environ["OPENAI_BASE_URL"]) as http:
        body = {"model": os.environ["WARDIAN_MODEL"], "messages": [{"role": "user", "content": "How far?"}]}
        answer = await http.post("/chat/completions", json=body)
        return str(answer.json()["choices"][0]["message"]["content"]) if answer.is_success else ""


async def main() -> None:
    async with Client(os.environ["WARDIAN_MCP_URL"]) as world:
        (heard,) = (await world.call_tool("read_conversation", {})).content
        assert isinstance(heard, TextContent)
        wanted = heard.text.split()[3].rstrip(",")  # "[user] Count to 3, please."
        if HOW == "asks":
            wanted = await ask() or wanted
        await world.call_tool("add", {"by": int(wanted)})
        if HOW == "crashes":
            raise SystemExit("I have lost my way")
        if HOW == "leaves":
            return
        await world.call_tool("say_to_user", {"text": "Done."})
        if HOW == "lingers":
            await asyncio.sleep(3600)


asyncio.run(main())
