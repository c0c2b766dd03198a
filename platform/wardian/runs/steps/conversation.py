"""Hashes of a conversation that grows: what was hashed in the turn before is not hashed again."""

from hashlib import blake2b
from typing import Final

from wardian.base.messages import Message, Request

__all__ = ["Conversation"]

DIGEST_BYTES: Final = 16
ELSEWHERE: Final = {"messages", "tools", "origin", "model"}


class Conversation:
    """Names the questions of one episode by their content."""

    def __init__(self) -> None:
        self._messages: tuple[Message, ...] = ()
        self._said = blake2b(digest_size=DIGEST_BYTES)
        self._frame: Request | None = None
        self._around = b""

    def question(self, request: Request) -> str:
        """Hash of everything in `request` that decides its answer, but for the model's name."""
        known = len(self._messages)
        if request.messages[:known] != self._messages:
            known, self._said = 0, blake2b(digest_size=DIGEST_BYTES)
        for message in request.messages[known:]:
            _add(message, self._said)
        self._messages = request.messages
        whole = self._said.copy()
        whole.update(self._surroundings(request))
        return whole.hexdigest()

    def _surroundings(self, request: Request) -> bytes:
        """Tools and sampling, hashed when they change."""
        frame = self._frame
        if frame is None or not _alike(frame, request):
            self._frame, self._around = request, _around(request)
        return self._around


def _add(message: Message, content: "blake2b") -> None:
    """JSON values end where they end, so they need nothing in between."""
    content.update(message.wire)
    if message.reasoning is not None or message.thoughts is not None:
        content.update(message.model_dump_json(include={"reasoning", "thoughts"}).encode())


def _alike(one: Request, other: Request) -> bool:
    if (one.tools, one.must_call, one.response_schema) != (other.tools, other.must_call, other.response_schema):
        return False
    return one.sampling is other.sampling or one.sampling == other.sampling


def _around(request: Request) -> bytes:
    content = blake2b(digest_size=DIGEST_BYTES)
    for tool in request.tools:
        content.update(tool.wire)
    content.update(request.model_dump_json(exclude=ELSEWHERE, exclude_defaults=True).encode())
    return content.digest()
