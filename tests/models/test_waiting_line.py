"""The line before a rate limit: who goes first, what cancelling leaves behind, what it costs."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clients import Standing
from wardian.models.refusal import Refusal
from wardian.models.waiting_line import WaitingLine

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


class Turnstile:
    """A gate that lets through what it is told to; `then` happens right after."""

    def __init__(self) -> None:
        self.open = 0
        self.asked = 0
        self.charged: list[int] = []
        self.refunded: list[int] = []
        self.blocked_s = 0.0
        self.then: Callable[[], object] = lambda: None

    def charge(self, tokens: int) -> int | None:
        self.asked += 1
        if self.open <= 0:
            return None
        self.open -= 1
        self.charged.append(tokens)
        asyncio.get_running_loop().call_soon(self.then)
        return tokens

    def refund(self, charged: int) -> None:
        self.open += 1
        self.refunded.append(charged)

    async def change(self, tokens: int) -> None:
        await asyncio.sleep(0.1)


class Queue:
    """A line with people in it, who note when they are through."""

    def __init__(self) -> None:
        self.gate = Turnstile()
        self.line = WaitingLine(self.gate)
        self.through: list[str] = []

    async def come(self, name: str, since: float, patience_s: float = math.inf, tokens: int = 1) -> None:
        await self.line.enter(tokens, Standing(since, patience_s))
        self.through.append(name)

    async def let(self, number: int) -> None:
        self.gate.open += number
        await asyncio.sleep(0.5)


def test_what_began_first_goes_first_and_urgent_before_all(run_virtual: RunVirtual) -> None:
    early, second, too, late, judge = range(5)

    async def scenario() -> list[int]:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            for who, since in ((late, 9.0), (early, 1.0), (second, 2.0), (too, 2.0)):
                group.create_task(queue.come(str(who), since, tokens=who))
            await asyncio.sleep(0.05)
            await queue.let(1)
            group.create_task(queue.come("judge", -math.inf, tokens=judge))
            await asyncio.sleep(0)
            await queue.let(9)
        return queue.gate.charged

    assert run_virtual(scenario()) == [early, judge, second, too, late]


def test_nobody_waits_when_the_gate_is_open(run_virtual: RunVirtual) -> None:
    async def scenario() -> None:
        queue = Queue()
        queue.gate.open = 1
        coroutine = queue.come("m", 0.0)
        with pytest.raises(StopIteration):
            coroutine.send(None)
        assert (queue.through, len(queue.line)) == (["m"], 0)

    run_virtual(scenario())


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_whoever_leaves_holds_up_nobody(run_virtual: RunVirtual, gone: int) -> None:
    """The first is the one who watches the gate."""

    async def scenario() -> None:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(queue.come(str(since), since, tokens=since + 1)) for since in range(3)]
            await asyncio.sleep(0.05)
            tasks[gone].cancel()
            await asyncio.sleep(0)
            assert (len(queue.line), queue.line.tokens) == (2, 6 - gone - 1)
            await queue.let(2)
        assert queue.through == [str(number) for number in range(3) if number != gone]
        assert (len(queue.line), queue.line.tokens, queue.line.next_tokens) == (0, 0, 0)

    run_virtual(scenario())


def test_what_was_let_through_and_cancelled_is_given_back(run_virtual: RunVirtual) -> None:
    async def scenario() -> None:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(queue.come(str(since), since, tokens=since + 1)) for since in range(3)]
            await asyncio.sleep(0.05)
            queue.gate.then = tasks[1].cancel
            await queue.let(2)
        assert queue.gate.refunded == [2]
        assert queue.through == ["0", "2"]

    run_virtual(scenario())


def test_the_next_one_watches_when_the_called_one_is_cancelled(run_virtual: RunVirtual) -> None:
    async def scenario() -> None:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(queue.come(str(since), since)) for since in range(4)]
            await asyncio.sleep(0.05)
            tasks[0].cancel()
            tasks[1].cancel()
            await asyncio.sleep(0)
            tasks[2].cancel()
            await queue.let(1)
        assert queue.through == ["3"]

    run_virtual(scenario())


def test_who_does_not_wait_so_long_is_told_at_once(run_virtual: RunVirtual) -> None:
    async def scenario() -> None:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            patient = group.create_task(queue.come("patient", 0.0))
            hasty = [group.create_task(_refused(queue, since)) for since in (1.0, 2.0)]
            await asyncio.sleep(0.05)
            queue.gate.blocked_s = 9.0
            queue.line.blocked()
            await asyncio.sleep(0)
            assert not any(task.done() for task in hasty)
            queue.gate.blocked_s = 60.0
            queue.line.blocked()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert [task.result() for task in hasty] == [60.0, 60.0]
            assert await _refused(queue, 3.0) == 60.0
            assert (len(queue.line), patient.done()) == (1, False)
            await queue.let(1)
        assert queue.through == ["patient"]

    run_virtual(scenario())


async def _refused(queue: Queue, since: float) -> float | None:
    with pytest.raises(Refusal, match="wants no requests for the next 60 s") as caught:
        await queue.come("hasty", since, patience_s=10.0)
    assert caught.value.kind == "rate_limited"
    return caught.value.retry_after_s


def test_ten_thousand_cost_no_more_each_than_ten(run_virtual: RunVirtual) -> None:
    """The gate is asked once for each who passes and once for each time it opens, whoever leaves in between."""

    async def scenario() -> None:
        queue = Queue()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(queue.come(str(since), -since, tokens=since)) for since in range(10_000)]
            await asyncio.sleep(0.05)
            for task in tasks[::2]:
                task.cancel()
            queue.gate.asked = 0
            await queue.let(5_000)
        assert queue.gate.charged == list(reversed(range(1, 10_000, 2)))
        assert queue.gate.asked <= 5_010

    run_virtual(scenario())
