"""What mutation starts from: the catalogue of broken replies, and good replies of every dialect, whole and streamed."""

from dataclasses import dataclass
from typing import Any

import orjson

from wardian.simulator.faults.answers import ANSWERS
from wardian.simulator.faults.bodies import BODIES, GOOD
from wardian.simulator.faults.refusals import REFUSALS
from wardian.specs.endpoints import DialectName

__all__ = ["SEEDS", "SHORTEST_SEEDS", "Seed"]

LONGEST = 10_000
"""The catalogue's giants say nothing new when they are changed a little."""


@dataclass(frozen=True)
class Seed:
    """A reply: `values` are its JSON document or the events of its stream, `raw` stands for what is no JSON."""

    dialect: DialectName
    values: tuple[Any, ...] = ()
    raw: bytes = b""
    stream: bool = False


CALL = {"id": "call_1", "type": "function", "function": {"name": "get_order", "arguments": '{"id": "O-1"}'}}
CHAT_USAGE = {
    "prompt_tokens": 12,
    "completion_tokens": 3,
    "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 1},
    "cost": 0.002,
}
DETAILS = [
    {"type": "reasoning.text", "text": "Hm.", "signature": "s", "index": 0, "format": "f"},
    {"type": "reasoning.encrypted", "data": "gAAA", "id": "r1", "index": 1},
]
CHAT = {
    "choices": [
        {
            "message": {
                "role": "assistant",
                "content": [{"type": "thinking", "thinking": [{"text": "Hm."}]}, {"type": "text", "text": "Hello."}],
                "reasoning_content": "Hm.",
                "reasoning_details": DETAILS,
                "tool_calls": [CALL, CALL],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": CHAT_USAGE,
}
ANTHROPIC_USAGE = {"input_tokens": 9, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 2}
ANTHROPIC = {
    "type": "message",
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "Hm.", "signature": "s"},
        {"type": "text", "text": "Hello."},
        {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {"id": "O-1"}},
    ],
    "stop_reason": "tool_use",
    "usage": {**ANTHROPIC_USAGE, "output_tokens": 3},
}
RESPONSE = {
    "status": "incomplete",
    "incomplete_details": {"reason": "max_output_tokens"},
    "output": [
        {
            "type": "reasoning",
            "id": "r1",
            "encrypted_content": "g",
            "summary": [{"text": "Hm."}],
            "content": [{"text": "Well."}],
        },
        {"type": "message", "content": [{"type": "output_text", "text": "Hello."}, {"type": "refusal", "refusal": ""}]},
        {"type": "function_call", "call_id": "call_1", "name": "get_order", "arguments": "{}"},
    ],
    "usage": {
        "input_tokens": 12,
        "output_tokens": 3,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens_details": {"reasoning_tokens": 1},
    },
}
ERRORS = (
    {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
    {"error": {"code": 429, "type": "rate_limit_exceeded", "message": "slow down", "status": "RESOURCE_EXHAUSTED"}},
)


def _delta(**said: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": said, "finish_reason": None}]}


CHAT_EVENTS = (
    _delta(role="assistant", content=""),
    _delta(reasoning_content="Hm.", reasoning_details=DETAILS),
    _delta(content=[{"type": "thinking", "thinking": [{"text": "Hm."}]}], reasoning_details=DETAILS),
    _delta(content="Hel"),
    _delta(content="lo."),
    _delta(tool_calls=[{"index": 0, "id": "call_1", "function": {"name": "get_order", "arguments": '{"id"'}}]),
    _delta(tool_calls=[{"index": 0, "function": {"arguments": ': "O-1"}'}}]),
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
    {"choices": [], "usage": CHAT_USAGE},
)
ANTHROPIC_EVENTS = (
    {"type": "message_start", "message": {"usage": ANTHROPIC_USAGE}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hello."}},
    {"type": "ping"},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "f"}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"id":1}'}},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
    {"type": "message_stop"},
)
RESPONSE_EVENTS = (
    {"type": "response.created", "response": {"status": "in_progress"}},
    {"type": "response.output_text.delta", "delta": "Hello."},
    {"type": "response.function_call_arguments.delta", "delta": "{}"},
    {"type": "response.completed", "response": RESPONSE},
)


def _seed(body: bytes) -> Seed:
    try:
        return Seed("chat", (orjson.loads(body),))
    except orjson.JSONDecodeError:
        return Seed("chat", raw=body)


def _bodies() -> list[bytes]:
    """What the catalogue sends after its headers, as far as it is not too long."""
    parts = [part for fault in (*BODIES, *ANSWERS, *REFUSALS) for part in list(fault.acts())[1:]]
    return [part for part in parts if isinstance(part, bytes) and len(part) <= LONGEST]


SHORTEST_SEEDS = (
    Seed("chat", (CHAT,)),
    Seed("anthropic", (ANTHROPIC,)),
    Seed("responses", (RESPONSE,)),
    Seed("chat", CHAT_EVENTS, stream=True),
    Seed("anthropic", ANTHROPIC_EVENTS, stream=True),
    Seed("responses", RESPONSE_EVENTS, stream=True),
)
"""One good reply for each way in which one comes."""

DIALECTS: tuple[DialectName, ...] = ("chat", "anthropic", "responses")
SEEDS = (
    *SHORTEST_SEEDS,
    *(Seed(dialect, (error,), stream=stream) for dialect in DIALECTS for error in ERRORS for stream in (False, True)),
    *map(_seed, _bodies()),
    Seed("chat", raw=b"data: " + GOOD + b"\n\n", stream=True),
)
