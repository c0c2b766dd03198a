"""The bodies that the simulated provider sends, in the words of OpenAI's API."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson

from wardian.base.messages import Message
from wardian.simulator.asgi import Headers

__all__ = ["Rejection", "Reply", "completion", "json_reply"]

BYTES_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    body: bytes
    status: int = HTTPStatus.OK
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Rejection(Exception):
    """The request gets no completion.

    Args:
        status: the HTTP status.
        code: a short stable name.
        message: one line for people.
        headers: more headers of the answer.
    """

    def __init__(self, status: HTTPStatus, code: str, message: str, headers: Headers | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or []

    @property
    def reply(self) -> Reply:
        """The error as OpenAI would write it."""
        kind = "rate_limit_error" if self.status == HTTPStatus.TOO_MANY_REQUESTS else "invalid_request_error"
        error = {"message": str(self), "type": kind, "param": None, "code": self.code}
        return Reply(orjson.dumps({"error": error}), self.status, tuple(self.headers))


def json_reply(value: object) -> Reply:
    """`value` as JSON."""
    return Reply(orjson.dumps(value))


def tokens(size: int) -> int:
    """About how many tokens `size` bytes of text are."""
    return max(size // BYTES_PER_TOKEN, 1)


def completion(name: str, model: str, message: Message, *, prompt_tokens: int, created: float) -> bytes:
    """The chat completion `name` with `message` as its one choice."""
    written = tokens(len(message.wire))
    return orjson.dumps(
        {
            "id": name,
            "object": "chat.completion",
            "created": int(created),
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "message": orjson.Fragment(message.wire),
                    "finish_reason": "tool_calls" if message.tool_calls else "stop",
                }
            ],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": written,
                "total_tokens": prompt_tokens + written,
            },
        }
    )
