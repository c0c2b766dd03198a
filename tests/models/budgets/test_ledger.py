"""The ledger gives out no more than the cap, each ask counts once, and paper comes first."""

import pytest

from wardian.base.errors import InfraError
from wardian.models.budgets.amount import NOTHING, Amount, Cap, picodollars, say
from wardian.models.budgets.leases import BudgetAsk, BudgetEntry
from wardian.models.budgets.ledger import PARTS, PATIENCE_S, BudgetLedger
from wardian.specs.budget import BudgetSpec

TOKENS = Cap(None, 3_200, None)


def tokens(count: int) -> Amount:
    return Amount(tokens=count)


def ask(holder: str, number: int, **amounts: int) -> BudgetAsk:
    return BudgetAsk(holder=holder, number=number, **{name: tokens(count) for name, count in amounts.items()})


class Paper:
    def __init__(self) -> None:
        self.entries: list[BudgetEntry] = []

    def __call__(self, entry: BudgetEntry) -> None:
        self.entries.append(entry)


def test_blocks_shrink_with_what_is_left_and_never_below_the_need() -> None:
    ledger = BudgetLedger(TOKENS, Paper())
    assert ledger.exchange(ask("a", 0, need=10), 0.0).granted == tokens(3_200 // PARTS)
    plenty = ledger.exchange(ask("a", 1, need=3_000), 0.0)
    assert (plenty.granted, plenty.scarce) == (tokens(3_000), True)
    assert ledger.exchange(ask("b", 0, need=101), 0.0).granted == NOTHING
    assert ledger.exchange(ask("b", 1, need=100), 0.0).granted == tokens(100)
    assert ledger.given == tokens(3_200)


def test_an_ask_that_is_repeated_counts_once() -> None:
    ledger = BudgetLedger(TOKENS, paper := Paper())
    first = ledger.exchange(ask("a", 0, need=2_000), 0.0)
    assert ledger.exchange(ask("a", 0, need=2_000), 0.0) == first
    back = ledger.exchange(ask("a", 1, returned=500), 0.0)
    assert ledger.exchange(ask("a", 1, returned=500), 0.0) == back
    assert ledger.exchange(ask("a", 0, need=2_000), 0.0).granted == NOTHING
    assert ledger.given == tokens(1_500)
    assert len(paper.entries) == 2


def test_what_is_written_can_be_read_again_and_repeats_still_count_once() -> None:
    before = BudgetLedger(TOKENS, paper := Paper())
    granted = before.exchange(ask("a", 0, need=2_000), 0.0).granted
    after = BudgetLedger(TOKENS, paper)
    for entry in tuple(paper.entries):
        after.apply(entry)
    assert after.exchange(ask("a", 0, need=2_000), 0.0).granted == granted
    assert after.given == before.given


def test_nobody_returns_more_than_it_got_and_debts_are_taken() -> None:
    ledger = BudgetLedger(TOKENS, Paper())
    ledger.exchange(ask("a", 0, need=1_000), 0.0)
    ledger.exchange(ask("b", 0, returned=500), 0.0)
    assert ledger.given == tokens(1_000)
    ledger.exchange(ask("a", 1, returned=-9_000), 0.0)
    assert ledger.given == tokens(10_000)
    assert ledger.exchange(ask("c", 0, need=1), 0.0).granted == NOTHING


def test_nothing_is_granted_that_cannot_be_written() -> None:
    def full(entry: BudgetEntry) -> None:
        raise InfraError("the disk is full")

    ledger = BudgetLedger(TOKENS, full)
    with pytest.raises(InfraError):
        ledger.exchange(ask("a", 0, need=1), 0.0)
    assert ledger.given == NOTHING


def test_reachable_is_what_is_left_and_what_others_hold_who_were_heard_of() -> None:
    ledger = BudgetLedger(TOKENS, Paper())
    ledger.exchange(ask("a", 0, need=3_000), 0.0)
    assert ledger.exchange(ask("b", 0, need=201), 1.0).reachable == tokens(3_200)
    assert ledger.exchange(ask("b", 1, need=201), PATIENCE_S + 1).reachable == tokens(200)
    ledger.exchange(ask("a", 1, in_flight=50), PATIENCE_S + 1)
    assert ledger.exchange(ask("b", 2, need=201), PATIENCE_S + 1).reachable == tokens(250)


def test_what_no_budget_names_is_not_counted() -> None:
    cap = Cap.of(BudgetSpec(usd=0.1))
    assert cap.counted(Amount(1, 2, 3)) == Amount(0, 0, 3)
    assert cap.amount == Amount(0, 0, 100_000_000_000)
    assert picodollars(0.000_000_3) == 300_000
    assert say(Amount(1, 2, picodollars(0.05)), cap) == "$0.0500 of $0.1"
    assert say(Amount(7, 1_000, 0), Cap(10, 20_000, None)) == "1,000 of 20,000 tokens, 7 of 10 requests"
