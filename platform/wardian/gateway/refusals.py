"""Why a request gets no completion, in the words of OpenAI's API: a status, and an error object.

The codes of fusions are those of OpenRouter's, where it has one.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.fused import Answer
from wardian.fusion.failed import FusionFailed
from wardian.serving.refusal import Refused

__all__ = ["BadKey", "ErrorBody", "MemberFailure", "Problem", "refusal_of"]

NO_MONEY: Final = frozenset({"quota_exhausted", "budget", "skipped_budget"})
TOO_LATE: Final = frozenset({"timeout", "stalled", "deadline", "cancelled", "late"})
OF_THE_CALLER: Final = frozenset({"context_overflow", "content_filter", "bad_request", "too_large"})
NOBODY: Final = "all_members_failed"
TYPES: Final = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.PAYMENT_REQUIRED: "insufficient_quota",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
FIRST_SERVER_ERROR: Final = 500


class BadKey(Refused):
    """A key of the body that cannot stand there.

    Args:
        key: which.
        message: what is wrong with it.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__("invalid_request", f"{key or 'body'}: {message}")
        self.key = key or None


class MemberFailure(Frozen):
    """Who of a panel gave no answer, and why."""

    seat: str
    state: str
    reason: str


class Problem(Frozen):
    """An error object: a short stable `code`, one line for people, and the key that is to blame."""

    message: str
    type: str
    param: str | None = None
    code: str
    members: tuple[MemberFailure, ...] | None = None


class ErrorBody(Frozen):
    """What is sent with a status of 400 and above."""

    error: Problem

    @classmethod
    def of(cls, status: HTTPStatus, code: str, message: str, **more: Any) -> "ErrorBody":
        """The body that goes with `status`; `more` are other keys of the error."""
        kind = "server_error" if status >= FIRST_SERVER_ERROR else "invalid_request_error"
        return cls(error=Problem(message=message, type=TYPES.get(status, kind), code=code, **more))


def refusal_of(error: ModelError) -> tuple[HTTPStatus, ErrorBody]:
    """What a caller is told of a model, or a whole panel, that gave no answer."""
    if not isinstance(error, FusionFailed) or error.kind != NOBODY:
        status, code = _status((error.kind,))
        return status, ErrorBody.of(status, code or error.kind, str(error))
    answers = error.result.members
    status, code = _status([_kind(answer) for answer in answers])
    members = tuple(map(_failure, answers))
    return status, ErrorBody.of(status, code or "all_panels_failed", str(error), members=members)


def _status(kinds: Iterable[str]) -> tuple[HTTPStatus, str]:
    """What all `kinds` have in common; a code of its own for what is more than that."""
    every = set(kinds)
    if every <= NO_MONEY:
        return HTTPStatus.PAYMENT_REQUIRED, "insufficient_credits"
    if every <= {"rate_limited"}:
        return HTTPStatus.TOO_MANY_REQUESTS, "rate_limited"
    if every <= TOO_LATE:
        return HTTPStatus.GATEWAY_TIMEOUT, "deadline"
    if every <= OF_THE_CALLER:
        return HTTPStatus.BAD_REQUEST, ""
    return HTTPStatus.SERVICE_UNAVAILABLE, ""


def _kind(answer: Answer) -> str:
    return answer.failure.kind if answer.failure is not None and answer.state == "error" else answer.state


def _failure(answer: Answer) -> MemberFailure:
    reason = answer.state if answer.failure is None else answer.failure.message
    return MemberFailure(seat=answer.seat, state=answer.state, reason=reason)
