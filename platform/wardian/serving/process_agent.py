"""An agent that is a program: started for one episode, with the environment over MCP and its model by URL."""

import asyncio
import os
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, BinaryIO, Final

from wardian.agents.own_calls import OwnCalls
from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ConfigError, ModelError
from wardian.base.messages import Message, Origin, ToolSchema
from wardian.serving.model_app import ModelApp
from wardian.serving.strings import Strings
from wardian.simulator.asgi import Application, Receive, Scope, Send
from wardian.simulator.bodies import send_whole
from wardian.simulator.local import served
from wardian.specs.agents import ProcessAgentSpec

__all__ = ["ProcessAgent", "process_agent"]

GOODBYE: Final = Message(role="assistant", content="")
TAIL_BYTES: Final = 1_000


class ProcessAgent:
    """Starts the program when it is asked for its first message, and hands on what it does.

    Args:
        spec: the program.
        strings: what ties it to the episode.
        calls: its model calls.
        environ: its environment variables.
        log: a file for what it says on stderr.
    """

    def __init__(
        self, spec: ProcessAgentSpec, strings: Strings, calls: OwnCalls, environ: Mapping[str, str], log: BinaryIO
    ) -> None:
        self._spec = spec
        self._strings = strings
        self._calls = calls
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._log = log
        self._exited = False

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """Its next message: nothing is said for a program that has ended as it should.

        Raises:
            ModelError: when it ends with an error or cannot be started, or its model fails for good.
        """
        self._calls.begin(origin)
        message = None if self._exited else await self._next(history, tools)
        if isinstance(message, ModelError):
            raise message
        if message is None:
            self._exited = True
            self._check_exit()
        return self._calls.spent_on(message or GOODBYE)

    async def stop(self) -> None:
        """See it end, itself or by force, with all that it started."""
        process = self._process
        if process is not None:
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), self._spec.exit_s)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def _next(self, history: Sequence[Message], tools: Sequence[ToolSchema]) -> Message | ModelError | None:
        if self._process is None:
            self._process = await self._started()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(self._process))
            message = await self._strings.next(history, tools)
            watching.cancel()
        return message

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self._strings.gone()

    async def _started(self) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._spec.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=self._log,
                env=self._environ,
                start_new_session=True,
            )
        except OSError as error:
            command = self._spec.command[0]
            raise ConfigError(f"agent '{self._spec.name}': {command} cannot be started: {error.strerror}") from error

    def _check_exit(self) -> None:
        code = None if self._process is None else self._process.returncode
        if code:
            self._log.seek(0)
            tail = self._log.read()[-TAIL_BYTES:].decode(errors="replace").strip()
            raise ModelError("agent_failed", f"the program ended with code {code}: {tail}", cause="agent")


@asynccontextmanager
async def process_agent(
    spec: ProcessAgentSpec, client: ModelClient | None, environ: Mapping[str, str]
) -> AsyncIterator[ProcessAgent]:
    """The agent with its two servers on loopback; at the end of the block the program has ended.

    Args:
        spec: the program.
        client: its model; None when it names none.
        environ: what it finds in its environment, besides what ties it to the episode.

    Raises:
        ConfigError: when the MCP SDK is not installed.
    """
    served_over_http = _mcp()
    strings, calls = Strings(), OwnCalls(client, spec.sampling, spec.name)
    key = secrets.token_hex(16)

    async def stage_of(place: str) -> Strings:
        return strings

    async with served_over_http(stage_of) as mcp:
        app = _Both(key, mcp, ModelApp(calls, spec.model or spec.name, strings.fail))
        async with served(app) as url:
            with tempfile.TemporaryFile() as log:
                told = _told(f"{url}/{key}", spec, key)
                agent = ProcessAgent(spec, strings, calls, {**environ, **told}, log)
                try:
                    yield agent
                finally:
                    calls.end()
                    strings.end()
                    await agent.stop()


class _Both:
    """Environment and model on one port, below a path that nobody else knows."""

    def __init__(self, key: str, mcp: Application, model: Application) -> None:
        self._mcp_path = f"/{key}/mcp"
        self._model_path = f"/{key}/v1/"
        self._mcp = mcp
        self._model = model

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == self._mcp_path and scope["method"] == "POST":
            await self._mcp(scope, receive, send)
        elif scope["path"].startswith(self._model_path):
            await self._model(scope, receive, send)
        else:
            known = scope["path"] == self._mcp_path
            status = HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND
            await send_whole(send, status)


def _told(url: str, spec: ProcessAgentSpec, key: str) -> dict[str, str]:
    """What the program is told."""
    found = {"WARDIAN_MCP_URL": f"{url}/mcp"}
    if spec.model is not None:
        found |= {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": key, "WARDIAN_MODEL": spec.model}
    return found


def _mcp() -> Any:
    try:
        from wardian.serving.mcp_stage import served_over_http
    except ImportError as error:
        message = f"an agent of kind process needs the package '{error.name}': pip install 'wardian[mcp]'"
        raise ConfigError(message) from error
    return served_over_http
