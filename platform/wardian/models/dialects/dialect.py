"""What a dialect is: the differences between providers' APIs, and nothing else."""

from dataclasses import dataclass, field
from typing import Final, Protocol

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.messages import Request
from wardian.models.reply import Reply
from wardian.models.streaming import Gatherer

__all__ = ["COMMON_HEADERS", "Dialect", "Manner", "bearer"]

COMMON_HEADERS: Final = {"accept": "application/json", "accept-encoding": "gzip, deflate", "user-agent": "wardian"}


class Dialect(Protocol):
    """One provider's API: where to ask, how to show the key, how to write a request and read the answer."""

    @property
    def path(self) -> str:
        """What follows the base URL."""
        ...

    def headers(self, key: str | None) -> dict[str, str]:
        """What every request carries."""
        ...

    def encode(self, request: Request, model: str) -> bytes:
        """`request` as the body for the provider's `model`.

        The bytes of a conversation's messages begin with those of the conversation one turn earlier, so that a
        provider's prompt cache finds them.
        """
        ...

    def gatherer(self) -> Gatherer:
        """What puts together one reply that comes as a stream."""
        ...

    def read(self, body: bytes, *, turn: int, prompt_tokens: int) -> Reply:
        """The answer in the body of a successful call.

        Args:
            body: the bytes as they came.
            turn: where the conversation stands; names tool calls that came without an id.
            prompt_tokens: our own estimate, for providers that do not count.

        Raises:
            wardian.models.reply.Unreadable: when there is no answer in it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """What may be said of any dialect.

    Args:
        stream: whether to ask for the answer piece by piece.
        extra: more keys of every body; they replace those of the same name.
        thoughts: whether the model gets its own thoughts back.
    """

    stream: bool = False
    extra: JsonObject = field(default_factory=dict)
    thoughts: bool = True

    def encoded(self, body: dict[str, object]) -> bytes:
        """`body` with what was asked for besides."""
        if self.stream:
            body["stream"] = True
        return orjson.dumps(body | self.extra)

    def answered(self, reply: Reply, thoughts: str | None) -> Reply:
        """`reply` with what its provider wants to see again."""
        if thoughts is None or not self.thoughts:
            return reply
        return reply.model_copy(update={"thoughts": thoughts})


def bearer(key: str | None) -> dict[str, str]:
    """What every request carries, with the key as a bearer token."""
    return {**COMMON_HEADERS} if key is None else {**COMMON_HEADERS, "authorization": f"Bearer {key}"}
