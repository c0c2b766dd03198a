"""Bodies as providers really send them, each read as what it means."""

from typing import Any

import httpx
import orjson
import pytest

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, ResponseSchema
from wardian.models.dialects.choice import dialect_of
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.models import ModelSpec

QUESTION = Request(model="m", messages=(Message(role="user", content="Hi"),))


async def ask(
    body: Any, status: int = 200, headers: dict[str, str] | None = None, request: Request = QUESTION, **spec: Any
) -> tuple[Completion, httpx.Request]:
    seen: list[httpx.Request] = []

    def provider(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        kind = "text/event-stream" if content.startswith((b"data:", b":")) else "application/json"
        return httpx.Response(status, content=content, headers={"content-type": kind, **(headers or {})})

    model = ModelSpec.model_validate({"base_url": "http://host/v1", "max_retries": 0, **spec})
    clock = SystemClock()
    network = HttpxWire(httpx.MockTransport(provider))
    pool_spec = PoolSpec.of({"m": model}, {})
    async with ModelPool.open(pool_spec, lambda name: None, LocalQuota({}, clock), clock, network) as pool:
        return await pool.client("m").complete(request), seen[0]


def events(*values: Any) -> bytes:
    return b"".join(b"data: " + orjson.dumps(value) + b"\n\n" for value in values)


def answer(**more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop", **more}
    return {"id": "x", "object": "chat.completion", "choices": [choice]}


def raw(message: str) -> dict[str, Any]:
    """An upstream's error as OpenRouter wraps it."""
    upstream = orjson.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": message}}).decode()
    metadata = {"raw": upstream, "provider_name": "Anthropic"}
    return {"error": {"message": "Provider returned error", "code": 400, "metadata": metadata}, "user_id": "u"}


AZURE_FILTER = {
    "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": True}}},
    }
}
MODERATED = {
    "error": {
        "code": 403,
        "message": "The model requires moderation on OpenInference. Your input was flagged",
        "metadata": {"reasons": ["violence"], "flagged_input": "…", "provider_name": "x", "model_slug": "y"},
    }
}
LLAMACPP_OVERFLOW = {
    "error": {
        "code": 400,
        "message": "request (5010 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 5010,
        "n_ctx": 4096,
    }
}
VLLM_OVERFLOW = {
    "object": "error",
    "message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
    "type": "BadRequestError",
    "param": None,
    "code": 400,
}
SGLANG_OVERFLOW = {
    **VLLM_OVERFLOW,
    "message": "The input (9000 tokens) is longer than the model's context length (8192).",
}
NO_MONEY = {
    "error": {"code": 402, "message": "This request requires more credits, or fewer max_tokens. You can only afford 9."}
}
NO_QUOTA = {
    "error": {
        "message": "You exceeded your current quota, please check your plan and billing details.",
        "type": "insufficient_quota",
        "param": None,
        "code": "insufficient_quota",
    }
}
GEMINI_LIMIT = {"error": {"code": 429, "message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED"}}
LOADING = {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}
OLLAMA_MISSING = {"error": {"message": 'model "x" not found', "type": "not_found_error", "param": None, "code": None}}
REFUSALS: dict[str, tuple[Any, int, dict[str, str], str, str]] = {
    "azure filters the prompt": (AZURE_FILTER, 400, {}, "content_filter", "agent"),
    "openrouter moderates": (MODERATED, 403, {}, "content_filter", "agent"),
    "openrouter moderates, status 200": (MODERATED, 200, {}, "content_filter", "agent"),
    "openrouter, any other 403": (
        {"error": {"code": 403, "message": "Key limit exceeded"}},
        403,
        {},
        "auth",
        "provider",
    ),
    "openai's invalid prompt": (
        {"error": {"message": "Invalid prompt: flagged as violating our usage policy", "code": "invalid_prompt"}},
        400,
        {},
        "content_filter",
        "agent",
    ),
    "openrouter wraps an overflow": (raw("prompt is too long: 9 tokens > 8"), 400, {}, "context_overflow", "agent"),
    "openrouter wraps it in a 200": (raw("prompt is too long: 9 tokens > 8"), 200, {}, "context_overflow", "agent"),
    "openrouter wraps a bad request": (raw("temperature: too high"), 400, {}, "bad_request", "provider"),
    "openrouter, no credits": (NO_MONEY, 402, {}, "quota_exhausted", "provider"),
    "openrouter, credits reserved": (NO_MONEY, 402, {"retry-after": "5"}, "rate_limited", "provider"),
    "openai, no quota": (NO_QUOTA, 429, {}, "quota_exhausted", "provider"),
    "openai, no quota, come back": (NO_QUOTA, 429, {"retry-after": "5"}, "quota_exhausted", "provider"),
    "gemini, a minute's limit": (GEMINI_LIMIT, 429, {"retry-after": "5"}, "rate_limited", "provider"),
    "llama.cpp overflow": (LLAMACPP_OVERFLOW, 400, {}, "context_overflow", "agent"),
    "llama.cpp still loads": (LOADING, 503, {}, "overloaded", "provider"),
    "vllm overflow": (VLLM_OVERFLOW, 400, {}, "context_overflow", "agent"),
    "sglang overflow": (SGLANG_OVERFLOW, 400, {}, "context_overflow", "agent"),
    "ollama, no such model": (OLLAMA_MISSING, 404, {}, "not_found", "provider"),
    "vllm aborts": (answer(finish_reason="abort"), 200, {}, "bad_reply", "provider"),
    "deepseek runs out of machines": (
        answer(finish_reason="insufficient_system_resource"),
        200,
        {},
        "bad_reply",
        "provider",
    ),
    "openrouter's provider fails": (
        answer(finish_reason="error", error={"code": 502, "message": "Provider disconnected"}),
        200,
        {},
        "server_error",
        "provider",
    ),
}


