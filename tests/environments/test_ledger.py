"""What the changes of a record amount to."""

import pytest
from support.episodes import update

from wardian.environments.change import Change
from wardian.environments.ledger import Ledger


def came(key: str, **row: object) -> Change:
    return Change.model_validate({"table": "t", "key": key, "column": "*", "kind": "insert", "after": row})


def went(key: str, **row: object) -> Change:
    return Change.model_validate({"table": "t", "key": key, "column": "*", "kind": "delete", "before": row})


def after(*changes: Change) -> Ledger:
    ledger = Ledger()
    for change in changes:
        ledger.take((change,))
    return ledger


UP, DOWN = update("t", "1", "a", 2, before=1), update("t", "1", "a", 1, before=2)
NEW, OLD = came("1", id=1, a=1), went("1", id=1, a=1)


@pytest.mark.parametrize(
    ("changes", "goal", "holds"),
    [
        ((UP,), UP, True),
        ((), UP, False),
        ((UP, DOWN), UP, False),
        ((UP, DOWN), update("t", "1", "a", 1, before=0), False),
        ((UP, DOWN, UP), UP, True),
        ((NEW,), NEW, True),
        ((NEW,), came("1", id=1, a=2), False),
        ((NEW, UP), came("1", id=1, a=2), True),
        ((NEW, UP), UP, False),
        ((NEW, OLD), NEW, False),
        ((NEW, OLD, NEW), NEW, True),
        ((OLD,), OLD, True),
        ((NEW, OLD), OLD, False),
        ((OLD, NEW), OLD, False),
        ((OLD, came("1", id=1, a=2)), UP, True),
        ((UP, went("1", id=1, a=2)), OLD, True),
    ],
)
def test_a_goal_holds_when_the_net_changes_have_it(changes: tuple[Change, ...], goal: Change, holds: bool) -> None:
    assert after(*changes).times(goal) == holds


def test_a_row_with_a_made_up_key_is_known_by_its_other_columns() -> None:
    ledger = after(came("77", id=77, a=1, at="noon"), came("78", id=78, a=2, at="noon"))
    assert ledger.times(came("*", a=1))
    assert ledger.times(came("*", a=2))
    assert not ledger.times(came("*", a=3))


@pytest.mark.parametrize(
    ("changes", "path", "restored"),
    [
        ((UP,), ("t", "1", "a"), False),
        ((UP, DOWN), ("t", "1", "a"), True),
        ((UP, went("1", id=1, a=2)), ("t", "1", "a"), False),
        ((NEW, OLD), ("t", "1", "*"), True),
        ((OLD, NEW), ("t", "1", "*"), True),
        ((OLD, came("1", id=1, a=2)), ("t", "1", "*"), False),
        ((UP, DOWN, update("t", "1", "b", 2, before=1)), ("t", "1", "a"), True),
    ],
)
def test_what_is_as_it_was(changes: tuple[Change, ...], path: tuple[str, str, str], restored: bool) -> None:
    assert (path in after(*changes).passing) is restored


def test_what_others_make_of_a_row_in_between_is_not_the_agents() -> None:
    ledger = after(UP, update("t", "1", "a", 9, before=8))
    assert not ledger.passing
    assert after(UP, update("t", "1", "a", 1, before=8)).times(update("t", "1", "a", 1))
