"""Streams that end too early, fall silent, break off or are none, and odd ones that hold an answer all the same."""

from collections.abc import Iterable, Iterator
from typing import Final

from wardian.simulator.faults.bodies import GOOD
from wardian.simulator.faults.fault import ANSWER, Act, Fault, head, http
from wardian.simulator.streams import DONE, event

__all__ = ["STREAMS"]

HEAD: Final = head(None, kind="text/event-stream; charset=utf-8")
CHUNKED: Final = head(None, more="transfer-encoding: chunked\r\n", kind="text/event-stream")
BUSY: Final = b": keep-alive\n\n"
OVERSIZED_MB: Final = 9


def _delta(finish: str | None = None, **said: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": said, "finish_reason": finish}]})


def _failed(**details: object) -> bytes:
    """An error after the answer has begun, as OpenRouter sends it."""
    broken_off = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    return event({"error": details, "choices": [broken_off]})


HEL, LO, END = _delta(content="Hel"), _delta(content="lo."), _delta("stop")
USAGE: Final = event({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}})
UMLAUT: Final = _delta(content="lö")
CUT: Final = UMLAUT.index("ö".encode()) + 1
"""In the middle of a character."""
CALL: Final = {"id": "call_1", "function": {"name": "get_order", "arguments": "{}"}}

ENDS: Final = {
    "stream_of_nothing": ((), "bad_reply"),
    "stream_of_comments": ((BUSY, BUSY), "bad_reply"),
    "stream_without_finish": ((HEL, LO), "bad_reply"),
    "stream_done_without_finish": ((HEL, LO, DONE), "bad_reply"),
    "stream_cut_in_event": ((HEL, LO[:20]), "bad_reply"),
    "stream_event_no_json": ((HEL, b'data: {"choices": [{"del\n\n', END, DONE), "bad_reply"),
    "stream_event_is_html": ((HEL, b"data: <html>502</html>\n\n", END, DONE), "bad_reply"),
    "stream_finish_error": ((HEL, _delta("error")), "bad_reply"),
    "stream_finish_abort": ((HEL, _delta("abort"), DONE), "bad_reply"),
    "stream_error_429": ((HEL, _failed(code=429, message="slow down")), "rate_limited"),
    "stream_error_503": ((HEL, _failed(code=503, message="overloaded")), "overloaded"),
    "stream_error_name": ((HEL, _failed(code="server_error", message="Provider disconnected")), "server_error"),
    "stream_error_401": ((_failed(code=401, message="no such user"),), "auth"),
    "stream_error_context": ((_failed(code=400, message="maximum context length is 8192"),), "context_overflow"),
    "stream_oversized_event": ((b"data: ", *[b" " * 2**20] * OVERSIZED_MB), "oversized"),
    "stream_without_done": ((HEL, LO, END), ANSWER),
    "stream_without_last_empty_line": ((HEL, LO, END.rstrip(b"\n")), ANSWER),
    "stream_of_one_event": ((_delta("stop", content="Hello."), DONE), ANSWER),
    "stream_cut_in_character": ((HEL + UMLAUT[:CUT], UMLAUT[CUT:], END, DONE), ANSWER),
    "stream_with_crlf": (((HEL + LO + END + DONE).replace(b"\n", b"\r\n"),), ANSWER),
    "stream_usage_null": ((HEL, LO, END, event({"choices": [], "usage": None}), DONE), ANSWER),
    "stream_message_not_delta": (
        (event({"choices": [{"message": {"content": "Hello."}, "finish_reason": "stop"}]}), DONE),
        ANSWER,
    ),
    "stream_calls_without_index": ((_delta(tool_calls=[CALL]), _delta("tool_calls"), DONE), ANSWER),
    "stream_bytes_after_done": ((HEL, LO, END, USAGE, DONE, BUSY, HEL), ANSWER),
}


def _forever(*before: bytes, noise: bytes = b"") -> Iterator[Act]:
    yield HEAD
    yield from before
    while True:
        yield 0.25
        if noise:
            yield noise


def _sent(name: str, acts: Iterable[Act], expected: str) -> Fault:
    sent = (HEAD, *acts)
    return Fault(name, expected, lambda: sent)


STREAMS: Final = (
    *(_sent(name, acts, expected) for name, (acts, expected) in ENDS.items()),
    Fault("stream_reset", "bad_reply", lambda: (CHUNKED, b"%x\r\n%b\r\n" % (len(HEL), HEL), 0.05), end="reset"),
    Fault("stream_stalls", "stalled", lambda: _forever(HEL)),
    Fault("stream_stalls_behind_comments", "stalled", lambda: _forever(HEL, noise=BUSY)),
    Fault("stream_stalls_behind_empty_deltas", "stalled", lambda: _forever(HEL, noise=_delta(content=""))),
    Fault("stream_never_begins", "timeout", lambda: _forever(noise=BUSY)),
    Fault("stream_never_ends", ANSWER, lambda: _forever(HEL, LO, END, USAGE, DONE, noise=BUSY)),
    Fault("stream_refused", ANSWER, lambda: http(GOOD)),
)
"""What somebody who asked for a stream may get."""
