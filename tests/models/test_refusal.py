"""Retry-After in all its spellings."""

import pytest

from wardian.models.refusal import refusal, retry_after

NOW = "Mon, 23 Nov 2026 21:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Mon, 23 Nov 2026 21:00:30 GMT", "date": NOW}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 20:00:00 GMT", "date": NOW}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 21:00:30 GMT"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 21:00:30", "date": NOW}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_quota_words_with_retry_after_are_a_rate_limit() -> None:
    error = refusal(429, {"retry-after": "20"}, "You exceeded your current quota", "http://x")
    assert (error.kind, error.retry_after_s) == ("rate_limited", 20.0)
