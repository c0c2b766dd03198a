"""One fault: the bytes that a provider sends instead of a proper answer, and what a client should make of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

__all__ = ["ANSWER", "Act", "Fault", "head", "http"]

Act = bytes | float
"""Bytes to send, or seconds to wait."""

ANSWER: Final = "answer"
"""The expectation that a reply is odd but usable."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way to answer badly.

    Args:
        name: asked for as the model `fault/<name>`.
        expected: the `kind` of the error that a client should raise, or `ANSWER`.
        acts: what is sent, made anew for each request; it may have no end.
        end: how the connection ends after that.
    """

    name: str
    expected: str
    acts: Callable[[], Iterable[Act]]
    end: Literal["close", "reset"] = "close"


def head(length: int | None, status: int = 200, *, more: str = "", kind: str = "application/json") -> bytes:
    """The status line and headers of a reply of `length` bytes, of unknown length without one.

    `more` are further headers, each with its line end.
    """
    size = "" if length is None else f"content-length: {length}\r\n"
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    top = f"HTTP/1.1 {status} {reason}\r\ncontent-type: {kind}\r\nconnection: close\r\nx-wardian-simulated: 1\r\n"
    return f"{top}{size}{more}\r\n".encode()


def http(body: bytes, status: int = 200, *, more: str = "", kind: str = "application/json") -> tuple[Act, ...]:
    """A reply that is right as HTTP, whatever its body says."""
    return (head(len(body), status, more=more, kind=kind), body)
