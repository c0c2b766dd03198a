"""The gateway as an OpenAPI 3.1 document, made of the types that it reads and sends."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from wardian import __version__
from wardian.gateway.answer import ChatAnswer
from wardian.gateway.listing import Health, ListedModel, ModelList
from wardian.gateway.question import Question
from wardian.gateway.refusals import ErrorBody

__all__ = ["COMPLETIONS", "HEALTH", "METRICS", "MODELS", "OPENAPI", "description"]

COMPLETIONS: Final = "/v1/chat/completions"
MODELS: Final = "/v1/models"
HEALTH: Final = "/healthz"
METRICS: Final = "/metrics"
OPENAPI: Final = "/openapi.json"

REF: Final = "#/components/schemas/{model}"
SHOWN: Final[Sequence[tuple[type[BaseModel], JsonSchemaMode]]] = (
    (Question, "validation"),
    *((kind, "serialization") for kind in (ChatAnswer, ErrorBody, Health, ListedModel, ModelList)),
)
WRONG: Final = {
    400: "The body is wrong, or the panel cannot be asked.",
    404: "There is no such model.",
    408: "The body took too long to arrive.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    402: "The provider, or a budget, has no money left.",
    429: "A provider's rate limit, or too many requests at once.",
    503: "Nobody answered; the message says why.",
    504: "Nobody answered in time.",
}
EVENT: Final = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "string", "description": "A chat.completion.chunk as JSON; in the end, [DONE]."}},
}
NAMED: Final = {"name": "model", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[^/]+$"}}


def description(*, needs_token: bool) -> dict[str, Any]:
    """The document; `needs_token` says whether callers do."""
    names, schemas = models_json_schema(SHOWN, ref_template=REF)
    shown = {kind: names[kind, mode] for kind, mode in SHOWN}
    refused = _json(shown[ErrorBody])
    barred = {401: "A token is needed."} if needs_token else {}
    secured: dict[str, Any] = {"security": [{"token": []}]} if needs_token else {}

    def operation(summary: str, content: dict[str, Any], wrong: dict[int, str], **more: Any) -> dict[str, Any]:
        told = {
            str(code): {"description": text, "content": refused}
            for code, text in (wrong | {421: "Wrong host."}).items()
        }
        return {"summary": summary, "responses": {"200": {"description": "Done.", "content": content}, **told}, **more}

    asked = {"required": True, "content": _json(shown[Question])}
    answered = {**_json(shown[ChatAnswer]), "text/event-stream": {"schema": EVENT}}
    page = {"text/plain": {"schema": {"type": "string"}}}
    missing = barred | {404: WRONG[404]}
    paths = {
        COMPLETIONS: {"post": operation("Ask a model.", answered, WRONG | barred, requestBody=asked, **secured)},
        MODELS: {"get": operation("All models.", _json(shown[ModelList]), barred, **secured)},
        f"{MODELS}/{{model}}": {
            "get": operation("One model.", _json(shown[ListedModel]), missing, parameters=[NAMED], **secured)
        },
        HEALTH: {"get": operation("Whether the server answers.", _json(shown[Health]), {})},
        METRICS: {"get": operation("Counters, for Prometheus.", page, barred, **secured)},
    }
    head = {"openapi": "3.1.0", "info": {"title": "Wardian gateway", "version": __version__}}
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}} if needs_token else {}
    return {**head, "paths": paths, "components": {"schemas": schemas["$defs"], **schemes}}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
