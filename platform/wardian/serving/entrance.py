"""The way into a house of sessions: its HTTP application, with MCP where the SDK is installed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import parse_qs, unquote, urlsplit

from wardian.serving.app import EnvironmentApp
from wardian.serving.hosts import LOOPBACK
from wardian.serving.house import House
from wardian.serving.refusal import Refused
from wardian.serving.session import Session

__all__ = ["served"]


@asynccontextmanager
async def served(
    house: House, hosts: Sequence[str] = LOOPBACK, *, task: str | None = None, seed: int = 0
) -> AsyncIterator[EnvironmentApp]:
    """The application, for as long as its sessions live.

    Args:
        house: the sessions.
        hosts: the names that requests may call it by.
        task: what a session plays that begins with an MCP request and names no task.
        seed: and its seed.
    """

    async def enter(place: str) -> Session:
        """The session of `/mcp/NAME?task=…&seed=…`, which begins with its first request."""
        url = urlsplit(place)
        name = unquote(url.path.removeprefix("/mcp/"))
        if house.has(name):
            return house.session(name)
        asked = {key: values[-1] for key, values in parse_qs(url.query).items()}
        session, _ = await house.open(asked.get("task", task), _number(asked.get("seed"), seed), "mcp", name)
        return session

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(house.open_doors())
        try:
            from wardian.serving.mcp_stage import served_over_http
        except ImportError:
            yield EnvironmentApp(house, None, hosts)
            return
        mcp = await stack.enter_async_context(served_over_http(enter))
        yield EnvironmentApp(house, mcp, hosts)


def _number(text: str | None, otherwise: int) -> int:
    try:
        return otherwise if text is None else int(text)
    except ValueError:
        raise Refused("invalid_seed", f"seed: '{text[:20] if text else ''}' is no number") from None
