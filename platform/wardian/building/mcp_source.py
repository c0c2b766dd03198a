"""A pack out of an MCP server: its tools are called as a script says, and what it answers is recorded.

The official SDK (extra `mcp`) does the protocol. It is imported here and nowhere else in this package.
"""

import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import orjson
from mcp import Client, MCPError, StdioServerParameters, types

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError
from wardian.building.draft import Draft
from wardian.building.recorded.draft import draft_recorded
from wardian.traces.files import read_traces
from wardian.traces.trace import Trace, TracedCall

__all__ = ["RECORDED", "Script", "draft_server", "read_script", "server_of"]

RECORDED: Final = "recorded.jsonl"
"""The file with what was recorded, for `wardian envs fidelity`."""
CALL_S: Final = 60.0
Script = Sequence[Sequence[tuple[str, dict[str, Any]]]]
"""Conversations of calls: tool and arguments."""


def server_of(text: str) -> StdioServerParameters | str:
    """The server behind a URL, or the one that a command starts.

    Raises:
        ConfigError: when it is neither.
    """
    if text.startswith(("http://", "https://")):
        return text
    words: list[str] = []
    with suppress(ValueError):
        words = shlex.split(text)
    if not words:
        raise ConfigError(f"mcp:{text}: write mcp:COMMAND or mcp:URL")
    return StdioServerParameters(command=words[0], args=words[1:])


def read_script(path: Path) -> Script:
    """The calls that a file names: lines such as `{"tool": "find", "arguments": {…}}`, or traces.

    Raises:
        ConfigError: when it names none.
    """
    lines = [line for line in read_data(path).splitlines() if line.strip()]
    calls = [_call(line) for line in lines]
    named = [call for call in calls if call is not None]
    if named and len(named) == len(lines):
        return [named]
    return [[(call.tool, call.given or {}) for call in trace.calls] for trace in read_traces(path)]


async def draft_server(name: str, source: str, server: Any, script: Script) -> Draft:
    """The pack called `name` of what `server` answers to the calls of `script`.

    Args:
        name: of the pack.
        source: for people.
        server: what the SDK's client takes: parameters, a URL, or a server in this process.
        script: the calls.

    Raises:
        ConfigError: when the server does not answer, or answers nothing of use.
    """
    try:
        async with Client(server, read_timeout_seconds=CALL_S) as client:
            told = await _tools(client)
            traces = [await _record(client, f"recorded-{number}", calls) for number, calls in enumerate(script, 1)]
    except (MCPError, OSError, TimeoutError, ExceptionGroup) as error:
        raise ConfigError(f"{source}: {_first_line(error)}") from error
    draft = draft_recorded(name, source, traces, told)
    uncalled = sorted(set(told) - {call.tool for trace in traces for call in trace.calls})
    notes = [*draft.notes, *(f"{tool}: the script does not call it" for tool in uncalled)]
    files = {**draft.files, RECORDED: "".join(map(_line, traces))}
    return Draft(draft.name, draft.description, draft.world, draft.tables, files, draft.knobs, notes)


def _first_line(error: BaseException) -> str:
    """What went wrong, in one line; of several things at once, the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split())[:200] or type(error).__name__


async def _tools(client: Client) -> dict[str, str]:
    """Descriptions by name."""
    told: dict[str, str] = {}
    page = await client.list_tools()
    while True:
        told |= {tool.name: tool.description or "" for tool in page.tools}
        if not page.next_cursor:
            return told
        page = await client.list_tools(cursor=page.next_cursor)


async def _record(client: Client, name: str, calls: Sequence[tuple[str, dict[str, Any]]]) -> Trace:
    done = []
    for number, (tool, arguments) in enumerate(calls, 1):
        result = await client.call_tool(tool, arguments)
        done.append(
            TracedCall(
                id=f"{name}-{number}",
                tool=tool,
                arguments=orjson.dumps(arguments).decode(),
                result=_text(result),
                error="error" if result.is_error else None,
            )
        )
    return Trace(id=name, calls=tuple(done))


def _text(result: types.CallToolResult) -> str:
    if result.structured_content is not None:
        inner = result.structured_content
        bare = inner["result"] if isinstance(inner, dict) and set(inner) == {"result"} else inner
        return orjson.dumps(bare).decode()
    return "\n".join(part.text for part in result.content if isinstance(part, types.TextContent))


def _line(trace: Trace) -> str:
    """A conversation as OpenAI-style messages."""
    messages: list[dict[str, Any]] = []
    for call in trace.calls:
        function = {"name": call.tool, "arguments": call.arguments}
        messages.append(
            {"role": "assistant", "tool_calls": [{"id": call.id, "type": "function", "function": function}]}
        )
        error = {} if call.error is None else {"is_error": True}
        messages.append({"role": "tool", "tool_call_id": call.id, "content": call.result, **error})
    return orjson.dumps({"id": trace.id, "messages": messages}).decode() + "\n"


def _call(line: bytes) -> tuple[str, dict[str, Any]] | None:
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    fits = isinstance(said, dict) and isinstance(said.get("tool"), str) and set(said) <= {"tool", "arguments"}
    return (said["tool"], dict(said.get("arguments") or {})) if fits else None
