"""A served environment as a bare ASGI application."""

from collections.abc import Sequence
from functools import cached_property
from http import HTTPMethod, HTTPStatus
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from wardian.base.errors import ConfigError, Failure, boundary
from wardian.base.frozen import first_problem
from wardian.episodes.driven import EpisodeEnded
from wardian.serving.hosts import LOOPBACK, check_host
from wardian.serving.house import House
from wardian.serving.refusal import Refused
from wardian.serving.routes import ROUTES, Route, openapi
from wardian.serving.wire import Nothing
from wardian.simulator.asgi import Application, Receive, Scope, Send
from wardian.simulator.bodies import TooLarge, send_whole, whole_body

__all__ = ["EnvironmentApp"]

MOST_BYTES: Final = 2**20
JSON: Final = b"application/json"


class EnvironmentApp:
    """Sessions over HTTP, and over MCP below `/mcp/`.

    Args:
        house: its sessions.
        mcp: answers below `/mcp/`; None when MCP is not there.
        hosts: the names that a request may call it by; empty lets all in.
    """

    def __init__(self, house: House, mcp: Application | None = None, hosts: Sequence[str] = LOOPBACK) -> None:
        self._house = house
        self._mcp = mcp
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        failures: list[Failure] = []
        answer: tuple[HTTPStatus, bytes] | None = None
        with boundary(failures.append, cause="environment"):
            answer = await self._answered(scope, receive, send)
        if failures:
            failure = failures[0]
            answer = _refusal(Refused("failed", failure.message, HTTPStatus.INTERNAL_SERVER_ERROR))
        if answer is not None:
            await send_whole(send, *answer)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> tuple[HTTPStatus, bytes] | None:
        """The answer; None when MCP has given it."""
        try:
            check_host(scope, self._hosts)
            if scope["path"].startswith("/mcp/"):
                await self._over_mcp(scope, receive, send)
                return None
            return await self._answer(scope, receive)
        except EpisodeEnded as error:
            return _refusal(Refused("ended", str(error), HTTPStatus.CONFLICT))
        except ConfigError as error:
            return _refusal(Refused("failed", str(error), HTTPStatus.INTERNAL_SERVER_ERROR))
        except Refused as error:
            return _refusal(error)

    @cached_property
    def description(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return openapi(f"Wardian environment: {self._house.pack.name}", self._house.pack.version)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[HTTPStatus, bytes]:
        path, method = scope["path"], scope["method"]
        if path == "/openapi.json" and method == HTTPMethod.GET:
            return HTTPStatus.OK, orjson.dumps(self.description)
        route, session = _routed(path, method)
        reply = await route.handler(self._house, session, await _read(route, scope, receive))
        return route.status, reply.model_dump_json().encode()

    async def _over_mcp(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._mcp is None:
            raise Refused("no_mcp", "MCP needs: pip install 'wardian[mcp]'", HTTPStatus.NOT_IMPLEMENTED)
        if scope["method"] != HTTPMethod.POST:  # there is no stream of messages that nobody asked for
            raise Refused("method_not_allowed", "MCP is spoken with POST here", HTTPStatus.METHOD_NOT_ALLOWED)
        await self._mcp(scope, receive, send)


def _routed(path: str, method: str) -> tuple[Route, str]:
    there = [(route, match) for route in ROUTES if (match := route.pattern.fullmatch(path))]
    for route, match in there:
        if route.method == method:
            return route, match.groupdict().get("session", "")
    if there:
        allowed = ", ".join(route.method for route, _ in there)
        raise Refused("method_not_allowed", f"{path} takes {allowed}", HTTPStatus.METHOD_NOT_ALLOWED)
    raise Refused("unknown_url", "there is nothing here; /openapi.json says what there is", HTTPStatus.NOT_FOUND)


async def _read(route: Route, scope: Scope, receive: Receive) -> BaseModel:
    """The body, as JSON only: that is what another site's web page may not send."""
    if route.body is None:
        return Nothing()
    kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != JSON:
        raise Refused("not_json", "send application/json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return route.body.model_validate_json(await _body(receive) or b"{}")
    except ValidationError as error:
        raise Refused("invalid_request", first_problem(error, "body")) from None


async def _body(receive: Receive) -> bytes:
    try:
        return await whole_body(receive, MOST_BYTES)
    except TooLarge:
        message = f"a request has {MOST_BYTES} bytes at most"
        raise Refused("too_large", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None


def _refusal(error: Refused) -> tuple[HTTPStatus, bytes]:
    return error.status, orjson.dumps({"error": {"code": error.code, "message": str(error)}})
