"""One task with the tools of an MCP server as an environment."""

import re
from collections.abc import Sequence

from wardian.base.errors import EnvironmentFault
from wardian.base.frozen import JsonObject
from wardian.base.identity import digest
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation, refusal
from wardian.environments.tool import ToolError, parsed_object

from .connection import Connection
from .tasks import Asked, Called, Check, Task

__all__ = ["McpEnvironment"]

SHOWN = 200


class McpEnvironment(Environment):
    """A user who says one thing, and the server's tools.

    What the server does is its own affair: it may keep state for longer than an episode, and nobody can save it. So the
    digest is that of the calls which may have changed something, and there are no snapshots.
    """

    def __init__(self, server: str, task: Task) -> None:
        self._connection = Connection(server)
        self._task = task
        self._tools: dict[str, ToolSchema] = {}
        self._writes: list[JsonObject] = []
        self._done: list[tuple[str, JsonObject]] = []
        self._said: list[str] = []

    async def open(self, seed: int) -> Sequence[Message]:
        """Connect. The policy, if there is one, and what the user wants."""
        self._tools = {tool.name: tool for tool in await self._connection.open()}
        policy = [Message(role="system", content=self._task.policy)] if self._task.policy else []
        return [*policy, Message(role="user", content=self._task.prompt)]

    def tools(self) -> Sequence[ToolSchema]:
        """The server's, as it named them when the episode began."""
        return list(self._tools.values())

    async def call(self, call: ToolCall) -> Observation:
        """Let the server do it."""
        if call.name not in self._tools:
            return refusal("unknown_tool", f"there is no tool '{call.name}'")
        try:
            arguments = parsed_object(call.arguments)
        except ToolError as error:
            return refusal(error.code, error.message)
        observation = await self._connection.call(call.name, arguments)
        if observation.error is None:
            self._done.append((call.name, arguments))
        if self._tools[call.name].effect == "write":
            self._writes.append({"tool": call.name, "arguments": arguments})
        return observation

    async def reply(self, text: str) -> str | None:
        """The end: what the agent says is its answer."""
        self._said.append(text)
        return None

    def digest(self) -> str:
        """Of the calls that may have changed the server's state."""
        return digest(self._writes)

    def snapshot(self) -> bytes:
        """There is none.

        Raises:
            EnvironmentFault: always.
        """
        raise EnvironmentFault("the state of an MCP server cannot be saved")

    def restore(self, snapshot: bytes) -> None:
        """There is no way back.

        Raises:
            EnvironmentFault: always.
        """
        raise EnvironmentFault("the state of an MCP server cannot be restored")

    async def examine(self) -> Findings:
        """The task's checks; some of them ask the server."""
        checks = [await self._checked(check) for check in self._task.checks]
        calls = sum(step.call is not None for step in self._task.reference)
        return Findings(checks=tuple(checks), reference_calls=calls)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    async def _checked(self, check: Check) -> CheckResult:
        if isinstance(check, Called):
            passed = any(name == check.called and _holds(given, check.arguments) for name, given in self._done)
            return CheckResult(name=f"called {check.called}", passed=passed)
        if isinstance(check, Asked):
            found = (await self._connection.call(check.ask, check.arguments)).text
            name = f"{check.ask} matches {check.matches}"
        else:
            found, name = "\n".join(self._said), f"said {check.matches}"
        passed = re.search(check.matches, found) is not None
        return CheckResult(name=name, passed=passed, detail="" if passed else found[:SHOWN])


def _holds(given: JsonObject, wanted: JsonObject) -> bool:
    return all(name in given and given[name] == value for name, value in wanted.items())
