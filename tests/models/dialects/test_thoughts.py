"""Reasoning goes back to whoever thought it, in the form in which each provider wants it, and to nobody else."""

from typing import Any

import httpx
import orjson
import pytest

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.models import ModelSpec

QUESTION = Message(role="user", content="Where is A?")
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"q": "A"}'}}
DETAILS = [
    {
        "type": "reasoning.text",
        "text": "Let me look.",
        "signature": "sig+/=",
        "id": "r1",
        "format": "anthropic-claude-v1",
        "index": 0,
    },
    {"type": "reasoning.encrypted", "data": "gAAAA", "id": "r2", "format": "openai-responses-v1", "index": 1},
]
THINKING = {"type": "thinking", "thinking": "Let me look.", "signature": "EqQB+/="}
REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgB"}
ITEM = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "Looking"}],
    "encrypted_content": "gAAAA",
}
OPEN_ITEM = {
    "type": "reasoning",
    "id": "rs_2",
    "summary": [],
    "content": [{"type": "reasoning_text", "text": "Let me look."}],
}


class Provider:
    """Answers with one reply after another and keeps what it was asked."""

    def __init__(self, *replies: Any) -> None:
        self._replies = list(replies)
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(orjson.loads(request.content))
        reply = self._replies[len(self.bodies) - 1]
        if isinstance(reply, list):
            events = b"".join(b"data: " + orjson.dumps(event) + b"\n\n" for event in reply)
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=events)
        return httpx.Response(200, json=reply)


async def second_request(first: Any, **spec: Any) -> tuple[Completion, dict[str, Any]]:
    """What the model is asked after it called a tool and got an answer."""
    provider = Provider(first, first)
    model = ModelSpec.model_validate({"base_url": "http://host/v1", "stream": isinstance(first, list), **spec})
    clock = SystemClock()
    pool_spec = PoolSpec.of({"m": model}, {})
    network = HttpxWire(httpx.MockTransport(provider))
    async with ModelPool.open(pool_spec, lambda name: None, LocalQuota({}, clock), clock, network) as pool:
        answer = await pool.client("m").complete(Request(model="m", messages=(QUESTION,)))
        results = [Message(role="tool", content="here", tool_call_id=call.id) for call in answer.message.tool_calls]
        await pool.client("m").complete(Request(model="m", messages=(QUESTION, answer.message, *results)))
    return answer, provider.bodies[1]


def completion(**said: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [CALL], **said}}]}


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


CALL_CHUNK = chunk(tool_calls=[{"index": 0, **CALL}])


@pytest.mark.parametrize(
    ("reply", "back"),
    [
        (completion(reasoning_content="hm"), {"reasoning_content": "hm"}),
        (completion(reasoning_content=""), {"reasoning_content": ""}),
        (completion(reasoning="hm"), {"reasoning": "hm"}),
        (completion(reasoning="hm", reasoning_content=None), {"reasoning": "hm"}),
        (completion(reasoning="hm", reasoning_details=DETAILS), {"reasoning_details": DETAILS}),
        (completion(), {}),
        (completion(reasoning=None, reasoning_content=None, reasoning_details=[]), {}),
        ([chunk(reasoning_content="h"), chunk(reasoning_content="m"), CALL_CHUNK, chunk("tool_calls")],
         {"reasoning_content": "hm"}),
        ([chunk(role="assistant", reasoning_content=""), CALL_CHUNK, chunk("tool_calls")], {"reasoning_content": ""}),
    ],
    ids=["deepseek", "deepseek-empty", "ollama", "vllm", "openrouter", "none", "nulls", "stream", "stream-empty"],
)  # fmt: skip
async def test_chat_completions(reply: Any, back: dict[str, Any]) -> None:
    _, body = await second_request(reply)
    assert body["messages"][1] == {"role": "assistant", "content": "", "tool_calls": [CALL], **back}


async def test_details_that_come_in_pieces_go_back_in_one() -> None:
    whole, encrypted = DETAILS
    begun = {**whole, "text": "Let me ", "signature": None}
    pieces = [begun, {**whole, "text": "look.", "signature": None}, {**whole, "text": None}, encrypted]
    stream = [*(chunk(reasoning_details=[piece]) for piece in pieces), CALL_CHUNK, chunk("tool_calls")]
    _, body = await second_request(stream)
    assert body["messages"][1]["reasoning_details"] == DETAILS


async def test_a_server_that_refuses_reasoning_is_not_sent_any() -> None:
    answer, body = await second_request(completion(reasoning="hm"), send_reasoning=False)
    assert answer.message.reasoning == "hm"
    assert set(body["messages"][1]) == {"role", "content", "tool_calls"}


def anthropic(*content: Any) -> dict[str, Any]:
    return {"content": list(content), "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 1}}


TEXT = {"type": "text", "text": "I look."}
USE = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"q": "A"}}


