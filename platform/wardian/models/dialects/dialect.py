"""What a dialect is: the differences between providers' APIs, and nothing else."""

from typing import Final, Protocol

from wardian.base.messages import Request
from wardian.models.reply import Reply
from wardian.models.streaming import Gatherer

__all__ = ["COMMON_HEADERS", "Dialect"]

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
