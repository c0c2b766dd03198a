"""A gateway over models that a test makes itself, and one in front of a simulated provider."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, ToolCall
from wardian.base.usage import FinishReason, Usage
from wardian.clients import tariffs_of
from wardian.fusion.opening import fused_client
from wardian.gateway.app import GatewayApp
from wardian.gateway.completions import Completions
from wardian.gateway.desk import Desk
from wardian.gateway.guard import Guard
from wardian.gateway.meters import Meters
from wardian.serving.hosts import LOOPBACK
from wardian.specs.serving import ServeSpec

__all__ = ["QUESTION", "Member", "caller", "gateway_of", "serve_spec"]

QUESTION = {"messages": [{"role": "user", "content": "How many?"}]}


class Member:
    """Says the same to everybody, for a cent; or fails, or takes its time.

    Args:
        name: in the pool.
        said: its answer, its tool calls, or the error that it raises.
        seconds: how long it takes.
    """

    def __init__(self, name: str, said: str | Sequence[ToolCall] | ModelError = "42", seconds: float = 0.0) -> None:
        self.name = name
        self.heard: list[Request] = []
        self.answered = 0
        self.asked = asyncio.Event()
        self._said = said
        self._seconds = seconds

    async def complete(self, request: Request) -> Completion:
        """The answer."""
        self.heard.append(request)
        self.asked.set()
        await SystemClock().sleep(self._seconds)
        if isinstance(self._said, ModelError):
            raise self._said
        self.answered += 1
        text, calls = (self._said, ()) if isinstance(self._said, str) else ("", tuple(self._said))
        finish: FinishReason = "tool_calls" if calls else "stop"
        message = Message(role="assistant", content=text, tool_calls=calls)
        usage = Usage(input_tokens=10, output_tokens=2)
        return Completion(message=message, finish=finish, model=self.name, usage=usage, cost_usd=0.01)


def serve_spec(names: Sequence[str], **said: Any) -> ServeSpec:
    """A config with models of these names, all simulated, and what is `said` besides."""
    servers = {"local": {"kind": "simulator", "skills": {name: {} for name in names}}}
    models = {name: {"server": "local"} for name in names}
    return ServeSpec.model_validate({"name": "try", "models": models, **{"servers": servers} | said})


def gateway_of(
    members: Sequence[ModelClient], *, tokens: Sequence[str] = (), hosts: Sequence[str] = LOOPBACK, **said: Any
) -> GatewayApp:
    """A gateway over `members`, with `fusions` and `gateway` as in a config."""
    clock = SystemClock()
    spec = serve_spec([member.name for member in members], **said)
    clients: dict[str, ModelClient] = {member.name: member for member in members}
    tariffs = tariffs_of(spec)
    for name, panel in spec.panels.inside_out():
        clients[name] = fused_client(name, panel, clients, clock, tariffs, whole_panel=False)
    desk, meters = Desk(spec, clients, clock, tariffs), Meters(tuple)
    return GatewayApp(desk, Completions(desk, meters, clock), Guard(tokens, hosts), meters)


@asynccontextmanager
async def caller(app: GatewayApp) -> AsyncIterator[httpx.AsyncClient]:
    """Asks `app` in this process."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield http
