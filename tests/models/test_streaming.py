"""Streamed replies: the same answers as without a stream, and what happens when the stream falls silent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import web

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Thoughts, ToolCall
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import DialectName
from wardian.specs.models import ModelSpec

QUESTION = Request(model="m", messages=(Message(role="user", content="Hi"),))
Piece = bytes | float
"""Bytes of the stream, or seconds of silence."""
Run = Callable[[Coroutine[Any, Any, tuple[Completion, float]]], tuple[Completion, float]]


def event(value: Any) -> bytes:
    return b"data: " + orjson.dumps(value) + b"\n\n"


def often(times: int, *pieces: Piece) -> list[Piece]:
    return list(pieces) * times


def delta(finish: str | None = None, **said: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": said, "finish_reason": finish}]})


def call(index: int | None, **piece: Any) -> dict[str, Any]:
    function = {key: piece[key] for key in ("name", "arguments") if key in piece}
    place = {} if index is None else {"index": index}
    return {**place, **({"id": piece["id"]} if "id" in piece else {}), "function": function}


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "completion_tokens_details": {"reasoning_tokens": 1}}
END = [delta("stop"), event({"choices": [], "usage": USAGE}), b"data: [DONE]\n\n"]
TEXT = [delta(role="assistant", content=""), delta(content="Hel"), delta(content="lo")]
MESSAGES_API = [
    {"type": "message_start", "message": {"usage": {"input_tokens": 7, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t1", "name": "f"}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a"'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
    {"type": "message_stop"},
]


ANSWER = {
    "status": "completed",
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}],
    "usage": {"input_tokens": 7, "output_tokens": 3},
}
RESPONSES_API = [
    {"type": "response.created", "response": {"status": "in_progress", "output": []}},
    {"type": "response.output_text.delta", "delta": "Hel"},
    {"type": "response.output_text.delta", "delta": "lo"},
    {"type": "response.output_text.done", "text": "Hello"},
    {"type": "response.completed", "response": ANSWER},
]


class Stream(httpx.AsyncByteStream):
    """Pieces of a stream, with pauses."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                await asyncio.sleep(piece)


class Provider:
    """Answers each request with the next list of pieces, the last one for ever."""

    def __init__(self, *streams: Sequence[Piece]) -> None:
        self._streams = list(streams)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        pieces = self._streams[min(len(self.requests), len(self._streams)) - 1]
        return httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=Stream(pieces))


async def ask(
    provider: Callable[[httpx.Request], httpx.Response],
    dialect: DialectName = "chat",
    retries: int = 0,
) -> Completion:
    spec = ModelSpec(base_url="http://host/v1", dialect=dialect, stream=True, stall_s=10, max_retries=retries)
    clock = SystemClock()
    pool_spec = PoolSpec.of({"m": spec}, {})
    network = HttpxWire(httpx.MockTransport(provider))
    async with ModelPool.open(pool_spec, lambda name: None, LocalQuota({}, clock), clock, network) as pool:
        return await pool.client("m").complete(QUESTION)


async def timed(provider: Provider, retries: int = 0) -> tuple[Completion, float]:
    started = asyncio.get_running_loop().time()
    completion = await ask(provider, retries=retries)
    return completion, asyncio.get_running_loop().time() - started


async def test_request_asks_for_a_stream_with_usage() -> None:
    provider = Provider([*TEXT, *END])
    await ask(provider)
    body = orjson.loads(provider.requests[0].content)
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
    assert provider.requests[0].headers["accept"] == "text/event-stream"


async def test_text_reasoning_and_usage() -> None:
    completion = await ask(Provider([delta(reasoning_content="h"), delta(reasoning_content="m"), *TEXT, *END]))
    thoughts = Thoughts(source="http://host/v1 m", body='{"reasoning_content":"hm"}')
    assert completion.message == Message(role="assistant", content="Hello", reasoning="hm", thoughts=thoughts)
    assert (completion.finish, completion.usage.input_tokens, completion.usage.reasoning_tokens) == ("stop", 7, 1)
    assert not completion.usage.estimated


@pytest.mark.parametrize(
    "pieces",
    [
        [
            [call(0, id="a", name="f", arguments="")],
            [call(0, arguments='{"x"')],
            [call(0, arguments=": 1}"), call(1, id="b", name="g", arguments="{}")],
        ],
        [[call(0, id="a", name="f", arguments='{"x": 1}')], [call(0, id="b", name="g", arguments="{}")]],
        [[call(None, id="a", name="f", arguments={"x": 1})], [call(None, id="b", name="g", arguments="{}")]],
        [[call(0, id="a", name="f", arguments='{"x": '), call(1, id="b", name="g")], [call(0, id="a", arguments="1}")],
         [call(1, id="b", name="g", arguments="{}")]],
    ],
    ids=["openai", "ollama-one-index", "no-index-objects", "repeated-ids"],
)  # fmt: skip
async def test_tool_calls(pieces: list[list[dict[str, Any]]]) -> None:
    completion = await ask(Provider([*(delta(tool_calls=piece) for piece in pieces), delta("tool_calls"), *END[1:]]))
    assert completion.message.tool_calls == (
        ToolCall(id="a", name="f", arguments='{"x": 1}'),
        ToolCall(id="b", name="g", arguments="{}"),
    )
    assert completion.finish == "tool_calls"


async def test_messages_api() -> None:
    completion = await ask(Provider([event(value) for value in MESSAGES_API]), "anthropic")
    message = completion.message
    assert (message.content, message.reasoning) == ("Hello", "hm")
    assert message.tool_calls == (ToolCall(id="t1", name="f", arguments='{"a": 1}'),)
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (7, 3)


