"""Errors, and the one place where they become data.

WardianError
├── ConfigError           the user's input: says what and where; exit code 2
│   └── CredentialError   a key that is missing or refused; exit code 5
├── ModelError            no answer from a model, with a `cause` and a `kind`
├── EnvironmentFault      the environment itself broke (never the agent's fault)
└── InfraError            a worker, a process or a disk was lost
    └── StoreError        what a run is kept in does not answer, or takes nothing more; an OSError as well
"""

import errno
from collections.abc import Callable
from types import TracebackType
from typing import Literal

from wardian.base.frozen import Frozen
from wardian.base.usage import CallTiming, Retry

__all__ = [
    "Cause",
    "ConfigError",
    "CredentialError",
    "EnvironmentFault",
    "Failure",
    "InfraError",
    "ModelError",
    "StoreError",
    "WardianError",
    "boundary",
    "takes_nothing_more",
]

Cause = Literal["infra", "provider", "grader", "budget", "agent", "user_sim", "environment", "cancelled"]

EXCERPT_CHARACTERS = 2_000


class WardianError(Exception):
    """Base of all errors that Wardian raises on purpose."""

    cause: Cause = "infra"

    @property
    def kind(self) -> str:
        """A short stable name for tables, e.g. "rate_limited"."""
        return type(self).__name__


class ConfigError(WardianError):
    """Something the user wrote cannot be run. The text is one line: what, where, and what would be valid."""


class CredentialError(ConfigError):
    """A key is missing, or the provider refuses it."""


class ModelError(WardianError):
    """A model gave no usable answer.

    Args:
        kind: a short stable name such as "rate_limited", "timeout", "bad_reply", "context_overflow".
        message: one line for people.
        cause: "agent" when the model is to blame (scored), otherwise "provider" or "infra" (missing).
        status: the HTTP status, where there was one.
        lasting: whether every further call would end like this one: the run pauses. Kind "budget" always is.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        cause: Cause = "provider",
        status: int | None = None,
        lasting: bool = False,
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.status = status
        self.lasting = lasting or kind == "budget"
        self.retried: tuple[Retry, ...] = ()
        self.timing: CallTiming | None = None
        """How long it took when it was recorded; None for one that happened just now."""
        self._kind = kind

    @classmethod
    def of(cls, failure: "Failure") -> "ModelError":
        """The error that became `failure`, or stands for it: to be raised again further up."""
        error = cls(failure.kind, failure.message, cause=failure.cause, lasting=failure.lasting)
        error.retried = failure.retried
        return error

    @property
    def kind(self) -> str:
        """The name given when it was raised."""
        return self._kind


class EnvironmentFault(WardianError):
    """An environment broke one of its own promises."""

    cause: Cause = "environment"


class InfraError(WardianError):
    """A process, machine or disk that the run stood on is gone."""


class StoreError(InfraError, OSError):
    """What the run is kept in does not answer, or takes nothing more."""


def takes_nothing_more(error: OSError) -> bool:
    """Whether it is about a disk that is full, or a store that does not answer."""
    return isinstance(error, StoreError) or error.errno in (errno.ENOSPC, errno.EDQUOT)


class Failure(Frozen):
    """An error as data: part of the record of the episode it ended; `lasting` ones end all others too.

    `retried` are a model call's attempts before the one that failed for good.
    """

    cause: Cause
    kind: str
    message: str
    lasting: bool = False
    retried: tuple[Retry, ...] = ()

    @classmethod
    def of(cls, error: BaseException, *, cause: Cause = "infra") -> "Failure":
        """Describe `error`; `cause` is used for errors that do not say themselves whose fault they are."""
        message = (str(error) or type(error).__name__)[:EXCERPT_CHARACTERS]
        if isinstance(error, ModelError):
            lasting, retried = error.lasting, error.retried
            return cls(cause=error.cause, kind=error.kind, message=message, lasting=lasting, retried=retried)
        if isinstance(error, WardianError):
            return cls(cause=error.cause, kind=error.kind, message=message)
        return cls(cause=cause, kind=type(error).__name__, message=f"{type(error).__name__}: {message}")


class boundary:  # noqa: N801  (used as a statement: `with boundary(report):`)
    """Turn any error inside into a `Failure` given to `report`: a failed episode is data, not a crash.

    Configuration mistakes pass through, for they would fail every episode alike; so do cancellation
    and exit. Every other place names the errors it expects: this is the tree's one broad catch.
    """

    def __init__(self, report: Callable[[Failure], None], *, cause: Cause = "infra") -> None:
        self._report = report
        self._cause: Cause = cause

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> bool:
        if not isinstance(error, Exception) or isinstance(error, ConfigError):
            return False
        self._report(Failure.of(error, cause=self._cause))
        return True
