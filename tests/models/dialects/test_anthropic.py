"""Anthropic's Messages API: the request byte for byte, every shape of reply."""

from typing import Any

import httpx
import orjson
import pytest

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Sampling, ToolCall, ToolSchema
from wardian.models.chat import ChatClient
from wardian.models.dialects.anthropic import AnthropicDialect
from wardian.models.endpoint import Endpoint
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import PriceSpec

TOOL = ToolSchema(name="find", description="Finds.", parameters={"type": "object", "properties": {}})
CONVERSATION = (
    Message(role="system", content="Be brief."),
    Message(role="user", content="Where is A?"),
    Message(
        role="assistant",
        content="I look.",
        tool_calls=(ToolCall(id="t:1", name="find", arguments='{"q": "ü"}'), ToolCall(id="t2", name="find")),
    ),
    Message(role="tool", content="here", tool_call_id="t:1"),
    Message(role="tool", content="", tool_call_id="t2"),
    Message(role="user", content="And B?"),
)
BODY = (
    '{"model":"claude","max_tokens":4096,"cache_control":{"type":"ephemeral"},'
    '"tools":[{"name":"find","description":"Finds.","input_schema":{"type":"object","properties":{}}}],'
    '"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":['
    '{"role":"user","content":[{"type":"text","text":"Where is A?"}]},'
    '{"role":"assistant","content":[{"type":"text","text":"I look."},'
    '{"type":"tool_use","id":"t_1","name":"find","input":{"q": "ü"}},'
    '{"type":"tool_use","id":"t2","name":"find","input":{}}]},'
    '{"role":"user","content":[{"type":"tool_result","tool_use_id":"t_1","content":"here"},'
    '{"type":"tool_result","tool_use_id":"t2","content":""},{"type":"text","text":"And B?"}]}]}'
)
USAGE = {
    "input_tokens": 10,
    "cache_creation_input_tokens": 20,
    "cache_read_input_tokens": 70,
    "output_tokens": 5,
}
OK = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "hi"}],
    "stop_reason": "end_turn",
    "usage": USAGE,
}


async def ask(
    reply: object, *, status: int = 200, messages: tuple[Message, ...] = CONVERSATION, sampling: Sampling | None = None
) -> tuple[Completion, httpx.Request]:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, content=reply if isinstance(reply, bytes) else orjson.dumps(reply))

    client = ChatClient(
        "m",
        Endpoint(url="https://api.anthropic.com/v1", model="claude"),
        HttpxWire(httpx.MockTransport(provider)),
        dialect=AnthropicDialect(),
        key="sk-ant-secret",
        price=PriceSpec(input=10, output=100, cached=1),
    )
    request = Request(model="m", messages=messages, tools=(TOOL,), sampling=sampling or Sampling())
    return await client.complete(request), seen[0]


async def test_request_byte_for_byte() -> None:
    _, request = await ask(OK)
    assert str(request.url) == "https://api.anthropic.com/v1/messages"
    assert request.content.decode() == BODY
    assert request.headers["x-api-key"] == "sk-ant-secret"
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in request.headers


async def test_sampling() -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, max_tokens=7, seed=3, stop=("END",))
    _, request = await ask(OK, sampling=sampling)
    body = orjson.loads(request.content)
    settings = {key: body[key] for key in body if key not in {"model", "messages", "tools", "system", "cache_control"}}
    assert settings == {"max_tokens": 7, "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["END"]}


async def test_an_empty_prompt_is_not_sent() -> None:
    _, request = await ask(OK, messages=(Message(role="system", content=" "), Message(role="user", content="a")))
    assert "system" not in orjson.loads(request.content)


@pytest.mark.parametrize(("calls", "marked"), [(8, False), (9, True), (30, True)])
async def test_the_last_request_is_found_behind_many_results(calls: int, marked: bool) -> None:
    used = tuple(ToolCall(id=f"c{number}", name="find") for number in range(calls))
    results = [Message(role="tool", content="x", tool_call_id=call.id) for call in used]
    messages = (Message(role="user", content="a"), Message(role="assistant", tool_calls=used), *results)
    _, request = await ask(OK, messages=messages)
    first = orjson.loads(request.content)["messages"][0]["content"][0]
    assert first == {"type": "text", "text": "a", **({"cache_control": {"type": "ephemeral"}} if marked else {})}


async def test_no_empty_text_is_sent() -> None:
    messages = (
        Message(role="user", content="a"),
        Message(role="assistant", content=" "),
        Message(role="user", content="b"),
        Message(role="system", content="later"),
    )
    _, request = await ask(OK, messages=messages)
    texts = [{"type": "text", "text": text} for text in ("a", "b", "later")]
    assert orjson.loads(request.content)["messages"] == [{"role": "user", "content": texts}]


async def test_usage_counts_what_met_the_cache_as_input() -> None:
    completion, _ = await ask(OK)
    usage = completion.usage
    assert (usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens, usage.output_tokens) == (100, 70, 20, 5)
    assert not usage.estimated
    assert completion.cost_usd == pytest.approx((10 * 10 + 70 * 1 + 20 * 12.5 + 5 * 100) / 1e6)


async def test_thinking_text_and_calls() -> None:
    blocks = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"q": "ü"}},
        {"type": "tool_use", "id": "toolu_1", "name": None, "input": None},
        "what is this",
    ]
    completion, _ = await ask({**OK, "content": blocks, "stop_reason": "tool_use"})
    message = completion.message
    assert (message.content, message.reasoning, completion.finish) == ("I look.", "hm", "tool_calls")
    assert message.tool_calls[0] == ToolCall(id="toolu_1", name="find", arguments='{"q": "ü"}')
    assert message.tool_calls[1].name == ""
    assert message.tool_calls[1].id not in {"", "toolu_1"}


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        (None, "stop"),
    ],
)
async def test_finish(reason: str | None, finish: str) -> None:
    completion, _ = await ask({**OK, "stop_reason": reason})
    assert completion.finish == finish


@pytest.mark.parametrize(
    "usage",
    [None, "lots", {}, {**USAGE, "input_tokens": "10"}, {**USAGE, "cache_read_input_tokens": [1]}, {"input_tokens": 1}],
)
async def test_odd_usage_is_estimated(usage: object) -> None:
    completion, _ = await ask({**OK, "usage": usage})
    assert completion.usage.estimated


@pytest.mark.parametrize(
    ("status", "reply", "kind"),
    [
        (200, {}, "bad_reply"),
        (200, {**OK, "content": None}, "bad_reply"),
        (200, b"<html>", "bad_reply"),
        (200, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "overloaded"),
        (200, {"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}}, "rate_limited"),
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "overloaded"),
        (401, {"type": "error", "error": {"type": "authentication_error", "message": "x-api-key"}}, "auth"),
        (400, {"type": "error", "error": {"message": "prompt is too long: 210000 tokens"}}, "context_overflow"),
        (400, {"type": "error", "error": {"message": "Your credit balance is too low"}}, "quota_exhausted"),
    ],
)
async def test_refusals(status: int, reply: Any, kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(reply, status=status)
    assert caught.value.kind == kind
    assert "sk-ant-secret" not in str(caught.value)
