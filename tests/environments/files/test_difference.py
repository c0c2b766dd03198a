"""Comparing files: a unified diff, in bounded time."""

import time

import pytest

from wardian.base.identity import random_stream
from wardian.environments.files.difference import unified_diff
from wardian.environments.tool import ToolError


def test_it_shows_what_differs() -> None:
    diff = unified_diff("a\nb\nc\n", "a\nB\nc\n", "one", "two")
    assert diff == "--- one\n+++ two\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"


def test_equal_texts_have_no_difference() -> None:
    assert unified_diff("a\nb\n", "a\nb\n", "one", "two") == ""
    assert unified_diff("", "", "one", "two") == ""


def test_one_line_of_many_is_found_quickly() -> None:
    lines = [f"line {number}" for number in range(20_000)]
    changed = [*lines[:10_000], "other", *lines[10_001:]]
    assert "+other" in unified_diff("\n".join(lines), "\n".join(changed), "one", "two")


@pytest.mark.parametrize("alphabet", ["ab", "abcdefghijklmnopqrstuvwxyz"])
def test_comparing_takes_bounded_time(alphabet: str) -> None:
    random = random_stream("difference", alphabet)
    one, two = ("\n".join(random.choices(alphabet, k=490)) for _ in range(2))
    begun = time.perf_counter()
    unified_diff(f"x\n{one}\nx", f"y\n{two}\ny", "one", "two")
    assert time.perf_counter() - begun < 2


def test_what_differs_too_much_is_not_compared() -> None:
    with pytest.raises(ToolError) as refused:
        unified_diff("a\n" * 20_000, "b\n" * 20_000, "one", "two")
    assert refused.value.code == "too_different"