@pytest.mark.parametrize(
    ("content", "back"),
    [
        ((THINKING, TEXT, USE), (THINKING, TEXT, USE)),
        ((REDACTED, THINKING, USE), (REDACTED, THINKING, USE)),
        ((THINKING, TEXT, THINKING, USE), (THINKING, TEXT, THINKING, USE)),
        (({**THINKING, "thinking": ""}, USE), ({**THINKING, "thinking": ""}, USE)),
        ((THINKING, {"type": "text", "text": " "}, USE, THINKING), (THINKING, USE)),
        ((TEXT, USE, "what is this"), (TEXT, USE)),
    ],
    ids=["thought", "redacted", "in-between", "omitted", "no-empty-text-no-thought-at-the-end", "none"],
)
async def test_anthropic_gets_its_blocks_back_as_they_came(content: Any, back: Any) -> None:
    _, body = await second_request(anthropic(*content), dialect="anthropic")
    assert body["messages"][1] == {"role": "assistant", "content": list(back)}
    assert body["messages"][2]["content"][0]["tool_use_id"] == "toolu_1"


async def test_anthropic_calls_keep_the_ids_of_their_results() -> None:
    _, body = await second_request(anthropic(THINKING, USE, {**USE, "input": {}}), dialect="anthropic")
    used = [block["id"] for block in body["messages"][1]["content"][1:]]
    assert used == [block["tool_use_id"] for block in body["messages"][2]["content"]]
    assert len(set(used)) == 2


async def test_an_answer_of_thoughts_alone_is_left_out() -> None:
    _, body = await second_request(anthropic(THINKING), dialect="anthropic")
    assert [message["role"] for message in body["messages"]] == ["user"]


async def test_anthropic_signatures_are_streamed() -> None:
    def delta(index: int, **delta: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": delta}

    events = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {**THINKING, "thinking": "", "signature": ""}},
        delta(0, type="thinking_delta", thinking="Let me "),
        delta(0, type="thinking_delta", thinking="look."),
        delta(0, type="signature_delta", signature="EqQB+/="),
        {"type": "content_block_start", "index": 1, "content_block": REDACTED},
        {"type": "content_block_start", "index": 2, "content_block": {**USE, "input": {}}},
        delta(2, type="input_json_delta", partial_json='{"q": "A"}'),
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    _, body = await second_request(events, dialect="anthropic")
    assert body["messages"][1]["content"] == [THINKING, REDACTED, USE]


FUNCTION_CALL = {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}"}
SPOKEN = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}


@pytest.mark.parametrize(
    ("output", "back"),
    [
        (({**ITEM, "status": None}, FUNCTION_CALL), (ITEM, FUNCTION_CALL)),
        ((OPEN_ITEM, SPOKEN, FUNCTION_CALL), (OPEN_ITEM, {"role": "assistant", "content": "hi"}, FUNCTION_CALL)),
        ((ITEM, SPOKEN, ITEM, FUNCTION_CALL), (ITEM, {"role": "assistant", "content": "hi"}, ITEM, FUNCTION_CALL)),
        ((ITEM, FUNCTION_CALL, ITEM), (ITEM, FUNCTION_CALL)),
        (({**ITEM, "encrypted_content": None}, FUNCTION_CALL), (FUNCTION_CALL,)),
    ],
    ids=["encrypted", "open", "in-between", "nothing-follows", "kept-by-the-provider"],
)
async def test_responses_get_their_items_back(output: Any, back: Any) -> None:
    _, body = await second_request({"status": "completed", "output": list(output)}, dialect="responses")
    assert body["input"][1:-1] == list(back)


async def test_nobody_gets_what_another_model_thought() -> None:
    provider = Provider(anthropic(THINKING, TEXT), anthropic(TEXT))
    models = {name: ModelSpec(base_url="http://host/v1", dialect="anthropic") for name in ("one", "two")}
    clock = SystemClock()
    network = HttpxWire(httpx.MockTransport(provider))
    spec = PoolSpec.of(models, {})
    async with ModelPool.open(spec, lambda name: None, LocalQuota({}, clock), clock, network) as pool:
        answer = await pool.client("one").complete(Request(model="one", messages=(QUESTION,)))
        await pool.client("two").complete(Request(model="two", messages=(QUESTION, answer.message, QUESTION)))
    assert provider.bodies[1]["messages"][1]["content"] == [TEXT]


async def test_thoughts_that_are_no_json_are_not_kept() -> None:
    broken = b'{"choices":[{"message":{"content":"x","reasoning":"\\ud800"},"finish_reason":"stop"}]}'
    network = HttpxWire(httpx.MockTransport(lambda request: httpx.Response(200, content=broken)))
    clock = SystemClock()
    spec = PoolSpec.of({"m": ModelSpec(base_url="http://host/v1")}, {})
    async with ModelPool.open(spec, lambda name: None, LocalQuota({}, clock), clock, network) as pool:
        message = (await pool.client("m").complete(Request(model="m", messages=(QUESTION,)))).message
    assert (message.reasoning, message.thoughts) == ("\ufffd", None)
