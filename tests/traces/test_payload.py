"""What results say, without their wrapping, and which kind of failure they are."""

from typing import Any

import pytest

from wardian.traces.error_class import error_class
from wardian.traces.payload import payload


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ("plain words", "plain words"),
        ('{"content": [{"type": "text", "text": "{\\"a\\": 1}"}], "isError": false}', {"a": 1}),
        ('{"type": "tool", "content": "[1]", "name": "x"}', [1]),
        ('{"content": "mine"}', {"content": "mine"}),
        ('{"content": []}', {"content": []}),
    ],
)
def test_the_wrapping_is_taken_off(text: str, value: Any) -> None:
    assert payload(text) == value


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        (None, {"id": 1}, ""),
        (None, {"error": None, "id": 1}, ""),
        (None, {"status": "open"}, ""),
        (None, {"status": 201}, ""),
        (None, {"status": 404, "body": {}}, "not_found"),
        (None, {"error": {"code": "not_found", "message": "invalid"}}, "not_found"),
        (None, {"error": "Parcel is locked"}, "error"),
        (None, "Error: user not found", "not_found"),
        (None, "errors are rare", ""),
        ("429", {}, "rate_limited"),
        ("503", {}, "server_error"),
        ("418", {}, "error"),
        ("KeyError", "'L2'", "not_found"),
        ("ValueError", "bad date", "invalid_arguments"),
        ("error", {"error": {"code": "conflict"}}, "conflict"),
        ("PermissionError", "no", "not_allowed"),
        ("pydantic.ValidationError", "x", "invalid_arguments"),
    ],
)
def test_failures_have_classes(code: str | None, value: Any, said: str) -> None:
    assert error_class(code, value) == said
