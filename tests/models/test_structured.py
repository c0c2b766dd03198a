"""Answers with a shape, in every dialect."""

from typing import Annotated, Any, Literal

import httpx
import orjson
import pytest
from pydantic import Field

from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.dialects.choice import dialect_of
from wardian.models.endpoint import Endpoint
from wardian.models.structured import ask_for, response_schema
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import DialectName
from wardian.specs.models import ModelSpec

QUESTION = Request(model="m", messages=(Message(role="user", content="Judge."),))


class Yes(Frozen):
    kind: Literal["yes"]


class No(Frozen):
    kind: Literal["no"]
    why: Annotated[str, Field(min_length=1)]


class Verdict(Frozen):
    """What a judge says."""

    score: Annotated[int, Field(ge=0, le=10)]
    title: str | None = None
    ruling: Annotated[Yes | No, Field(discriminator="kind")] = Yes(kind="yes")


SCHEMA = {
    "type": "object",
    "description": "What a judge says.",
    "$defs": {
        "Yes": {
            "type": "object",
            "properties": {"kind": {"type": "string", "const": "yes"}},
            "required": ["kind"],
            "additionalProperties": False,
        },
        "No": {
            "type": "object",
            "properties": {"kind": {"type": "string", "const": "no"}, "why": {"type": "string"}},
            "required": ["kind", "why"],
            "additionalProperties": False,
        },
    },
    "properties": {
        "score": {"type": "integer"},
        "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "ruling": {"anyOf": [{"$ref": "#/$defs/Yes"}, {"$ref": "#/$defs/No"}]},
    },
    "required": ["score", "title", "ruling"],
    "additionalProperties": False,
}
NAMED = {"name": "Verdict", "strict": True, "schema": SCHEMA}


def judge(dialect: DialectName, text: str, seen: list[httpx.Request]) -> ChatClient:
    replies: dict[DialectName, Any] = {
        "anthropic": {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"},
        "responses": {"output": [{"type": "message", "content": [{"type": "output_text", "text": text}]}]},
    }
    chat = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=replies.get(dialect, chat))

    spoken = dialect_of(ModelSpec(base_url="http://host/v1", dialect=dialect))
    place = Endpoint(url="http://host/v1", model="m")
    return ChatClient("m", place, HttpxWire(httpx.MockTransport(provider)), dialect=spoken)


def test_schema_is_the_subset_that_all_providers_take() -> None:
    assert response_schema(Verdict).json_schema == SCHEMA


@pytest.mark.parametrize(
    ("dialect", "key", "value"),
    [
        ("chat", "response_format", {"type": "json_schema", "json_schema": NAMED}),
        ("azure", "response_format", {"type": "json_schema", "json_schema": NAMED}),
        ("responses", "text", {"format": {"type": "json_schema", **NAMED}}),
        ("anthropic", "output_config", {"format": {"type": "json_schema", "schema": SCHEMA}}),
    ],
)
async def test_provider_is_told_the_schema(dialect: DialectName, key: str, value: object) -> None:
    seen: list[httpx.Request] = []
    text = '{"score": 7, "title": null, "ruling": {"kind": "no", "why": "late"}}'
    verdict, completion = await ask_for(judge(dialect, text, seen), QUESTION, Verdict)
    assert verdict == Verdict(score=7, ruling=No(kind="no", why="late"))
    assert completion.message.content == text
    assert orjson.loads(seen[0].content)[key] == value


async def test_a_code_fence_is_no_mistake() -> None:
    verdict, _ = await ask_for(judge("chat", '```json\n{"score": 7}\n```', []), QUESTION, Verdict)
    assert verdict.score == 7


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Invalid JSON"),
        ("Sure! I give it a 7.", "Invalid JSON"),
        ('{"score": 7', "Invalid JSON"),
        ("[7]", "object"),
        ('{"score": 11}', "score: .*10"),
        ('{"score": 7, "more": 1}', "more: "),
        ('{"score": 7, "ruling": {"kind": "no", "why": ""}}', "ruling.no.why: "),
    ],
)
async def test_any_other_shape_is_the_models_fault(text: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem) as caught:
        await ask_for(judge("chat", text, []), QUESTION, Verdict)
    assert (caught.value.kind, caught.value.cause) == ("unparsable_output", "agent")
    assert "\n" not in str(caught.value)


def test_schema_decides_the_answer() -> None:
    assert QUESTION.model_copy(update={"response_schema": response_schema(Verdict)}).digest != QUESTION.digest
