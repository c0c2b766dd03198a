"""The bodies that the simulated provider sends, in the words of OpenAI's API."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson

from wardian.base.messages import Message
from wardian.simulator.asgi import Headers, Send
from wardian.simulator.streams import chunks

__all__ = ["Completed", "Rejection", "Reply", "json_reply"]

BYTES_PER_TOKEN: Final = 4
EVENT_STREAM: Final = b"text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer: a body of one part has a length, one of several comes as it is written."""

    parts: tuple[bytes, ...]
    status: int = HTTPStatus.OK
    headers: tuple[tuple[bytes, bytes], ...] = ()
    kind: bytes = b"application/json"

    async def send(self, send: Send) -> None:
        """Send it, labelled as simulated."""
        headers = [(b"content-type", self.kind), (b"x-wardian-simulated", b"1"), *self.headers]
        if len(self.parts) == 1:
            headers.append((b"content-length", b"%d" % len(self.parts[0])))
        await send({"type": "http.response.start", "status": int(self.status), "headers": headers})
        for place, part in enumerate(self.parts, 1):
            await send({"type": "http.response.body", "body": part, "more_body": place < len(self.parts)})


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
        return Reply((orjson.dumps({"error": error}),), self.status, tuple(self.headers))


def json_reply(value: object) -> Reply:
    """`value` as JSON."""
    return Reply((orjson.dumps(value),))


def tokens(size: int) -> int:
    """About how many tokens `size` bytes of text are."""
    return max(size // BYTES_PER_TOKEN, 1)


@dataclass(frozen=True, slots=True)
class Completed:
    """An answer, to be sent in one piece or in many.

    Args:
        head: id, time and model.
        message: what the model says.
        prompt_tokens: what it read.
    """

    head: dict[str, object]
    message: Message
    prompt_tokens: int

    @property
    def finish(self) -> str:
        """Why it ended."""
        return "tool_calls" if self.message.tool_calls else "stop"

    @property
    def usage(self) -> dict[str, int]:
        """What it used."""
        read, written = self.prompt_tokens, tokens(len(self.message.wire))
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def whole(self, headers: Headers) -> Reply:
        """In one piece."""
        choice = {"index": 0, "message": orjson.Fragment(self.message.wire), "finish_reason": self.finish}
        body = {"object": "chat.completion", **self.head, "choices": [choice], "usage": self.usage}
        return Reply((orjson.dumps(body),), headers=tuple(headers))

    def streamed(self, headers: Headers, *, counted: bool) -> Reply:
        """As events, with the usage at the end if that is `counted`."""
        events = chunks(self.head, self.message, self.finish, self.usage if counted else None)
        return Reply(tuple(events), headers=tuple(headers), kind=EVENT_STREAM)
