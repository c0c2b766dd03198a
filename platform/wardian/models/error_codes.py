"""The status behind an error object: providers send it as a number, or as a name, within a reply that claims success.

Names are those of OpenAI's and Anthropic's error tables and of Google's canonical codes.
"""

from typing import Final

from wardian.base.frozen import JsonObject

__all__ = ["status_in"]

STATUSES: Final = frozenset(str(status) for status in range(400, 600))
NAMES: Final = {
    "authentication_error": 401,
    "invalid_api_key": 401,
    "unauthenticated": 401,
    "billing_error": 402,
    "billing_hard_limit_reached": 402,
    "insufficient_quota": 402,
    "insufficient_credits": 402,
    "permission_error": 403,
    "permission_denied": 403,
    "model_not_found": 404,
    "not_found_error": 404,
    "not_found": 404,
    "timeout_error": 408,
    "deadline_exceeded": 504,
    "request_too_large": 413,
    "context_length_exceeded": 400,
    "exceed_context_size_error": 400,
    "invalid_argument": 400,
    "invalid_request_error": 400,
    "failed_precondition": 400,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "api_error": 500,
    "internal": 500,
    "internal_server_error": 500,
    "server_error": 500,
    "unavailable": 503,
    "service_unavailable": 503,
    "overloaded": 529,
    "overloaded_error": 529,
}
KEYS: Final = ("status", "code", "type")
"""Where it stands; a number anywhere counts more than a name, and a code more than its type."""


def status_in(error: JsonObject) -> int | None:
    """The HTTP status that `error` names, None when it names none."""
    said = [str(value).lower() for key in KEYS if isinstance(value := error.get(key), str | int)]
    number = next((int(value) for value in said if value in STATUSES), None)
    return number or next((NAMES[value] for value in said if value in NAMES), None)
