"""Checks: typed diffs, what was said, what came first."""

import re

import pytest

from wardian.environments.change import Change
from wardian.environments.checks import (
    Communicated,
    ConfirmedWrites,
    Evidence,
    RequiredBefore,
    StateReached,
    Withheld,
    money,
    visible,
)
from wardian.environments.transcript import CallNote, Transcript

KEYS = {"jars": ["id"], "notes": ["id"]}


def update(key: str, after: int) -> Change:
    return Change(table="jars", key=key, column="grams", kind="update", before=0, after=after)


def note(key: str, text: str) -> Change:
    return Change(table="notes", key=key, column="*", kind="insert", after={"id": key, "jar": "j1", "text": text})


def evidence(
    *, expected: tuple[Change, ...] = (), actual: tuple[Change, ...] = (), texts: tuple[str, ...] = ()
) -> Evidence:
    return Evidence(expected, actual, Transcript(texts))


def calls(*notes: tuple[str, bool, bool, bool]) -> Evidence:
    named = [CallNote(tool=t, succeeded=s, writes=w, consented=c) for t, s, w, c in notes]
    return Evidence((), (), Transcript((), named))


def test_the_order_of_changes_does_not_matter() -> None:
    one, two = update("j1", 1), update("j2", 2)
    assert StateReached().examine(evidence(expected=(one, two), actual=(two, one))).passed


def test_a_difference_is_named() -> None:
    result = StateReached().examine(evidence(expected=(update("j1", 1),), actual=(update("j1", 2), update("j3", 3))))
    assert not result.passed
    assert result.detail == "missing: update jars[j1].grams; not wanted: update jars[j1].grams, update jars[j3].grams"


def test_ignored_columns_make_generated_ids_comparable() -> None:
    ignore = {"notes.id", "notes.text"}
    one, other = visible([note("n1", "a")], ignore, KEYS), visible([note("n2", "b")], ignore, KEYS)
    assert one == other
    assert one[0].key == "*"
    assert visible([note("n1", "a"), update("j1", 1)], {"notes"}, KEYS) == (update("j1", 1),)
    assert visible([update("j1", 1)], {"jars.grams"}, KEYS) == ()


def test_twice_the_same_row_is_not_once() -> None:
    twice = visible([note("n1", "a"), note("n2", "a")], {"notes.id"}, KEYS)
    assert not StateReached().examine(evidence(expected=twice, actual=twice[:1])).passed


def test_what_was_said() -> None:
    heard = evidence(texts=("Hello", "You get $5.00 back"))
    assert Communicated(name="amount", pattern=money(500)).examine(heard).passed
    assert not Communicated(name="amount", pattern=money(50)).examine(heard).passed
    assert not Withheld(name="secret", pattern="back").examine(heard).passed
    assert Withheld(name="secret", pattern="Oak Street").examine(heard).passed


@pytest.mark.parametrize(
    ("cents", "right", "wrong"),
    [
        (5990, ["$59.90", "59.9 dollars", "USD 59.90.", "(59.90)"], ["$159.90", "59.99", "$59", "59.905"]),
        (123450, ["$1,234.50", "1234.5"], ["234.50", "$1,234.05", "11,234.50"]),
        (6000, ["$60", "60.00", "$60.0!", "$ 60, please", "USD 60", "60 dollars"], ["600", "60.50", "160", "$60,000"]),
        (600, ["$6."], ["6 days", "size 6", "6 Oak Street", "$6.50", "$16", "1.6 dollars", "order 6"]),
        (695, ["$6.95"], ["6.9", "$16.95"]),
    ],
)
def test_amounts_as_people_write_them(cents: int, right: list[str], wrong: list[str]) -> None:
    assert all(re.search(money(cents), text) for text in right)
    assert not any(re.search(money(cents), text) for text in wrong)


def test_what_doing_nothing_keeps_earns_nothing_but_costs_when_broken() -> None:
    kept = calls()
    rules = (
        StateReached(),
        Withheld(name="w", pattern="x"),
        ConfirmedWrites(),
        RequiredBefore(name="r", first=(), then=("a",)),
    )
    assert [(check.passed, check.weight) for check in (rule.examine(kept) for rule in rules)] == [(True, 0.0)] * 4
    broken = Evidence((), (update("j1", 1),), Transcript(("x",), calls(("a", True, True, False)).transcript.calls))
    assert [(check.passed, check.weight) for check in (rule.examine(broken) for rule in rules)] == [(False, 1.0)] * 4
    done = evidence(expected=(update("j1", 1),), actual=(update("j1", 1),))
    assert StateReached().examine(done).weight == 1.0


def test_something_must_come_first() -> None:
    rule = RequiredBefore(name="identified", first=("find",), then=("read", "write"))
    assert rule.examine(calls(("find", True, False, False), ("read", True, False, False))).passed
    assert rule.examine(calls()).passed
    assert rule.examine(calls(("read", False, False, False))).passed
    failed = rule.examine(calls(("find", False, False, False), ("read", True, False, False)))
    assert (failed.passed, failed.detail) == (False, "read before any of find")


def test_writes_need_consent() -> None:
    rule = ConfirmedWrites(exempt=("transfer",))
    assert rule.examine(calls(("write", True, True, True), ("transfer", True, True, False))).passed
    assert rule.examine(calls(("write", False, True, False), ("read", True, False, False))).passed
    assert not rule.examine(calls(("write", True, True, False))).passed
