"""Comparing files: a unified diff, in bounded time."""

import time

import pytest

from wardian.base.identity import random_stream
from wardian.environments.files.difference import unified_diff
from wardian.environments.tool import ToolError


def test_it_shows_what_differs() -> None:
    diff = unified_diff("a\nb\nc\n", "a\nB\nc\n", "one", "two")
    assert diff == "--- one\n+++ two\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"


def patched(text: str, diff: str) -> str:
    """`text` with the diff applied, which must fit."""
    lines, done, place = text.split("\n"), [], 0
    for line in diff.split("\n")[2:]:
        if line.startswith("@@"):
            begin = int(line.split()[1].split(",")[0].removeprefix("-")) - 1
            done += lines[place:begin]
            place = begin
        elif line.startswith("+"):
            done.append(line[1:])
        else:
            assert lines[place] == line[1:]
            done += [] if line.startswith("-") else [lines[place]]
            place += 1
    return "\n".join(done + lines[place:])


@pytest.mark.parametrize("seed", range(30))
def test_a_diff_leads_from_the_one_to_the_other(seed: int) -> None:
    random = random_stream("difference", seed)
    old = [f"{number} {random.choice('abc')}" for number in range(random.randrange(20, 60))]
    new = list(old)
    for _ in range(random.randrange(1, 5)):
        place = random.randrange(1, len(new) - 1)
        new[place : place + random.randrange(2)] = ["new"] * random.randrange(1, 3)
    one, other = "\n".join(old), "\n".join(new)
    assert patched(one, unified_diff(one, other, "one", "two")) == other


def test_equal_texts_have_no_difference() -> None:
    assert unified_diff("a\nb\n", "a\nb\n", "one", "two") == ""
    assert unified_diff("", "", "one", "two") == ""


def test_one_line_of_many_is_found_quickly() -> None:
    lines = [f"line {number}" for number in range(20_000)]
    changed = [*lines[:10_000], "other", *lines[10_001:]]
    diff = unified_diff("\n".join(lines), "\n".join(changed), "one", "two").split("\n")
    assert diff[2:5] == ["@@ -9998,7 +9998,7 @@", " line 9997", " line 9998"]
    assert "+other" in diff


def test_one_line_among_equal_ones_is_found() -> None:
    same = "same\n" * 30_000
    diff = unified_diff(f"{same}one\n{same}", f"{same}two\n{same}", "one", "two")
    assert diff.endswith(" same\n same\n same\n-one\n+two\n same\n same\n same")


@pytest.mark.parametrize("alphabet", ["ab", "abcdefghijklmnopqrstuvwxyz"])
def test_comparing_takes_bounded_time(alphabet: str) -> None:
    random = random_stream("difference", alphabet)
    one, two = ("\n".join(random.choices(alphabet, k=300)) for _ in range(2))
    begun = time.perf_counter()
    unified_diff(f"x\n{one}\nx", f"y\n{two}\ny", "one", "two")
    assert time.perf_counter() - begun < 2


def test_what_differs_too_much_is_not_compared() -> None:
    with pytest.raises(ToolError) as refused:
        unified_diff("a\n" * 20_000, "b\n" * 20_000, "one", "two")
    assert refused.value.code == "too_different"
