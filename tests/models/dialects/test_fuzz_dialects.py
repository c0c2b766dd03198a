"""Whatever a provider says in any dialect, at once or as a stream, becomes a value or a typed error."""

import asyncio
from collections.abc import Mapping, Sequence

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardian.models.dialects.choice import dialect_of
from wardian.models.dialects.dialect import Dialect
from wardian.models.refusal import Refusal
from wardian.models.reply import Unreadable
from wardian.models.streaming import StreamingWire
from wardian.models.wire import RawReply, Sink
from wardian.specs.endpoints import DialectName
from wardian.specs.models import ModelSpec

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=3,
)
KINDS = [
    "message",
    "ping",
    "error",
    "done",
    "message_start",
    "message_delta",
    "message_stop",
    "content_block_start",
    "content_block_delta",
    "text",
    "thinking",
    "tool_use",
    "text_delta",
    "thinking_delta",
    "input_json_delta",
    "function_call",
    "reasoning",
    "output_text",
    "refusal",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "response.output_text.delta",
]
KEYS = [
    "type",
    "choices",
    "delta",
    "message",
    "finish_reason",
    "usage",
    "error",
    "index",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "id",
    "content",
    "text",
    "thinking",
    "partial_json",
    "content_block",
    "stop_reason",
    "input",
    "output",
    "status",
    "incomplete_details",
    "reason",
    "response",
    "call_id",
    "summary",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "prompt_tokens",
    "input_tokens_details",
    "reasoning",
]
SHAPED = st.recursive(
    ANY | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
EVENT = (
    st.builds(
        lambda kind, rest: {**rest, "type": kind},
        st.sampled_from(KINDS),
        st.dictionaries(st.sampled_from(KEYS), SHAPED, max_size=4),
    )
    | SHAPED
)
ROOT = st.fixed_dictionaries({}, optional={"content": st.lists(SHAPED), "output": st.lists(SHAPED), "usage": SHAPED})
DIALECTS: tuple[DialectName, ...] = ("chat", "anthropic", "responses")


class Tape:
    """A carrier that plays chunks."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = chunks

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        return RawReply(200, {}, b"".join(self._chunks))

    async def stream(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sink: Sink
    ) -> RawReply:
        for chunk in self._chunks:
            sink(chunk)
        return RawReply(200, {}, b"")

    async def close(self) -> None: ...


def dialect(name: DialectName) -> Dialect:
    return dialect_of(ModelSpec(base_url="http://host/v1", dialect=name, stream=True))


def read(name: DialectName, body: bytes) -> None:
    try:
        reply = dialect(name).read(body, turn=1, prompt_tokens=1)
    except Unreadable:
        return
    orjson.loads(reply.model_dump_json())
    orjson.loads(reply.message.wire)


def streamed(name: DialectName, chunks: Sequence[bytes]) -> None:
    wire = StreamingWire(Tape(chunks), dialect(name).gatherer, stall_s=60)
    try:
        raw = asyncio.run(wire.send("POST", "http://host", {}))
    except Refusal:
        return
    read(name, raw.body)


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=60, deadline=None)
@given(ROOT | SHAPED)
def test_any_reply(name: DialectName, reply: object) -> None:
    read(name, orjson.dumps(reply))


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=40, deadline=None)
@given(st.lists(EVENT, max_size=4))
def test_any_events(name: DialectName, events: list[object]) -> None:
    streamed(name, [b"data: " + orjson.dumps(event) + b"\n\n" for event in events])


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes(name: DialectName, chunks: list[bytes]) -> None:
    streamed(name, chunks)


@pytest.mark.parametrize("name", DIALECTS)
def test_deep_values_are_no_crash(name: DialectName) -> None:
    deep = b"[" * 1000 + b"]" * 1000
    usage = b'data: {"type":"message_delta","usage":{"output_tokens":' + deep + b'},"delta":{"stop_reason":"x"}}\n\n'
    last = b'data: {"type":"response.completed","response":{"output":' + deep + b"}}\n\n"
    chunk = b'data: {"usage":' + deep + b',"choices":[{"finish_reason":"stop"}]}\n\n'
    streamed(name, [usage, chunk, last])
    read(name, b'{"content":' + deep + b',"output":' + deep + b"}")


def test_deep_indexes_in_two_events_are_no_crash() -> None:
    deep = b"[" * 900 + b"]" * 900
    pieces = b'"tool_calls":[{"index":' + deep + b'}],"reasoning_details":[{"index":' + deep + b',"text":"a"}]'
    chunk = b'data: {"choices":[{"delta":{' + pieces + b'},"finish_reason":"stop"}]}\n\n'
    streamed("chat", [chunk, chunk])
