"""Broken replies: each becomes a typed error or a typed answer, none escapes as something else."""

from typing import Any

import httpx
import orjson
import pytest

from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.dialects.chat import ChatDialect
from wardian.models.endpoint import Endpoint
from wardian.models.refusal import RETRIED, Refusal
from wardian.models.wire import HttpxWire

KEY = "sk-test-0123456789abcdef"
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
COUNTED = {"prompt_tokens": 10, "completion_tokens": 5}
REQUEST = Request(model="m", messages=(Message(role="user", content="hello " * 40),))


def reply(message: Any = None, finish: Any = "stop", usage: Any = None, **more: Any) -> bytes:
    """A good reply but for what is given."""
    said = {"role": "assistant", "content": "hi"} if message is None else message
    counted = COUNTED if usage is None else usage
    return orjson.dumps({"choices": [{"message": said, "finish_reason": finish}], "usage": counted, **more})


def called(*calls: Any) -> bytes:
    return reply({"role": "assistant", "content": None, "tool_calls": list(calls)}, "tool_calls")


def written(arguments: Any) -> bytes:
    return called({"id": "c1", "function": {"name": "f", "arguments": arguments}})


def wild(call: str) -> bytes:
    """A reply with `call` as it stands in place of the message."""
    return b'{"choices":[{"finish_reason":"stop","message":' + call.encode() + b"}]}"


async def ask(status: int, body: bytes, headers: dict[str, str] | None = None) -> Completion:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    client = ChatClient("m", Endpoint(url="http://test/v1", model="m"), HttpxWire(transport), key=KEY)
    return await client.complete(REQUEST)


ERRORS: dict[str, tuple[int, bytes, str]] = {
    "empty body": (200, b"", "bad_reply"),
    "white space": (200, b" \n ", "bad_reply"),
    "html": (200, b"<!doctype html><title>Gateway</title>", "bad_reply"),
    "plain text": (200, b"upstream busy", "bad_reply"),
    "truncated json": (200, reply()[:-20], "bad_reply"),
    "two values": (200, b"{}{}", "bad_reply"),
    "null": (200, b"null", "bad_reply"),
    "a list": (200, b"[1,2]", "bad_reply"),
    "a number": (200, b"42", "bad_reply"),
    "a string": (200, b'"ok"', "bad_reply"),
    "empty object": (200, b"{}", "bad_reply"),
    "choices null": (200, b'{"choices":null}', "bad_reply"),
    "choices empty": (200, b'{"choices":[]}', "bad_reply"),
    "choices object": (200, b'{"choices":{"0":{}}}', "bad_reply"),
    "choice null": (200, b'{"choices":[null]}', "bad_reply"),
    "choice without message": (200, b'{"choices":[{"text":"old"}]}', "bad_reply"),
    "message null": (200, wild("null"), "bad_reply"),
    "message string": (200, wild('"hi"'), "bad_reply"),
    "finish error": (200, reply(finish="error"), "bad_reply"),
    "a thousand calls and one": (200, called(*[None] * 1_001), "bad_reply"),
    "nested too deeply": (200, b"[" * 100_000, "bad_reply"),
    "number too long": (200, b'{"choices":' + b"9" * 5_000 + b"}", "bad_reply"),
    "more than 8 MB": (200, b" " * (8 * 2**20 + 1), "oversized"),
    "binary": (200, bytes(range(256)), "bad_reply"),
    "error object": (200, b'{"error":{"message":"oops"}}', "bad_reply"),
    "error string": (200, b'{"error":"oops"}', "bad_reply"),
    "error with 429 inside": (200, b'{"error":{"code":429,"message":"slow"}}', "rate_limited"),
    "error with text code": (200, b'{"error":{"code":"rate_limit_exceeded"}}', "rate_limited"),
    "error with 401 inside": (200, b'{"error":{"code":"401","message":"no"}}', "auth"),
    "error in the choice": (200, b'{"choices":[{"error":{"code":502}}]}', "server_error"),
    "context overflow inside": (200, b'{"error":{"code":400,"message":"maximum context"}}', "context_overflow"),
    "no content": (204, b"", "bad_reply"),
    "redirect": (302, b"", "redirected"),
    "bad request": (400, b'{"error":"temperature"}', "bad_request"),
    "openai context": (400, b'{"error":{"code":"context_length_exceeded"}}', "context_overflow"),
    "vllm context": (400, b"This model's maximum context length is 4096 tokens", "context_overflow"),
    "llama.cpp context": (400, b"request (5010 tokens) exceeds the available context size", "context_overflow"),
    "anthropic context": (400, b"prompt is too long: 210000 tokens > 200000 maximum", "context_overflow"),
    "gemini context": (400, b"input token count (9) exceeds the maximum number of tokens", "context_overflow"),
    "bad key": (401, b"nope", "auth"),
    "out of credit": (402, b"pay", "quota_exhausted"),
    "forbidden": (403, b"", "auth"),
    "no such model": (404, b"", "not_found"),
    "request timeout": (408, b"", "timeout"),
    "too large": (413, b"", "too_large"),
    "unprocessable": (422, b"", "bad_request"),
    "teapot": (418, b"", "bad_request"),
    "rate limit": (429, b"", "rate_limited"),
    "quota as 429": (429, b'{"error":{"code":"insufficient_quota"}}', "quota_exhausted"),
    "server error": (500, b"<html>", "server_error"),
    "llama.cpp output": (500, b"The model produced output that does not match the format", "unparsable_output"),
    "bad gateway": (502, b"", "server_error"),
    "unavailable": (503, b"", "overloaded"),
    "overloaded": (529, b"", "overloaded"),
    "unknown status": (599, b"\xff\xfe", "server_error"),
}


