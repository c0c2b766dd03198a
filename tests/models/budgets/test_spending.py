"""Calls wait for what others may give back, end when the budget is reached, and leave nothing behind."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import InfraError, ModelError
from wardian.base.messages import Message, Request, Sampling
from wardian.base.usage import Usage
from wardian.models.breaker import Breaker
from wardian.models.budgets.amount import NOTHING, Amount, Cap
from wardian.models.budgets.leases import BudgetAsk, BudgetEntry, BudgetGrant
from wardian.models.budgets.ledger import BudgetLedger
from wardian.models.budgets.purse import Purse
from wardian.models.budgets.spending import Spending
from wardian.models.budgets.tariff import Tariff
from wardian.models.gauges import LaneMeter
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal, refusal
from wardian.models.retry import Guards, RetryingClient, RetryPolicy
from wardian.specs.models import ModelSpec

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
CLOCK = SystemClock()
REQUEST = Request(model="m", messages=(Message(role="user", content="hi"),), sampling=Sampling(max_tokens=100))
WORST = Tariff(ModelSpec(base_url="https://x/v1")).quote(REQUEST).worst.tokens


class Treasury:
    """A ledger on virtual time, whose answers may be slow or lost."""

    def __init__(self, cap: Cap) -> None:
        self.ledger = BudgetLedger(cap, self._write)
        self.entries: list[BudgetEntry] = []
        self.failing = False

    def _write(self, entry: BudgetEntry) -> None:
        self.entries.append(entry)

    async def exchange(self, ask: BudgetAsk) -> BudgetGrant:
        await asyncio.sleep(0.001)
        grant = self.ledger.exchange(ask, CLOCK.monotonic())
        if self.failing:
            raise InfraError("the answer was lost")
        return grant

    def purse(self, cap: Cap, holder: str = "a", name: str = "budget") -> Purse:
        return Purse(name, cap, holder, self.exchange, CLOCK)


class Provider:
    """Answers after a second; notes who asked."""

    name = "m"

    def __init__(self, *errors: ModelError) -> None:
        self.errors = list(errors)
        self.asked = 0

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        await asyncio.sleep(1.0)
        if self.errors:
            raise self.errors.pop(0)
        message = Message(role="assistant", content="ok")
        return Completion(message=message, finish="stop", model="m", usage=Usage(input_tokens=10, output_tokens=5))


def client(provider: Provider, *purses: Purse, breaker: Breaker | None = None, **policy: float) -> RetryingClient:
    spending = Spending(Tariff(ModelSpec(base_url="https://x/v1")), purses)
    rules = RetryPolicy.model_validate(policy)
    guards = Guards(breaker or Breaker(CLOCK), LaneMeter(), spending.attempt)
    return RetryingClient(provider, LocalQuota({}, CLOCK), rules, CLOCK, guards)


def tokens(count: int) -> Cap:
    return Cap(None, count, None)


def test_whoever_does_not_fit_now_waits_for_those_who_take_less_than_they_reserved(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(WORST + 15 * 4)
        treasury = Treasury(cap)
        asking = client(Provider(), purse := treasury.purse(cap))
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(asking.complete(REQUEST)) for _ in range(5)]
        waits = [call.result().timing.queue_s for call in calls]
        assert [round(wait) for wait in waits] == [0, 1, 2, 3, 4], "one after the other: there is room for one"
        with pytest.raises(ModelError) as caught:
            await asking.complete(REQUEST)
        assert (caught.value.kind, caught.value.cause) == ("budget", "infra")
        assert str(caught.value) == f"'m': 75 of {WORST + 60:,} tokens spent (budget), and the next call may not fit"
        await purse.close()
        assert treasury.ledger.given == Amount(tokens=75)

    run_virtual(main())


def test_waiting_for_the_budget_does_not_count_against_the_deadline(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(WORST + 15 * 9)
        asking = client(Provider(), Treasury(cap).purse(cap), timeout_s=1.5)
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(asking.complete(REQUEST)) for _ in range(10)]
        assert all(call.result().timing.total_s < 1.1 for call in calls)

    run_virtual(main())


def test_once_reached_nobody_asks_again_and_the_breaker_stays_out_of_it(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap, breaker, provider = tokens(WORST + 10), Breaker(CLOCK), Provider()
        asking = client(provider, Treasury(cap).purse(cap), breaker=breaker)
        await asking.complete(REQUEST)
        for _ in range(30):
            with pytest.raises(ModelError, match=r"spent \(budget\)"):
                await asking.complete(REQUEST)
        assert provider.asked == 1
        assert not breaker.lost
        await breaker.closed(0.0)

    run_virtual(main())


def test_every_attempt_is_paid_for(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = Cap(10, 100_000, None)
        treasury = Treasury(cap)
        provider = Provider(Refusal("server_error", "500"), refusal(429, {}, "slow down", "https://x/v1"))
        asking = client(provider, purse := treasury.purse(cap))
        await asking.complete(REQUEST)
        await purse.close()
        assert treasury.ledger.given == Amount(requests=3, tokens=WORST + 15)

    run_virtual(main())


def test_a_call_that_is_cancelled_costs_the_worst_case(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(100_000)
        treasury = Treasury(cap)
        asking = client(Provider(), purse := treasury.purse(cap))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await asking.complete(REQUEST)
        await purse.close()
        assert treasury.ledger.given == Amount(tokens=WORST)

    run_virtual(main())


def test_what_fits_into_one_budget_only_is_reserved_in_none(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        large, small = tokens(100_000), tokens(10)
        job, account = Treasury(large), Treasury(small)
        purses = job.purse(large), account.purse(small, name="accounts.KEY")
        provider = Provider()
        with pytest.raises(ModelError, match=r"0 of 10 tokens spent \(accounts.KEY\)"):
            await client(provider, *purses).complete(REQUEST)
        for purse in purses:
            await purse.close()
        assert provider.asked == 0
        assert job.ledger.given == account.ledger.given == NOTHING

    run_virtual(main())


def test_one_worker_waits_for_what_another_gives_back(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(WORST + 20)
        treasury = Treasury(cap)
        one, other = (client(Provider(), treasury.purse(cap, holder)) for holder in "ab")
        async with asyncio.TaskGroup() as group:
            first = group.create_task(one.complete(REQUEST))
            second = group.create_task(other.complete(REQUEST))
        assert first.result().timing.queue_s < 0.1
        assert 0.9 < second.result().timing.queue_s < 1.5

    run_virtual(main())


def test_nobody_waits_for_ever_for_one_who_is_gone(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(WORST + 20)
        treasury = Treasury(cap)
        await treasury.purse(cap, "gone").take(Amount(tokens=WORST))
        begun = CLOCK.monotonic()
        with pytest.raises(ModelError, match=r"spent \(budget\)"):
            await client(Provider(), treasury.purse(cap)).complete(REQUEST)
        assert 25 < CLOCK.monotonic() - begun < 35

    run_virtual(main())


def test_an_answer_that_was_lost_is_asked_for_again(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(100_000)
        treasury = Treasury(cap)
        purse = treasury.purse(cap)
        treasury.failing = True
        with pytest.raises(InfraError):
            await purse.take(Amount(tokens=WORST))
        treasury.failing = False
        await purse.take(Amount(tokens=WORST))
        assert len(treasury.entries) == 1
        purse.settle(Amount(tokens=WORST), NOTHING)
        await purse.close()
        assert treasury.ledger.given == NOTHING

    run_virtual(main())


def test_a_debt_is_written_down(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        cap = tokens(100_000)
        treasury = Treasury(cap)
        purse = treasury.purse(cap)
        await purse.take(Amount(tokens=1_000))
        purse.settle(Amount(tokens=1_000), Amount(tokens=250_000))
        with pytest.raises(ModelError, match=r"250,000 of 100,000 tokens spent"):
            await purse.take(Amount(tokens=1))
        await purse.close()
        assert treasury.ledger.given == Amount(tokens=250_000)

    run_virtual(main())
