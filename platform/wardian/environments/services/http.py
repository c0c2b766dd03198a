"""Requests and responses of HTTP, as one tool."""

from typing import Any, Final, cast, get_args
from urllib.parse import parse_qsl, urlsplit

import orjson

from wardian.base.frozen import Frozen
from wardian.base.messages import ToolSchema
from wardian.environments.observation import Observation
from wardian.environments.services.spec import Method
from wardian.environments.tool import BadArguments

__all__ = ["HTTP_REQUEST", "Asked", "asked", "response"]

OBJECT: Final = {"type": "object", "additionalProperties": True}
HTTP_REQUEST: Final = ToolSchema(
    name="http_request",
    description="Send a request to the service.",
    parameters={
        "type": "object",
        "properties": {
            "method": {"type": "string", "enum": list(get_args(Method))},
            "path": {"type": "string", "description": "Such as /things/7."},
            "query": {**OBJECT, "description": "Parameters behind the path."},
            "headers": {**OBJECT, "description": "Such as Authorization."},
            "body": {**OBJECT, "description": "The JSON object to send."},
        },
        "required": ["method", "path"],
        "additionalProperties": False,
    },
    effect="write",
)
STATUSES: Final = {
    "invalid_arguments": 422,
    "unauthorized": 401,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "rate_limited": 429,
}
OTHER: Final = 400


class Asked(Frozen):
    """A request."""

    method: str
    path: str
    query: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    body: dict[str, Any] = {}


def asked(arguments: dict[str, Any]) -> Asked:
    """The request that a call of the tool describes; a query in its path counts as well.

    Raises:
        BadArguments: saying what is wrong with it.
    """
    unknown = set(arguments) - set(Asked.model_fields)
    if unknown:
        raise BadArguments(f"{min(unknown)}: is no argument of {HTTP_REQUEST.name}")
    for name in ("method", "path"):
        if not isinstance(arguments.get(name), str):
            raise BadArguments(f"{name}: must be a text")
    for name in ("query", "headers", "body"):
        if not isinstance(arguments.get(name) or {}, dict):
            raise BadArguments(f"{name}: must be an object")
    try:
        parts = urlsplit(arguments["path"])
    except ValueError as error:
        raise BadArguments(f"path: {error}") from error
    said = {name: arguments.get(name) or {} for name in ("query", "headers", "body")}
    query = {**dict(parse_qsl(parts.query)), **cast("dict[str, Any]", said.pop("query"))}
    return Asked(method=arguments["method"].upper(), path=parts.path, query=query, **said)


def response(observation: Observation, status: int = 200) -> Observation:
    """The observation as a response with a status and a body."""
    try:
        body = orjson.loads(observation.text)
    except orjson.JSONDecodeError:
        body = observation.text
    if observation.error is None:
        text = {"status": status, "body": body}
    else:
        text = {"error": body["error"], "status": STATUSES.get(observation.error, OTHER)}
    return observation.model_copy(update={"text": orjson.dumps(text).decode()})
