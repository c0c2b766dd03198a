"""Patterns: what they find, and that none of them takes long."""

import time

import pytest

from wardian.environments.files.patterns import glob, wording
from wardian.environments.tool import ToolError

PATHS = ["plan.md", "docs/plan.md", "docs/old/plan.md", "docs/old/plan-2.md", "docs/planXmd", "docs/[a].md"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.md", ["plan.md", "docs/plan.md", "docs/old/plan.md", "docs/old/plan-2.md", "docs/[a].md"]),
        ("plan.md", ["plan.md", "docs/plan.md", "docs/old/plan.md"]),
        ("docs/*.md", ["docs/plan.md", "docs/[a].md"]),
        ("docs/**", PATHS[1:]),
        ("**/plan.md", ["plan.md", "docs/plan.md", "docs/old/plan.md"]),
        ("docs/**/plan-?.md", ["docs/old/plan-2.md"]),
        ("[a].md", ["docs/[a].md"]),
        ("PLAN.md", []),
        ("", []),
    ],
)
def test_globs_find(pattern: str, found: list[str]) -> None:
    fits = glob(pattern)
    assert [path for path in PATHS if fits(path)] == found


@pytest.mark.parametrize(
    ("query", "regular", "ignore_case", "found"),
    [
        ("a.c", False, False, ["a.c"]),
        ("A.C", False, True, ["a.c", "A.C"]),
        ("a.c", True, False, ["a.c", "abc"]),
        (r"^a\wc$", True, True, ["abc"]),
        ("(", False, False, ["("]),
        ("É", False, True, ["é"]),
    ],
)
def test_wordings_find(query: str, regular: bool, ignore_case: bool, found: list[str]) -> None:
    occurs = wording(query, regular=regular, ignore_case=ignore_case)
    assert [line for line in ["a.c", "abc", "A.C", "(", "é"] if occurs(line)] == found


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "(", "[", "*", r"(a)\1", "(?=a)", "(?<!a)", "(?P<n", r"\p{Nope}"),
        *("a" * 301, "(a{1,1000}){1,1000}", "((a{0,100}){0,100}){0,100}", r"(?:\pL|\pN){1000}"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ToolError) as refused:
        wording(pattern, regular=True, ignore_case=False)
    assert refused.value.code == "invalid_pattern"
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "(x+x+)+y", r"^(\w+\s?)*$", "(?:a?){200}a{200}"),
        *(".*" * 100 + "=", "([a-z]+)*[0-9]", "[ab]*a[ab]{200}c", "(?i)(a*)*(b*)*!"),
    ],
)
def test_no_regular_expression_takes_long(pattern: str) -> None:
    occurs = wording(pattern, regular=True, ignore_case=False)
    lines = ["a" * 50_000 + "!", "ab" * 25_000 + "!", " ".join("aab" for _ in range(12_000)) + "?"]
    begun = time.perf_counter()
    for line in lines:
        occurs(line)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "pattern", ["*a" * 140 + "b", "**/" * 99 + "b", "?*" * 140 + "b", "*" * 290 + "b", "{a,b}" * 60]
)
def test_no_glob_takes_long(pattern: str) -> None:
    fits = glob(pattern)
    begun = time.perf_counter()
    for _ in range(1_000):
        assert not fits("a/" * 6 + "a" * 180)
    assert time.perf_counter() - begun < 2
