"""A client of an MCP server, for as long as an episode lasts. The official SDK does the protocol."""

import asyncio
import shlex
import tempfile
from typing import Any

import orjson
from mcp import Client, MCPError, StdioServerParameters, stdio_client, types

from wardian.base.errors import EnvironmentFault
from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolSchema
from wardian.environments.observation import Observation

__all__ = ["Connection"]


class Connection:
    """Speaks to the server at a URL, or to one that it starts with a command.

    The SDK's client lives in a task of its own: it has to be left in the task that entered it, and an episode is
    closed from anywhere.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._closing = asyncio.Event()
        self._client: asyncio.Future[Client] | None = None
        self._life: asyncio.Task[None] | None = None

    async def open(self) -> list[ToolSchema]:
        """Connect; the server's tools.

        Raises:
            EnvironmentFault: when nobody answers.
        """
        self._client = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live(self._client), name=f"mcp {self._server}")
        client = await self._client
        return [_schema(tool) for tool in (await client.list_tools()).tools]

    async def call(self, tool: str, arguments: JsonObject) -> Observation:
        """Call a tool; what the server refuses is an observation with an error.

        Raises:
            EnvironmentFault: when there is no connection.
        """
        if self._client is None:
            raise EnvironmentFault("the MCP server was not opened")
        client = await self._client
        try:
            result = await client.call_tool(tool, arguments)
        except MCPError as error:
            return Observation(text=str(error), error="tool_error")
        return Observation(text=_text(result), error="tool_error" if result.is_error else None)

    def close(self) -> None:
        """Let the client go; a server that was started ends soon after."""
        self._closing.set()

    async def _live(self, ready: asyncio.Future[Client]) -> None:
        try:
            with tempfile.TemporaryFile("w+") as log:
                async with Client(_place(self._server, log)) as client:
                    ready.set_result(client)
                    await self._closing.wait()
        except (OSError, MCPError, ValueError, ExceptionGroup) as error:
            if not ready.done():
                ready.set_exception(EnvironmentFault(f"the MCP server '{self._server}' does not answer: {error}"))


def _place(server: str, log: Any) -> Any:
    """A URL as it is, a command with the transport that starts it."""
    if server.startswith(("http://", "https://")):
        return server
    command, *arguments = shlex.split(server)
    return stdio_client(StdioServerParameters(command=command, args=arguments), errlog=log)


def _schema(tool: types.Tool) -> ToolSchema:
    reads = tool.annotations is not None and tool.annotations.read_only_hint is True
    return ToolSchema(
        name=tool.name,
        description=tool.description or "",
        parameters=tool.input_schema,
        effect="read" if reads else "write",
    )


def _text(result: types.CallToolResult) -> str:
    """What a model can read of an answer; of pictures and sounds, that there is one."""
    parts = [part.text if isinstance(part, types.TextContent) else f"[{part.type}]" for part in result.content]
    if not parts and result.structured_content is not None:
        return orjson.dumps(result.structured_content).decode()
    return "\n".join(parts)
