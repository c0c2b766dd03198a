"""Replies that are odd but hold an answer: what the model did wrong is the environment's to say, not the client's."""

from typing import Final

import orjson

from wardian.simulator.faults.bodies import reply
from wardian.simulator.faults.fault import ANSWER, Fault, http

__all__ = ["ANSWERS"]

HELLO: Final = {"role": "assistant", "content": "Hello."}


def _counted(usage: object) -> bytes:
    return reply(HELLO, usage=usage)


def _called(*calls: object, finish: str = "tool_calls") -> bytes:
    return reply({"role": "assistant", "content": None, "tool_calls": list(calls)}, finish)


def _with(arguments: object, name: object = "get_order", id_: object = "call_1") -> object:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def _literally(usage: bytes) -> bytes:
    """Usage as JSON itself cannot say it."""
    return _counted("USAGE").replace(b'"USAGE"', usage)


USAGES: Final = {
    "usage_missing": orjson.dumps({"choices": [{"message": HELLO, "finish_reason": "stop"}]}),
    "usage_null": _counted(None),
    "usage_negative": _counted({"prompt_tokens": -5, "completion_tokens": -1}),
    "usage_string": _counted({"prompt_tokens": "12", "completion_tokens": "many"}),
    "usage_list": _counted([12, 3]),
    "usage_nan": _literally(b'{"prompt_tokens":NaN,"completion_tokens":Infinity}'),
    "usage_huge": _literally(b'{"prompt_tokens":1e300,"completion_tokens":99999999999999999999}'),
}
CALLS: Final = {
    "arguments_half": _called(_with('{"order_id": "O-1')),
    "arguments_empty": _called(_with("")),
    "arguments_null": _called(_with(None)),
    "arguments_list": _called(_with("[1, 2]")),
    "arguments_object": _called(_with({"order_id": "O-1"})),
    "arguments_twice": _called(_with('{"order_id":"O-1"}{"order_id":"O-1"}')),
    "call_name_null": _called(_with("{}", name=None)),
    "call_name_unknown": _called(_with("{}", name="no_such_tool")),
    "call_without_function": _called({"id": "call_1", "type": "function"}),
    "call_null": _called(None),
    "call_ids_null": _called(_with("{}", id_=None), _with("{}", id_=None)),
    "call_ids_equal": _called(_with("{}"), _with("{}")),
    "calls_object": reply({"content": None, "tool_calls": {"0": _with("{}")}}, "tool_calls"),
    "calls_finish_stop": _called(_with("{}"), finish="stop"),
}
TEXTS: Final = {
    "content_null": reply({"role": "assistant", "content": None}),
    "content_missing": reply({"role": "assistant"}),
    "content_number": reply({"role": "assistant", "content": 7}),
    "content_parts": reply({"role": "assistant", "content": [{"type": "text", "text": "Hello."}, None]}),
    "content_nul": reply({"role": "assistant", "content": "Hel\0lo"}),
    "content_lone_surrogate": reply({"role": "assistant", "content": "SURROGATE"}).replace(b"SURROGATE", rb"\ud800"),
    "content_bad_utf8": reply({"role": "assistant", "content": "BYTES"}).replace(b"BYTES", b"\xff\xfe\xc3"),
    "byte_order_mark": b"\xef\xbb\xbf" + reply(HELLO),
    "role_missing": reply({"content": "Hello."}),
    "role_user": reply({"role": "user", "content": "Hello."}),
    "refusal": reply({"role": "assistant", "content": None, "refusal": "I cannot help with that."}),
    "finish_length": reply(HELLO, "length"),
    "finish_content_filter": reply(HELLO, "content_filter"),
    "finish_null": reply(HELLO, None),
    "finish_unknown": reply(HELLO, "eos_token"),
    "error_null": reply(HELLO, error=None),
}


def _fault(name: str, body: bytes) -> Fault:
    return Fault(name, ANSWER, lambda: http(body))


ANSWERS: Final = tuple(_fault(name, body) for name, body in (USAGES | CALLS | TEXTS).items())
"""To be accepted, with an estimate where nobody counted."""
