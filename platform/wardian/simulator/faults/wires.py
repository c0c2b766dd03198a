"""Faults below the answer: connections that are reset, stall or drip, and HTTP that is none."""

from collections.abc import Iterator
from typing import Final

from wardian.simulator.faults.bodies import GOOD
from wardian.simulator.faults.fault import ANSWER, Act, Fault, head

__all__ = ["WIRES"]

HALF: Final = GOOD[: len(GOOD) // 2]
CHUNKED: Final = head(None, more="transfer-encoding: chunked\r\n")
BAD_CHUNK: Final = b"zz\r\n" + GOOD + b"\r\n0\r\n\r\n"
GZIPPED: Final = "content-encoding: gzip\r\n"
MEGABYTE: Final = b" " * 2**20
OVERSIZED_MB: Final = 9


def _stall(*before: bytes) -> Iterator[Act]:
    yield from before
    while True:
        yield 1.0


def _drip(text: bytes, seconds: float = 1.0) -> Iterator[Act]:
    """One byte at a time, then the same space again and again."""
    for byte in text:
        yield bytes([byte])
        yield seconds
    while True:
        yield b" "
        yield seconds


def _drip_body(start: bytes) -> Iterator[Act]:
    yield start
    yield from _drip(GOOD)


def _oversized(start: bytes) -> Iterator[Act]:
    yield start
    for _ in range(OVERSIZED_MB):
        yield MEGABYTE


def _endless_headers() -> Iterator[Act]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(100_000):
        yield b"x-%d: 1\r\n" % number


def _sent(name: str, expected: str, *parts: Act) -> Fault:
    return Fault(name, expected, lambda: parts)


WIRES: Final = (
    Fault("reset_at_once", "connection", tuple, end="reset"),
    Fault("reset_in_headers_line", "connection", lambda: (b"HTTP/1.1 200 OK\r\ncontent-", 0.05), end="reset"),
    Fault("reset_in_body", "connection", lambda: (head(len(GOOD)), HALF, 0.05), end="reset"),
    _sent("closed_at_once", "connection"),
    _sent("closed_in_headers", "connection", b"HTTP/1.1 200 OK\r\ncontent-"),
    _sent("closed_in_body", "connection", head(len(GOOD)), HALF),
    _sent("closed_in_chunk", "bad_reply", CHUNKED, b"%x\r\n" % len(GOOD), HALF),
    _sent("closed_without_last_chunk", "bad_reply", CHUNKED, b"%x\r\n%s\r\n" % (len(GOOD), GOOD)),
    _sent("closed_without_length", "bad_reply", head(None), HALF),
    _sent("bad_chunk_size", "bad_reply", CHUNKED + BAD_CHUNK),
    _sent("bad_chunk_size_later", "timeout", CHUNKED, 0.2, BAD_CHUNK),  # aiohttp does not tell: the deadline ends it
    _sent("not_http", "bad_reply", b"SSH-2.0-OpenSSH_9.6\r\n"),
    _sent("http_without_status", "bad_reply", b"HTTP/1.1 OK\r\n\r\n"),
    _sent("bad_length", "bad_reply", b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", GOOD),
    _sent("length_too_long", "connection", head(len(GOOD) + 100), GOOD),
    _sent("length_too_short", "bad_reply", head(len(GOOD) - 10), GOOD),
    _sent("bytes_after_the_body", ANSWER, head(len(GOOD)), GOOD, b"HTTP/1.1 500 Oops\r\n\r\n"),
    _sent("gzip_that_is_none", "bad_reply", head(len(GOOD), more=GZIPPED), GOOD),
    _sent("brotli_unasked", "bad_reply", head(8, more="content-encoding: br\r\n"), b"\x0b\x02\x80hello\x03"[:8]),
    Fault("no_headers", "timeout", _stall),
    Fault("stall_in_headers", "timeout", lambda: _stall(b"HTTP/1.1 200 OK\r\n")),
    Fault("stall_before_body", "timeout", lambda: _stall(head(len(GOOD)))),
    Fault("stall_in_body", "timeout", lambda: _stall(head(len(GOOD)), HALF)),
    Fault("drip_headers", "timeout", lambda: _drip(b"HTTP/1.1 200 OK\r\nx-slow: ")),
    Fault("drip_body", "timeout", lambda: _drip_body(head(10**6))),
    Fault("oversized", "oversized", lambda: _oversized(head(OVERSIZED_MB * 2**20))),
    Fault("oversized_without_length", "oversized", lambda: _oversized(head(None))),
    Fault("endless_headers", "bad_reply", _endless_headers),
)
"""What no status code tells of."""