@pytest.mark.parametrize(("status", "body", "kind"), ERRORS.values(), ids=ERRORS)
async def test_no_answer_is_a_typed_error(status: int, body: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        await ask(status, body)
    assert caught.value.kind == kind
    assert (caught.value.cause == "agent") == (kind in {"context_overflow", "unparsable_output"})
    assert "http://test/v1/chat/completions" in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_broken_gzip_is_a_bad_reply() -> None:
    class Stream(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b"not gzip at all"

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Stream(), request=request)

    client = ChatClient("m", Endpoint(url="http://test/v1", model="m"), HttpxWire(httpx.MockTransport(answer)))
    with pytest.raises(Refusal) as caught:
        await client.complete(REQUEST)
    assert caught.value.kind == "bad_reply"


ANSWERS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "good": (reply(), {"content": "hi", "finish": "stop", "estimated": False}),
    "content null": (reply({"content": None}), {"content": ""}),
    "content missing": (reply({}), {"content": ""}),
    "content parts": (reply({"content": [{"type": "text", "text": "a"}, {"type": "x"}, "b"]}), {"content": "ab"}),
    "content number": (reply({"content": 7}), {"content": "7"}),
    "content object": (reply({"content": {"a": 1}}), {"content": '{"a": 1}'}),
    "nul": (wild('{"content":"a\\u0000b"}'), {"content": "a\ufffdb"}),
    "lone surrogate": (wild('{"content":"a\\ud83db"}'), {"content": "a\ufffdb"}),
    "bad utf-8": (wild('{"content":"a?b"}').replace(b"?", b"\xff"), {"content": "a\ufffdb"}),
    "byte order mark": (b"\xef\xbb\xbf" + reply(), {"content": "hi"}),
    "control characters": (wild('{"content":"a?b"}').replace(b"?", b"\n"), {"content": "a\nb"}),
    "finish null": (reply(finish=None), {"finish": "stop"}),
    "finish unknown": (reply(finish="eos"), {"finish": "stop"}),
    "finish number": (reply(finish=3), {"finish": "stop"}),
    "finish length": (reply(finish="length"), {"finish": "length"}),
    "finish max_tokens": (reply(finish="MAX_TOKENS"), {"finish": "length"}),
    "filtered": (reply(finish="content_filter"), {"finish": "content_filter"}),
    "refusal": (reply({"content": None, "refusal": "no"}), {"finish": "refusal", "content": "no"}),
    "calls, finish stop": (reply({"tool_calls": [CALL]}), {"finish": "tool_calls"}),
    "finish tool_calls, no calls": (reply(finish="tool_calls"), {"finish": "stop"}),
    "legacy function call": (reply({"function_call": CALL["function"]}), {"calls": [("c00010000", "f", '{"a":1}')]}),
    "one call, no list": (reply({"tool_calls": CALL}), {"calls": [("c1", "f", '{"a":1}')]}),
    "tool_calls null": (reply({"content": "x", "tool_calls": None}), {"calls": []}),
    "tool_calls text": (reply({"content": "x", "tool_calls": "f()"}), {"calls": []}),
    "no id": (called({**CALL, "id": None}), {"calls": [("c00010000", "f", '{"a":1}')]}),
    "same id twice": (called(CALL, CALL), {"calls": [("c1", "f", '{"a":1}'), ("c00010001", "f", '{"a":1}')]}),
    "no name": (called({"id": "c1", "function": {"arguments": "{}"}}), {"calls": [("c1", "", "{}")]}),
    "name null": (called({"id": "c1", "function": {"name": None}}), {"calls": [("c1", "", "")]}),
    "name number": (called({"id": "c1", "function": {"name": 3}}), {"calls": [("c1", "", "")]}),
    "arguments object": (
        written({"a": 1}),
        {"calls": [("c1", "f", '{"a": 1}')]},
    ),
    "arguments list": (
        written([1]),
        {"calls": [("c1", "f", "[1]")]},
    ),
    "arguments cut": (
        written('{"a'),
        {"calls": [("c1", "f", '{"a')]},
    ),
    "call without function": (called({"id": "c1", "name": "f", "arguments": "{}"}), {"calls": [("c1", "f", "{}")]}),
    "call is text": (called("f(1)"), {"calls": [("c00010000", "", "f(1)")]}),
    "call is null": (called(None), {"calls": [("c00010000", "", "")]}),
    "usage missing": (wild('{"content":"x"}'), {"estimated": True}),
    "usage null": (reply(usage=[None]), {"estimated": True}),
    "usage text": (reply(usage={"prompt_tokens": "10", "completion_tokens": 5}), {"estimated": True}),
    "usage negative": (reply(usage={"prompt_tokens": -1, "completion_tokens": 5}), {"estimated": True}),
    "usage NaN": (reply().replace(b":10", b":NaN"), {"estimated": True}),
    "usage infinite": (reply().replace(b":10", b":Infinity"), {"estimated": True}),
    "usage huge": (reply(usage={"prompt_tokens": 10**15, "completion_tokens": 5}), {"estimated": True}),
    "usage true": (reply(usage={"prompt_tokens": True, "completion_tokens": 5}), {"estimated": True}),
    "usage fraction": (reply(usage={"prompt_tokens": 1.5, "completion_tokens": 5}), {"estimated": True}),
    "usage details odd": (
        reply(usage={"prompt_tokens": 1, "completion_tokens": 5, "prompt_tokens_details": 3}),
        {"estimated": False},
    ),
    "error null": (reply(error=None), {"content": "hi"}),
}