@pytest.mark.parametrize(("body", "status", "headers", "kind", "cause"), REFUSALS.values(), ids=REFUSALS)
async def test_no_answer(body: Any, status: int, headers: dict[str, str], kind: str, cause: str) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(body, status, headers)
    assert (caught.value.kind, caught.value.cause) == (kind, cause)


def delta(content: str, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}], **more}


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (events(delta("Hel"), delta("", "error", error={"code": "server_error", "message": "gone"})), "server_error"),
        (events(delta("Hel"), delta("", "error", error={"code": 429, "message": "slow down"})), "rate_limited"),
        (events(delta("Hel"), {"error": {**VLLM_OVERFLOW, "code": 500, "message": "EngineCore died"}}), "server_error"),
        (events(delta("Hel"), delta("", "abort")), "bad_reply"),
        (events({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}), "overloaded"),
    ],
    ids=["openrouter", "openrouter-429", "vllm", "sglang", "llama.cpp"],
)
async def test_errors_in_the_middle_of_a_stream(stream: bytes, kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(stream, stream=True)
    assert caught.value.kind == kind


async def test_openrouter_keeps_the_line_busy_with_spaces() -> None:
    completion, _ = await ask(b"\n         \n         \n" + orjson.dumps(answer()))
    assert completion.message.content == "Hello"


async def test_openrouter_keeps_the_stream_busy_with_comments() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 1, "cost": 0.5}
    stream = b": OPENROUTER PROCESSING\n\n" + events(delta("Hello", "stop"), {"choices": [], "usage": usage})
    completion, _ = await ask(stream, stream=True)
    assert (completion.message.content, completion.cost_usd) == ("Hello", 0.5)


async def test_azure_begins_a_stream_without_choices() -> None:
    filters = {"choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]}
    completion, _ = await ask(events(filters, delta("Hello"), delta("", "stop")), stream=True, dialect="azure")
    assert completion.message.content == "Hello"


BYOK = {"prompt_tokens": 9, "completion_tokens": 1, "cost": 0.01, "is_byok": True}


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": 0.25}, 0.25),
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": 0}, 0.0),
        ({**BYOK, "cost_details": {"upstream_inference_cost": 0.2}}, 0.21),
        ({"prompt_tokens": 1000, "completion_tokens": 0}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": None}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": -1}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": "0.25"}, 0.002),
        ({"prompt_tokens": 1000, "completion_tokens": 0, "cost": 0.01, "is_byok": True}, 0.002),
    ],
    ids=["reported", "free", "own-key", "silent", "null", "negative", "text", "own-key-unknown"],
)
async def test_what_a_provider_says_it_charged_is_the_cost(usage: Any, cost: float) -> None:
    completion, _ = await ask({**answer(), "usage": usage}, price={"input": 2, "output": 8})
    assert completion.cost_usd == pytest.approx(cost)


async def test_openrouter_says_what_it_wrote_to_the_cache() -> None:
    details = {"cached_tokens": 100, "cache_write_tokens": 200, "audio_tokens": 0}
    usage = {"prompt_tokens": 400, "completion_tokens": 2, "prompt_tokens_details": details}
    completion, _ = await ask({**answer(), "usage": usage})
    assert (completion.usage.cached_tokens, completion.usage.cache_write_tokens) == (100, 200)


@pytest.mark.parametrize("dialect", ["chat", "openai", "azure"])
async def test_a_shape_is_asked_for_in_words_that_all_servers_know(dialect: str) -> None:
    """Not as `guided_json`: vLLM took that key away in 0.12."""
    wanted: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    shape = ResponseSchema(name="Verdict", json_schema=wanted)
    _, request = await ask(answer(), request=QUESTION.model_copy(update={"response_schema": shape}), dialect=dialect)
    body = orjson.loads(request.content)
    schema = {"name": "Verdict", "strict": True, "schema": wanted}
    assert body["response_format"] == {"type": "json_schema", "json_schema": schema}
    assert not any(key.startswith(("guided", "structured")) for key in body)


@pytest.mark.parametrize(
    ("dialect", "place", "said"),
    [
        ("chat", ("response_format",), {"type": "json_object"}),
        ("openai", ("response_format",), {"type": "json_object"}),
        ("responses", ("text", "format"), {"type": "json_object"}),
        ("anthropic", ("output_config",), None),
    ],
)
def test_any_object_is_a_mode_of_its_own(dialect: Any, place: tuple[str, ...], said: object) -> None:
    """As a strict schema, providers refuse it: it allows keys that it does not name."""
    shape = ResponseSchema(name="object", json_schema={"type": "object"})
    request = QUESTION.model_copy(update={"response_schema": shape})
    body = orjson.loads(dialect_of(EndpointSpec(dialect=dialect)).encode(request, "m"))
    for key in place:
        body = (body or {}).get(key)
    assert body == said


async def test_an_answer_that_met_the_end_of_ollamas_context_is_flagged() -> None:
    completion, _ = await ask(answer(finish_reason="length"))
    assert completion.finish == "length"


async def test_mistral_thinks_in_parts_of_the_content() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    content = [thought, {"type": "text", "text": "Hello"}]
    completion, _ = await ask(answer(message={"role": "assistant", "content": content}))
    assert (completion.message.content, completion.message.reasoning) == ("Hello", "hm")
    stream = events(*({"choices": [{"delta": {"content": [part]}}]} for part in content), delta("!", "stop"))
    streamed, _ = await ask(stream, stream=True)
    assert (streamed.message.content, streamed.message.reasoning) == ("Hello!", "hm")
    assert streamed.message.thoughts is None  # Mistral refuses keys that it does not know
