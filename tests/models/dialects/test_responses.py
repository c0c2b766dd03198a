"""OpenAI's Responses API: the request byte for byte, every shape of reply."""

from typing import Any

import httpx
import orjson
import pytest

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Sampling, ToolCall, ToolSchema
from wardian.models.chat import ChatClient
from wardian.models.dialects.responses import ResponsesDialect
from wardian.models.endpoint import Endpoint
from wardian.models.wire import HttpxWire

TOOL = ToolSchema(name="find", description="Finds.", parameters={"type": "object", "properties": {}})
CONVERSATION = (
    Message(role="system", content="Be brief."),
    Message(role="user", content="Where is A?"),
    Message(role="assistant", content="I look.", tool_calls=(ToolCall(id="c1", name="find", arguments='{"q": "ü"}'),)),
    Message(role="tool", content="here", tool_call_id="c1"),
    Message(role="assistant", tool_calls=(ToolCall(id="c2", name="find", arguments='{"cut'),)),
    Message(role="tool", content="", tool_call_id="c2"),
)
BODY = (
    '{"model":"gpt","store":false,"input":['
    '{"role":"system","content":"Be brief."},{"role":"user","content":"Where is A?"},'
    '{"role":"assistant","content":"I look."},'
    '{"type":"function_call","call_id":"c1","name":"find","arguments":"{\\"q\\": \\"ü\\"}"},'
    '{"type":"function_call_output","call_id":"c1","output":"here"},'
    '{"type":"function_call","call_id":"c2","name":"find","arguments":"{\\"malformed\\":\\"{\\\\\\"cut\\"}"},'
    '{"type":"function_call_output","call_id":"c2","output":""}],'
    '"tools":[{"type":"function","name":"find","description":"Finds.",'
    '"parameters":{"type":"object","properties":{}},"strict":false}]}'
)
TEXT = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi", "annotations": []}]}
OK = {
    "object": "response",
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "output": [TEXT],
    "usage": {
        "input_tokens": 100,
        "input_tokens_details": {"cached_tokens": 70},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 105,
    },
}


async def ask(reply: object, sampling: Sampling | None = None) -> tuple[Completion, httpx.Request]:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=reply if isinstance(reply, bytes) else orjson.dumps(reply))

    place = Endpoint(url="https://api.openai.com/v1", model="gpt")
    wire = HttpxWire(httpx.MockTransport(provider))
    client = ChatClient("m", place, wire, dialect=ResponsesDialect(), key="sk-secret")
    request = Request(model="m", messages=CONVERSATION, tools=(TOOL,), sampling=sampling or Sampling())
    return await client.complete(request), seen[0]


async def test_request_byte_for_byte() -> None:
    _, request = await ask(OK)
    assert str(request.url) == "https://api.openai.com/v1/responses"
    assert request.content.decode() == BODY
    assert request.headers["authorization"] == "Bearer sk-secret"


async def test_sampling() -> None:
    _, request = await ask(OK, Sampling(temperature=0.5, top_p=0.9, max_tokens=7, seed=3, stop=("END",)))
    body = orjson.loads(request.content)
    settings = {key: body[key] for key in body if key not in {"model", "input", "tools", "store"}}
    assert settings == {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 7}


async def test_text_and_usage() -> None:
    completion, _ = await ask(OK)
    usage = completion.usage
    assert (completion.message.content, completion.finish) == ("hi", "stop")
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens) == (100, 70, 5, 2)
    assert not usage.estimated


async def test_reasoning_and_calls() -> None:
    output = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "x"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "so"}]},
        TEXT,
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "find", "arguments": '{"q": 1}'},
        {"type": "function_call", "name": None, "arguments": {"q": 1}},
        {"type": "web_search_call"},
        "what is this",
    ]
    completion, _ = await ask({**OK, "output": output})
    message = completion.message
    assert (message.content, message.reasoning, completion.finish) == ("hi", "hm\nso", "tool_calls")
    assert message.tool_calls[0] == ToolCall(id="call_1", name="find", arguments='{"q": 1}')
    assert (message.tool_calls[1].name, bool(message.tool_calls[1].id)) == ("", True)


@pytest.mark.parametrize(
    ("changes", "finish"),
    [
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ({"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]}, "refusal"),
        ({"status": None}, "stop"),
    ],
)
async def test_finish(changes: dict[str, Any], finish: str) -> None:
    completion, _ = await ask({**OK, **changes})
    assert completion.finish == finish


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ({}, "bad_reply"),
        ({**OK, "output": None}, "bad_reply"),
        ({**OK, "status": "in_progress"}, "bad_reply"),
        (b"<html>", "bad_reply"),
        ({**OK, "status": "failed", "error": {"code": "server_error", "message": "sorry"}}, "server_error"),
        ({**OK, "status": "failed", "error": {"code": "rate_limit_exceeded", "message": "slow"}}, "rate_limited"),
        ({**OK, "status": "failed"}, "bad_reply"),
    ],
)
async def test_no_answer(reply: object, kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(reply)
    assert caught.value.kind == kind
