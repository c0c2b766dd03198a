"""An episode as an MCP server: the environment's tools, one to speak with the user, and one to read the conversation.

The official SDK does the protocol. It is imported here and nowhere else.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from wardian import __version__
from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.episodes.driven import EpisodeEnded, Step
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Application

__all__ = ["READ", "SAY", "Stage", "serve_over_stdio", "served_over_http", "stage_server"]

SAY: Final = "say_to_user"
READ: Final = "read_conversation"
INSTRUCTIONS: Final = (
    f"You work for a user. Call {READ} first: it says who you are and what the user wants. Speak to the user with "
    f"{SAY} only, and use the other tools for what has to be done. Go on until the conversation has ended."
)
OWN_TOOLS: Final = (
    ToolSchema(
        name=SAY,
        description="Say something to the user, and hear the answer.",
        parameters={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        effect="write",
    ),
    ToolSchema(
        name=READ,
        description="Read the conversation so far: your instructions, what the user said, what was done.",
        parameters={"type": "object", "properties": {}},
    ),
)


class Stage(Protocol):
    """An episode that can be acted in from outside."""

    @property
    def tools(self) -> Sequence[ToolSchema]:
        """The tools that may be called now."""
        ...

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far."""
        ...

    async def act(self, said: Message | Completion) -> Step:
        """Play the agent's next message.

        Raises:
            EpisodeEnded: when the episode has ended.
        """
        ...


def stage_server(stage_of: Callable[[Any], Awaitable[Stage]]) -> Server[Any]:
    """An MCP server of the stage that `stage_of` finds for a request's context."""

    async def list_tools(context: Any, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        stage = await stage_of(context)
        return types.ListToolsResult(tools=[_tool(tool) for tool in (*OWN_TOOLS, *stage.tools)])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return await _called(await stage_of(context), params.name, params.arguments or {})
        except (EpisodeEnded, Refused) as error:
            return _said(str(error), is_error=True)

    return Server(
        "wardian", version=__version__, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


@asynccontextmanager
async def served_over_http(stage_of: Callable[[str], Awaitable[Stage]]) -> AsyncIterator[Application]:
    """An ASGI application that speaks streamable HTTP; `stage_of` is given a request's path and query.

    It has no sessions of its own: which stage a request belongs to is in its path.
    """

    async def by_path(context: Any) -> Stage:
        url = context.request.url
        return await stage_of(f"{url.path}?{url.query}")

    manager = StreamableHTTPSessionManager(stage_server(by_path), json_response=True, stateless=True)
    async with manager.run():
        yield manager.handle_request


async def serve_over_stdio(stage: Stage) -> None:
    """Serve one stage on stdin and stdout, until stdin ends."""

    async def only(context: Any) -> Stage:
        return stage

    server = stage_server(only)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def _called(stage: Stage, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    if name == READ:
        return _said("\n\n".join(f"[{message.role}] {_shown(message)}" for message in stage.history))
    if name == SAY:
        step = await stage.act(Message(role="assistant", content=str(arguments.get("text", ""))))
        return _said(_heard(step))
    call = ToolCall.numbered(len(stage.history), name, arguments)
    step = await stage.act(Message(role="assistant", tool_calls=(call,)))
    return _said(_heard(step))


def _heard(step: Step) -> str:
    heard = [message.content for message in step.messages]
    return "\n".join([*heard, f"(The conversation has ended: {step.stop}.)"] if step.ended else heard)


def _shown(message: Message) -> str:
    calls = [f"{call.name}({call.arguments})" for call in message.tool_calls]
    return "\n".join([message.content, *calls] if message.content else calls)


def _said(text: str, *, is_error: bool = False) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=is_error)


def _tool(tool: ToolSchema) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=tool.effect == "read")
    return types.Tool(
        name=tool.name, description=tool.description, input_schema=dict(tool.parameters), annotations=hints
    )
