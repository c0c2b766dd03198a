"""Replies with status 200 that hold no answer: HTML, half a JSON, no choices, an error that claims success."""

from typing import Final

import orjson

from wardian.simulator.faults.fault import Fault, http

__all__ = ["BODIES", "GOOD", "choice", "reply"]


HEAD: Final = {"id": "fault", "object": "chat.completion", "created": 0, "model": "fault"}
"""What nobody needs but some clients insist on: it is right, so that only the fault is wrong."""


def reply(message: object, finish: object = "stop", **more: object) -> bytes:
    """A chat completion with `message`; `more` adds and replaces keys."""
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    first = {"index": 0, "message": message, "finish_reason": finish}
    return orjson.dumps({**HEAD, "choices": [first], "usage": usage, **more})


def choice(**of: object) -> bytes:
    """A chat completion whose one choice is `of`."""
    return orjson.dumps({**HEAD, "choices": [of]})


def error(**details: object) -> bytes:
    """An error object where an answer was promised."""
    return orjson.dumps({"error": details})


GOOD: Final = reply({"role": "assistant", "content": "Hello."})
TEXTS: Final = {
    "empty": b"",
    "white_space": b" \r\n\t ",
    "plain_text": b"upstream is busy, try again",
    "html": b"<!doctype html><html><title>Bad Gateway</title></html>",
    "xml": b'<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>',
    "binary": bytes(range(256)),
    "utf16": GOOD.decode().encode("utf-16"),
    "gzip_without_header": bytes.fromhex("1f8b0800000000000003cb48cdc9c907008610bbd8"),
    "events_unasked": b'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\ndata: [DONE]\n\n',
    "half_json": GOOD[: len(GOOD) // 2],
    "last_brace_missing": GOOD[:-1],
    "two_objects": GOOD + GOOD,
    "single_quotes": GOOD.replace(b'"', b"'"),
    "trailing_comma": GOOD[:-1] + b",}",
    "prefixed": b")]}',\n" + GOOD,
    "fenced": b"```json\n" + GOOD + b"\n```",
    "json_null": b"null",
    "json_true": b"true",
    "json_number": b"42",
    "json_string": orjson.dumps(GOOD.decode()),
    "json_list": b"[" + GOOD + b"]",
    "nested_100000": b"[" * 100_000,
    "number_of_5000_digits": b'{"choices":' + b"9" * 5_000 + b"}",
}
SHAPES: Final = {
    "no_keys": b"{}",
    "choices_null": b'{"choices":null}',
    "choices_empty": b'{"choices":[]}',
    "choices_object": b'{"choices":{"0":{"message":{"content":"Hello."}}}}',
    "choices_string": b'{"choices":"Hello."}',
    "choice_null": b'{"choices":[null]}',
    "choice_string": b'{"choices":["Hello."]}',
    "choice_empty": choice(),
    "completion_of_old": choice(text="Hello.", finish_reason="stop"),
    "message_null": choice(message=None, finish_reason="stop"),
    "message_string": choice(message="Hello.", finish_reason="stop"),
    "message_list": choice(message=["Hello."], finish_reason="stop"),
    "delta_not_message": choice(delta={"content": "Hello."}, finish_reason="stop"),
    "finish_error": choice(message={"role": "assistant", "content": ""}, finish_reason="error"),
}
ERRORS: Final = {
    "error_string": (b'{"error":"oops"}', "bad_reply"),
    "error_without_code": (error(message="Something went wrong"), "bad_reply"),
    "error_beside_choices": (reply({"content": "Hello."}, error={"message": "oops"}), "bad_reply"),
    "error_429": (error(code=429, message="slow down"), "rate_limited"),
    "error_502": (error(code=502, message="no upstream"), "server_error"),
    "error_529": (error(code="529", message="overloaded"), "overloaded"),
    "error_401": (error(code="401", message="no such user"), "auth"),
    "error_402": (error(code=402, message="insufficient credits"), "quota_exhausted"),
    "error_404": (error(status=404, message="no such model"), "not_found"),
    "error_in_choice": (choice(error={"code": 502, "message": "upstream"}), "server_error"),
    "error_context": (error(code=400, message="maximum context length is 8192 tokens"), "context_overflow"),
    "error_name_rate_limit": (error(code="rate_limit_exceeded", message="slow down"), "rate_limited"),
    "error_name_quota": (error(type="insufficient_quota", message="see your plan"), "quota_exhausted"),
    "error_name_key": (error(code="invalid_api_key", message="wrong"), "auth"),
    "error_name_model": (error(code="model_not_found", message="what?"), "not_found"),
    "error_name_overloaded": (error(type="overloaded_error", message="Overloaded"), "overloaded"),
    "error_name_server": (error(type="server_error", message="sorry"), "server_error"),
    "error_name_request": (error(type="invalid_request_error", message="what?"), "bad_request"),
    "error_name_context": (error(code="context_length_exceeded", message="too much"), "context_overflow"),
}


def _fault(name: str, body: bytes, expected: str) -> Fault:
    return Fault(name, expected, lambda: http(body))


BODIES: Final = (
    *(_fault(name, body, "bad_reply") for name, body in (TEXTS | SHAPES).items()),
    *(_fault(name, body, expected) for name, (body, expected) in ERRORS.items()),
)
"""Every one of them under status 200."""
