"""Inspect AI, unchanged, evaluates a fusion with its own tools: the gateway is just another provider."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import orjson
from support.gateways import Member, gateway_of

from wardian.base.completion import Completion
from wardian.base.messages import Request, ToolCall
from wardian.simulator.local import served

PAIR = {"pair": {"members": ["a", "b", "c"], "scope": "every"}}
PROGRAM = Path(__file__).parents[1] / "support" / "inspect_addition.py"


class Adder(Member):
    """Adds with the tool, and then says what that said."""

    def __init__(self, name: str, second: int = 2) -> None:
        super().__init__(name)
        self._call = ToolCall(id=f"of-{name}", name="addition", arguments=f'{{"x": 40, "y": {second}}}')

    async def complete(self, request: Request) -> Completion:
        results = [message.content for message in request.messages if message.role == "tool"]
        self._said = results[-1] if results else [self._call]
        return await super().complete(request)


def log_in(folder: Path) -> Any:
    (path,) = folder.glob("*.json")
    return orjson.loads(path.read_bytes())


async def test_a_task_with_tools_is_played_by_a_panel(tmp_path: Path) -> None:
    members = [Adder("a"), Adder("b"), Adder("c", second=3)]
    async with served(gateway_of(members, fusions=PAIR, tokens=["letmein"])) as url:
        environ = {**os.environ, "WARDIAN_API_KEY": "letmein", "WARDIAN_BASE_URL": f"{url}/v1"}
        words = [str(PROGRAM), "openai-api/wardian/fusion/pair", str(tmp_path)]
        inspect = await asyncio.create_subprocess_exec(sys.executable, *words, env=environ, stdout=PIPE, stderr=PIPE)
        _, said = await inspect.communicate()
    assert inspect.returncode == 0, said.decode()
    log = log_in(tmp_path)
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 1.0
    (usage,) = log["stats"]["model_usage"].values()
    assert (usage["input_tokens"], usage["output_tokens"]) == (60, 12)  # three members, two turns
    assert [member.answered for member in members] == [2, 2, 2]