@pytest.mark.parametrize(("body", "expected"), ANSWERS.values(), ids=ANSWERS)
async def test_odd_answer_is_read(body: bytes, expected: dict[str, Any]) -> None:
    completion = await ask(200, body)
    message = completion.message
    seen = {
        "content": message.content,
        "finish": completion.finish,
        "estimated": completion.usage.estimated,
        "calls": [(call.id, call.name, call.arguments) for call in message.tool_calls],
    }
    assert {key: seen[key] for key in expected} == expected
    assert completion.usage.input_tokens >= 0
    orjson.loads(completion.model_dump_json())


async def test_estimated_usage_counts_the_prompt() -> None:
    completion = await ask(200, wild('{"content":"x"}'))
    assert completion.usage.input_tokens == len(ChatDialect().encode(REQUEST, "m")) // 4
    assert completion.usage.output_tokens == len(completion.message.wire) // 4
    assert completion.usage.estimated


async def test_reported_details_are_kept() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 80},
        "completion_tokens_details": {"reasoning_tokens": 30},
        "cost": 0.25,
    }
    completion = await ask(200, reply({"content": "x", "reasoning_content": "because"}, usage=usage))
    assert (completion.usage.cached_tokens, completion.usage.reasoning_tokens) == (80, 30)
    assert completion.cost_usd == 0.25
    assert completion.message.reasoning == "because"


@pytest.mark.parametrize("status", [200, 500])
async def test_excerpt_never_holds_the_key(status: int) -> None:
    body = b"\x1b[31m" + b"x" * 1_985 + KEY.encode() + b" Bearer abcdefghijklmnop " + b"y" * 5_000
    with pytest.raises(Refusal) as caught:
        await ask(status, body)
    text = str(caught.value)
    assert KEY[:8] not in text
    assert "\x1b" not in text
    assert len(text.encode()) < 2_200


def test_permanent_errors_are_not_repeated() -> None:
    assert RETRIED.isdisjoint({"auth", "quota_exhausted", "not_found", "bad_request", "too_large", "context_overflow"})
    assert RETRIED.isdisjoint({"unparsable_output", "redirected", "out_of_files"})
