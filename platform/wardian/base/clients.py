"""The two protocols that stand between an agent and a provider."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from wardian.base.messages import Completion, Request, Usage

__all__ = ["ModelClient", "Permit", "Quota"]


class ModelClient(Protocol):
    """Anything that answers: a provider, a fusion of models, a cache, a script."""

    @property
    def name(self) -> str:
        """The name by which a job refers to it."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Answer `request`.

        Raises:
            wardian.base.errors.ModelError: when no answer can be had; it says why and whose fault it is.
        """
        ...


class Permit(Protocol):
    """The right to send one request, granted by a `Quota`."""

    def settle(self, usage: Usage) -> None:
        """Replace the estimate of tokens by what was really used."""
        ...

    def rejected(self, retry_after_s: float | None) -> None:
        """The provider answered 429: nobody on this lane sends before `retry_after_s` from now."""
        ...


class Quota(Protocol):
    """Admission to a provider's rate limits: `LocalQuota` in one process, `LeasedQuota` on a worker."""

    def admit(self, model: str, *, tokens: int) -> AbstractAsyncContextManager[Permit]:
        """Wait until one request of about `tokens` tokens may go to `model`."""
        ...
