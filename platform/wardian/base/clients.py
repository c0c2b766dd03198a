"""The two protocols that stand between an agent and a provider."""

import math
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from wardian.base.completion import Completion
from wardian.base.frozen import Frozen
from wardian.base.messages import Request
from wardian.base.usage import Usage

__all__ = ["Allowance", "ModelClient", "Permit", "Quota", "RateReport", "Standing"]

N = TypeVar("N", int, float)


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


class RateReport(Frozen):
    """What a reply says of its provider's rate limits; None where it says nothing.

    Args:
        limit_requests: requests a minute.
        remaining_requests: how many of them are left.
        limit_tokens: tokens a minute.
        remaining_tokens: how many of them are left.
        age_s: how long ago the call was sent.
    """

    limit_requests: int | None = None
    remaining_requests: int | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    age_s: float = 0.0

    @property
    def exhausted(self) -> bool:
        """Whether less than a second's worth is left of requests or tokens."""
        pairs = (self.remaining_requests, self.limit_requests), (self.remaining_tokens, self.limit_tokens)
        return any(left is not None and limit is not None and left * 60 <= limit for left, limit in pairs)


class Allowance(Frozen):
    """What a quota lets through now; None where nothing limits it.

    Args:
        rpm: requests a minute, as the limit is in force now.
        tpm: tokens a minute.
        requests: how many may be sent at once.
        tokens: how many tokens at once.
        blocked_s: seconds until the provider wants to hear from us again.
    """

    rpm: float | None = None
    tpm: float | None = None
    requests: int | None = None
    tokens: int | None = None
    blocked_s: float = 0.0

    @classmethod
    def together(cls, parts: Iterable["Allowance"]) -> "Allowance":
        """Those of several workers under one limit: that limit, and the sum of what each may send."""
        every = tuple(parts)
        return cls(
            rpm=_known(min, (part.rpm for part in every)),
            tpm=_known(min, (part.tpm for part in every)),
            requests=_known(sum, (part.requests for part in every)),
            tokens=_known(sum, (part.tokens for part in every)),
            blocked_s=max((part.blocked_s for part in every), default=0.0),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands in a line.

    Args:
        since: when what it belongs to began, on the monotonic clock: the earliest goes first, `-math.inf` before all.
        patience_s: it does not wait for a provider that wants to hear from nobody for longer than this.
    """

    since: float
    patience_s: float = math.inf


class Quota(Protocol):
    """Admission to a provider's rate limits: `LocalQuota` in one process, `LeasedQuota` on a worker."""

    def admit(
        self, model: str, *, tokens: int, standing: Standing | None = None
    ) -> AbstractAsyncContextManager[Permit]:
        """Wait until one request of about `tokens` tokens may go to `model`; without a standing, behind all others.

        Raises:
            wardian.base.errors.ModelError: kind "rate_limited", when that takes longer than `standing` allows.
        """
        ...

    def free(self, model: str, *, tokens: int) -> bool:
        """Whether a request of about `tokens` tokens would go to `model` at once."""
        ...

    def hear(self, model: str, report: RateReport) -> None:
        """Take notice of what a reply of `model` says of the limits."""
        ...

    def allowance(self, model: str) -> Allowance:
        """What may go to `model` now, for people to look at."""
        ...


def _known(join: Callable[[list[N]], N], numbers: Iterable[N | None]) -> N | None:
    known = [number for number in numbers if number is not None]
    return join(known) if known else None
