"""A provider's refusal as a `ModelError`: what went wrong, whose fault it is, whether to ask again."""

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from wardian.base.errors import Cause, ModelError

__all__ = ["FAULTS", "RETRIED", "Refusal", "refusal", "retry_after"]

FAULTS: Final = frozenset({"overloaded", "server_error", "connection", "bad_reply", "oversized", "timeout", "stalled"})
"""Kinds that say that the provider, or the way to it, is not well."""
RETRIED: Final = FAULTS | {"rate_limited"}
"""Kinds that may go away by themselves. Everything else is asked once."""

KINDS: Final = {
    400: "bad_request",
    401: "auth",
    402: "rate_limited",  # with a Retry-After: OpenRouter's calls on their way have reserved what is left
    403: "auth",
    404: "not_found",
    408: "timeout",
    413: "too_large",
    422: "bad_request",
    429: "rate_limited",
    503: "overloaded",
    529: "overloaded",
}
CONTEXT_STATUSES: Final = frozenset({400, 413, 422, 500})
CONTEXT_OVERFLOW: Final = re.compile(
    r"context.?(?:length|window|size|limit)|maximum context|exceeds? the (?:available|model'?s?) context"
    r"|(?:prompt|input) is too long|too many (?:input )?tokens|reduce the length of|max_model_len|max_seq_len"
    r"|exceeds the maximum number of tokens|input length .{0,60}exceed|longer than the model"
    r"|tokens.{0,60}too large for model|maximum prompt length|input tokens exceeded|exceed_context_size"
    r"|inputs` (?:tokens|must have less than)",
    re.IGNORECASE,
)
OUT_OF_MONEY: Final = re.compile(
    r"insufficient.?(?:quota|credit|balance|fund)|credit balance|billing.?(?:hard.?limit|not.?active)", re.IGNORECASE
)
OUT_OF_QUOTA: Final = re.compile(r"exceeded your current quota", re.IGNORECASE)
"""OpenAI means money by it, Gemini a minute's limit, and then says how long to wait."""
ANTHROPIC_OUT_OF_MONEY: Final = re.compile(r"your credit balance is too low", re.IGNORECASE)
"""Its status is 400. Other texts are not searched for money there: they may quote the conversation."""
FILTERED: Final = re.compile(
    r"(?:code|type)\W{3,9}(?:content_filter|content_policy_violation|invalid_prompt)\b"
    r"|content management policy|\bflagged_input\b|input was flagged",
    re.IGNORECASE,
)
"""The prompt met a filter: Azure and OpenAI answer 400 then, OpenRouter 403."""
UNPARSABLE: Final = re.compile(r"model produced output that does not match", re.IGNORECASE)
"""llama.cpp's 500 for a tool call that it could not parse: the model's doing, and the same again when repeated."""
OF_THE_MODEL: Final = frozenset({"context_overflow", "unparsable_output", "content_filter"})
UNPAID: Final = frozenset({"auth", "bad_request", "not_found", "quota_exhausted", "rate_limited", "too_large"})
"""Kinds of 4xx that no provider charges for. Azure may for a prompt that is too long, filtered or answered too late."""
FIRST_SERVER_ERROR = 500


class Refusal(ModelError):
    """An answer that is none.

    Args:
        kind: see `RETRIED` for those that are asked again.
        message: one line for people, without keys.
        cause: whose fault it is.
        status: the HTTP status, where there was one.
        retry_after_s: how long the provider asks us to wait.
        lasting: see `ModelError`.
    """

    unpaid = False
    """Whether the provider has certainly charged nothing: it was not reached, or refused to begin."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        cause: Cause = "provider",
        status: int | None = None,
        retry_after_s: float | None = None,
        lasting: bool = False,
    ) -> None:
        super().__init__(kind, message, cause=cause, status=status, lasting=lasting)
        self.retry_after_s = retry_after_s


def refusal(status: int, headers: Mapping[str, str], excerpt: str, where: str, *, answered: bool = False) -> Refusal:
    """The error that an HTTP `status` with a body that begins with `excerpt` stands for.

    `answered`: the status stands in a reply that claims success, so the provider may have done what it charges for.
    """
    wait = retry_after(headers)
    kind = _kind(status, excerpt, told_to_wait=wait is not None)
    cause: Cause = "agent" if kind in OF_THE_MODEL else "provider"
    message = f"{where} answered {status}: {excerpt or '(nothing)'}"
    error = Refusal(kind, message, cause=cause, status=status, retry_after_s=wait)
    error.unpaid = not answered and status < FIRST_SERVER_ERROR and kind in UNPAID
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks us to wait: a number or a date, the latter by the provider's own clock."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    return _until(text, headers.get("date"))


def _kind(status: int, text: str, *, told_to_wait: bool) -> str:
    if status >= FIRST_SERVER_ERROR and UNPARSABLE.search(text):
        return "unparsable_output"
    if status in CONTEXT_STATUSES and CONTEXT_OVERFLOW.search(text):
        return "context_overflow"
    if status in (400, 403) and FILTERED.search(text):
        return "content_filter"
    if _lacks_money(status, text, told_to_wait=told_to_wait):
        return "quota_exhausted"
    known = KINDS.get(status)
    if known is not None:
        return known
    if status >= FIRST_SERVER_ERROR:
        return "server_error"
    return "bad_request" if status >= 400 else "redirected"


def _lacks_money(status: int, text: str, *, told_to_wait: bool) -> bool:
    if status == 402:
        return not told_to_wait
    if status == 429:
        return OUT_OF_MONEY.search(text) is not None or (not told_to_wait and OUT_OF_QUOTA.search(text) is not None)
    return status == 400 and ANTHROPIC_OUT_OF_MONEY.search(text) is not None


def _number(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(date: str, now: str | None) -> float | None:
    try:
        seconds = (parsedate_to_datetime(date) - parsedate_to_datetime(now or "")).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(seconds, 0.0)
