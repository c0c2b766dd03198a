"""The gateway as a bare ASGI application."""

from collections.abc import Callable
from http import HTTPMethod, HTTPStatus
from typing import Final

import orjson

from wardian.base.errors import ConfigError, Failure, boundary
from wardian.gateway.completions import Completions
from wardian.gateway.description import COMPLETIONS, HEALTH, METRICS, MODELS, OPENAPI, description
from wardian.gateway.desk import Desk
from wardian.gateway.guard import Guard
from wardian.gateway.listing import Health, listed
from wardian.gateway.meters import Meters
from wardian.gateway.offers import check_offered
from wardian.gateway.refusals import BadKey, ErrorBody
from wardian.gateway.replies import Outlet, Reply
from wardian.gateway.waiting import Gone
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Receive, Scope, Send

__all__ = ["GatewayApp"]

OPEN: Final = (HEALTH, OPENAPI)
"""Who asks for these needs no token."""
TELLING: Final = {
    HTTPStatus.REQUEST_TIMEOUT: (b"connection", b"close"),  # what still comes is no request of its own
    HTTPStatus.TOO_MANY_REQUESTS: (b"retry-after", b"1"),
    HTTPStatus.UNAUTHORIZED: (b"www-authenticate", b"Bearer"),
}


class GatewayApp:
    """Chat completions, the list of models, and what whoever runs a server wants to know of it.

    Args:
        desk: knows who is offered.
        completions: answers questions.
        guard: says who is let in.
        meters: count.
    """

    def __init__(self, desk: Desk, completions: Completions, guard: Guard, meters: Meters) -> None:
        self._desk = desk
        self._completions = completions
        self._guard = guard
        self._meters = meters

    def cut_off(self) -> None:
        """Answer every question that is still in flight with 503, a stream that has begun with an event."""
        self._completions.cut_off()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"the gateway speaks HTTP only, not {scope['type']}")
        outlet, failures = Outlet(send), list[Failure]()
        with boundary(failures.append):
            try:
                await self._answer(scope, receive, outlet)
            except Gone:
                return
            except Refused as error:
                await outlet.refuse(_refusal(error, scope["path"]))
            except ConfigError as error:
                await outlet.refuse(_broken(str(error)))
        if failures:
            await outlet.refuse(_broken(failures[0].message))
        if scope["path"] == COMPLETIONS and outlet.status is not None:
            self._meters.answered(outlet.model, outlet.status)

    async def _answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        path = scope["path"]
        self._guard.check_host(scope)
        page = self._page(path)
        if page is None and path != COMPLETIONS:
            raise Refused("unknown_url", f"there is nothing here; {OPENAPI} says what there is", HTTPStatus.NOT_FOUND)
        if scope["method"] != _method(path):
            raise Refused("method_not_allowed", f"it takes {_method(path)}", HTTPStatus.METHOD_NOT_ALLOWED)
        if path not in OPEN:
            self._guard.check_token(scope)
        if page is None:
            await self._completions.answer(scope, receive, outlet)
        else:
            await outlet.whole(page())

    def _page(self, path: str) -> Callable[[], Reply] | None:
        """What can be read at `path`."""
        if path.startswith(f"{MODELS}/"):
            return lambda: self._one_model(path.removeprefix(f"{MODELS}/"))
        pages = {HEALTH: self._health, METRICS: self._metrics, OPENAPI: self._description, MODELS: self._models}
        return pages.get(path)

    def _health(self) -> Reply:
        return Reply.of(Health())

    def _metrics(self) -> Reply:
        return Reply(HTTPStatus.OK, self._meters.page(), kind=self._meters.kind)

    def _description(self) -> Reply:
        return Reply(HTTPStatus.OK, orjson.dumps(description(needs_token=self._guard.asks)))

    def _models(self) -> Reply:
        return Reply.of(listed(self._desk.spec))

    def _one_model(self, name: str) -> Reply:
        check_offered(name, self._desk.spec)
        return Reply.of(next(each for each in listed(self._desk.spec).data if each.id == name))


def _method(path: str) -> HTTPMethod:
    return HTTPMethod.POST if path == COMPLETIONS else HTTPMethod.GET


def _refusal(error: Refused, path: str) -> Reply:
    key = error.key if isinstance(error, BadKey) else None
    headers = [TELLING[error.status]] if error.status in TELLING else []
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", _method(path).encode()))
    return Reply.of(ErrorBody.of(error.status, error.code, str(error), param=key), error.status, headers)


def _broken(message: str) -> Reply:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Reply.of(ErrorBody.of(status, "failed", message), status)
