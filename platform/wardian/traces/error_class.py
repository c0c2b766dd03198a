"""Which kind of failure a result is, in words that two systems share.

The classes follow the meaning of HTTP's status codes (RFC 9110), whatever a system calls them.
"""

import re
from typing import Any, Final

__all__ = ["error_class", "tells_outcome"]

OK: Final = ""
OTHER: Final = "error"
STATUSES: Final = {
    400: "invalid_arguments",
    401: "unauthorized",
    403: "not_allowed",
    404: "not_found",
    408: "timeout",
    409: "conflict",
    410: "not_found",
    412: "conflict",
    422: "invalid_arguments",
    429: "rate_limited",
    504: "timeout",
}
WORDS: Final = (
    ("unknown_tool", r"unknown.?(?:tool|function)|no such tool"),
    ("rate_limited", r"rate.?limit|too.?many.?requests|throttl"),
    ("timeout", r"time.?d?.?out"),
    ("unauthorized", r"unauthori[sz]ed|unauthenticated|not.?authenticated|invalid.?(?:token|api.?key)"),
    ("not_allowed", r"forbidden|not.?allowed|permission|denied"),
    ("not_found", r"not.?found|does.?n.t.?exist|does.?not.?exist|no.?such|(?:key|lookup)error|missing.?resource"),
    ("conflict", r"conflict|already|duplicate|integrity"),
    ("invalid_arguments", r"invalid|validation|unprocessable|bad.?request|malformed|(?:value|type)error"),
    ("server_error", r"internal|server.?error|unavailable"),
)
PATTERNS: Final = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in WORDS)
FAILED: Final = re.compile(r"\W*(?:error|exception|traceback)\b", re.IGNORECASE)
SERVER: Final = 500


def error_class(code: str | None, value: Any) -> str:
    """The class of a failure, "" for a success.

    Args:
        code: what the record itself calls the failure, None when it does not call it one.
        value: the result's payload; an object with `error`, or a `status` from 400, is a failure as well.
    """
    told = _told(value)
    if code is None and told is None:
        return OK
    return _class(code or "") or _class(told or "") or OTHER


def tells_outcome(code: str | None, value: Any) -> bool:
    """Whether a result says whether its call failed; a record that names no failure anywhere may just not say so."""
    return code is not None or _told(value) is not None


def _told(value: Any) -> str | None:
    """What a result says of its own failure, None when it is none."""
    if isinstance(value, str):
        return value if FAILED.match(value) else None
    if not isinstance(value, dict):
        return None
    status = value.get("status", value.get("status_code"))
    if isinstance(status, int) and not isinstance(status, bool) and status >= min(STATUSES):
        return str(status)
    error = value.get("error")
    if isinstance(error, dict):
        return " ".join(str(error[key]) for key in ("code", "status", "type", "message") if key in error) or OTHER
    return str(error) if error else None


def _class(words: str) -> str:
    first = words.split(" ", 1)[0]
    if first.isdecimal() and len(first) == len("404"):
        status = int(first)
        return STATUSES.get(status, "server_error" if status >= SERVER else OTHER)
    head = next((name for name, pattern in PATTERNS if pattern.search(first)), "")
    return head or next((name for name, pattern in PATTERNS if pattern.search(words)), "")
