"""Keys never leave."""

import base64
from urllib.parse import quote

import pytest

from wardian.models.redaction import Redactor

KEY = "sk/Very+Secret=Key:42"


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
    ],
)
def test_all_forms_are_masked(form: str) -> None:
    assert form.rstrip("=") not in Redactor(KEY)(f"your key {form} is wrong")


@pytest.mark.parametrize(
    "other",
    [
        "sk-proj-abcdefghijklmnop",
        "gsk_abcdefghijklmnop",
        "AIzaSyA1234567890abcdefghijklmnop",
        "Bearer abcdefghijklmnop",
        "bearer  abcdefghijklmnop",
        "ghp_abcdefghijklmnop",
        "github_pat_abcdefghijklmnop",
        "glpat-abcdefghijklmnop",
        "AKIAabcdefghijklmnop",
        "r8_abcdefghijklmnop",
    ],
)
def test_what_looks_like_a_key_is_masked(other: str) -> None:
    assert "abcdefghij" not in Redactor(None)(f"<{other}>")


@pytest.mark.parametrize("start", range(1_960, 2_020, 7))
def test_key_on_the_edge_of_the_excerpt(start: int) -> None:
    excerpt = Redactor(KEY).excerpt(b"x" * start + KEY.encode() + b"y" * 4_000)
    assert KEY[:6] not in excerpt
    assert len(excerpt.encode()) <= 2_000


def test_short_placeholder_key_does_not_eat_words() -> None:
    assert Redactor("none")("none of these") == "none of these"


def test_excerpt_is_one_printable_line() -> None:
    assert Redactor(None).excerpt(b"a\r\n\x1b[31mb\x00c\xff \xc3\xbc") == "a [31mb c\ufffd \xfc"