async def test_responses_api() -> None:
    completion = await ask(Provider([event(value) for value in RESPONSES_API]), "responses")
    assert (completion.message.content, completion.usage.total) == ("Hello", 10)


@pytest.mark.parametrize(
    ("dialect", "pieces", "kind"),
    [
        ("responses", [event(value) for value in RESPONSES_API[:-1]], "bad_reply"),
        ("responses", [event({"type": "error", "code": "rate_limit_exceeded", "message": "slow"})], "rate_limited"),
        (
            "responses",
            [event({"type": "response.failed", "response": {"status": "failed", "error": {"code": "server_error"}}})],
            "server_error",
        ),
        ("chat", TEXT, "bad_reply"),
        ("chat", [], "bad_reply"),
        ("chat", [*TEXT, b"data: [DONE]\n\n"], "bad_reply"),
        ("chat", [*TEXT, b'data: {"choices": [{"del\n\n', *END], "bad_reply"),
        ("chat", [*TEXT, event({"error": {"code": 503, "message": "overloaded"}})], "overloaded"),
        ("chat", [*TEXT, delta("error")], "bad_reply"),
        ("chat", [b"data: " + b"x" * (9 * 2**20)], "oversized"),
        ("anthropic", [event(value) for value in MESSAGES_API[:-2]], "bad_reply"),
        (
            "anthropic",
            [event(MESSAGES_API[0]), event({"type": "error", "error": {"type": "overloaded_error"}})],
            "overloaded",
        ),
    ],
)
async def test_no_answer(dialect: DialectName, pieces: list[Piece], kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(Provider(pieces), dialect)
    assert caught.value.kind == kind


async def test_a_stream_without_done_is_an_answer_when_it_finished() -> None:
    assert (await ask(Provider([*TEXT, delta("stop")]))).message.content == "Hello"


@pytest.mark.parametrize(
    "noise",
    [b": keep-alive\n\n", delta(content=""), event({"choices": []}), event({"type": "ping"})],
    ids=["comment", "empty-delta", "no-choices", "ping"],
)
def test_noise_is_no_news(run_virtual: Run, noise: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        run_virtual(timed(Provider([*TEXT, *often(25, noise, 1.0)])))
    assert caught.value.kind == "stalled"


@pytest.mark.parametrize("news", [delta(content="x"), delta(reasoning="x"), delta(tool_calls=[call(0, arguments="1")])])
def test_a_slow_model_is_no_silent_one(run_virtual: Run, news: bytes) -> None:
    _, seconds = run_virtual(timed(Provider([*often(12, news, 9.0), *END])))
    assert seconds == pytest.approx(108, abs=1)


def test_before_the_first_word_only_the_deadline_counts(run_virtual: Run) -> None:
    completion, _ = run_virtual(timed(Provider([*often(10, b": working\n\n", 11.0), *TEXT, *END])))
    assert completion.message.content == "Hello"
    with pytest.raises(ModelError) as caught:
        run_virtual(timed(Provider([b": working\n\n", 121.0, *TEXT, *END])))
    assert caught.value.kind == "timeout"


def test_silence_is_answered_by_asking_again(run_virtual: Run) -> None:
    provider = Provider([*TEXT, 100.0], [*TEXT, *END])
    completion, seconds = run_virtual(timed(provider, retries=1))
    assert (completion.message.content, completion.timing.retries, len(provider.requests)) == ("Hello", 1, 2)
    assert seconds == pytest.approx(10, abs=1)


@pytest.mark.parametrize("last", [[*TEXT, *END, 100.0], [*TEXT, *END, *often(100, b": bye\n\n", 0.1)]])
def test_nobody_waits_for_a_connection_that_has_said_all(run_virtual: Run, last: list[Piece]) -> None:
    completion, seconds = run_virtual(timed(Provider(last)))
    assert completion.usage.input_tokens == 7
    assert seconds < 1


def test_finished_without_farewell(run_virtual: Run) -> None:
    completion, seconds = run_virtual(timed(Provider([*TEXT, delta("stop"), 100.0])))
    assert completion.message.content == "Hello"
    assert seconds == pytest.approx(10, abs=1)


async def test_a_server_that_does_not_stream() -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})

    assert (await ask(provider)).message.content == "Hello"


async def test_over_a_real_connection_that_is_kept() -> None:
    places: set[object] = set()

    async def answer(request: web.Request) -> web.StreamResponse:
        places.add(request.transport.get_extra_info("peername") if request.transport else None)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for piece in (*TEXT, *END):
            await response.write(piece)
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        spec = PoolSpec.of({"m": ModelSpec(base_url=url, stream=True)}, {})
        clock = SystemClock()
        async with ModelPool.open(spec, lambda name: None, LocalQuota({}, clock), clock) as pool:
            answers = [await pool.client("m").complete(QUESTION) for _ in range(3)]
    finally:
        await runner.cleanup()
    assert [answer.message.content for answer in answers] == ["Hello"] * 3
    assert len(places) == 1


async def test_a_thousand_calls_are_put_together_and_more_are_a_fault() -> None:
    def calls(count: int) -> list[Piece]:
        pieces = [call(index, id=f"i{index}", name="f", arguments="{}") for index in range(count)]
        return [*(delta(tool_calls=[piece]) for piece in pieces), delta("tool_calls"), *END[1:]]

    assert len((await ask(Provider(calls(1_000)))).message.tool_calls) == 1_000
    with pytest.raises(ModelError) as caught:
        await ask(Provider(calls(1_001)))
    assert caught.value.kind == "bad_reply"
