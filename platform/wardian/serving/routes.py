"""What can be asked of a served environment over HTTP: each route with what does it, and all of them as OpenAPI."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from wardian.scoring.score import Scored
from wardian.serving.house import House
from wardian.serving.session import Session
from wardian.serving.wire import Act, Fork, Heard, Nothing, Open, Opened, Restore, Served, Snapshot, State

__all__ = ["ROUTES", "Route", "openapi"]

REF: Final = "#/components/schemas/{model}"
Handler = Callable[[House, str, Any], Awaitable[BaseModel]]
"""Given the house, the session's name from the path ("" without one) and the body."""


@dataclass(frozen=True)
class Route:
    """One thing that can be asked for; `summary` is the documentation."""

    method: str
    path: str
    summary: str
    handler: Handler
    reply: type[BaseModel]
    body: type[BaseModel] | None = None
    status: HTTPStatus = HTTPStatus.OK

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches its paths; the group `session` is the session's name."""
        return re.compile(self.path.replace("{session}", "(?P<session>[^/]+)"))


async def _served(house: House, _: str, __: Nothing) -> Served:
    pack = house.pack
    return Served(pack=pack.name, version=pack.version, digest=pack.digest, tasks=tuple(pack.tasks()))


async def _open(house: House, _: str, body: Open) -> Opened:
    session, _step = await house.open(body.task, body.seed, body.agent, body.session)
    return _opened(session)


async def _state(house: House, name: str, _: Nothing) -> State:
    session = house.session(name)
    return State.model_validate(_opened(session).model_dump(exclude={"mcp"}))


async def _act(house: House, name: str, body: Act) -> Heard:
    session = house.session(name)
    return Heard.of(await session.act(body.message(len(session.history))))


async def _keep(house: House, name: str, _: Nothing) -> Snapshot:
    return Snapshot(snapshot=await house.session(name).keep())


async def _go_back(house: House, name: str, body: Restore) -> State:
    await house.session(name).go_back(body.snapshot)
    return await _state(house, name, Nothing())


async def _fork(house: House, name: str, body: Fork) -> Opened:
    return _opened(await house.fork(house.session(name), body.snapshot))


async def _close(house: House, name: str, _: Nothing) -> Scored:
    return await house.close(name)


def _opened(session: Session) -> Opened:
    return Opened(
        session=session.name,
        task=session.episode.spec.task.id,
        messages=tuple(session.history),
        tools=tuple(session.tools),
        ended=session.episode.ended,
        mcp=f"/mcp/{session.name}",
    )


ONE = "/sessions/{session}"
ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/", "What is served: the pack and its tasks.", _served, Served),
    Route("POST", "/sessions", "Begin an episode.", _open, Opened, Open, HTTPStatus.CREATED),
    Route("GET", ONE, "The conversation so far and the tools there are now.", _state, State),
    Route("POST", f"{ONE}/step", "The agent's next message, played to what comes of it.", _act, Heard, Act),
    Route("POST", f"{ONE}/snapshot", "Keep where it stands.", _keep, Snapshot, Nothing, HTTPStatus.CREATED),
    Route("POST", f"{ONE}/restore", "Go back to a snapshot.", _go_back, State, Restore),
    Route("POST", f"{ONE}/fork", "Go on in another session too.", _fork, Opened, Fork, HTTPStatus.CREATED),
    Route("DELETE", ONE, "End the episode: its record, findings and scores.", _close, Scored),
)


def openapi(title: str, version: str, routes: Sequence[Route] = ROUTES) -> dict[str, Any]:
    """The routes as an OpenAPI 3.1 document."""
    types = {kind for route in routes for kind in (route.reply, route.body) if kind is not None}
    ordered = sorted(types, key=lambda kind: kind.__name__)
    names, schemas = models_json_schema([(kind, "serialization") for kind in ordered], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, names)
    head = {"openapi": "3.1.0", "info": {"title": title, "version": version}}
    return {**head, "paths": paths, "components": {"schemas": schemas.get("$defs", {})}}


def _operation(route: Route, names: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "responses": {str(int(route.status)): {"description": route.reply.__name__, **_content(route.reply, names)}},
    }
    if route.body is not None:
        operation["requestBody"] = _content(route.body, names)
    if "{session}" in route.path:
        place = {"name": "session", "in": "path", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [place]
    return operation


def _content(kind: type[BaseModel], names: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": names[kind, "serialization"]}}}
