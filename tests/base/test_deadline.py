"""Deadlines on virtual time: they end what takes too long, and wait while time stands still."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wardian.base.clock import SteadyClock, SystemClock
from wardian.base.deadline import Deadline, Stopwatch

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_block_that_takes_too_long_is_ended(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        stopwatch, ending = Stopwatch(SystemClock()), list[float]()
        async with Deadline(stopwatch.read, 5.0, lambda: ending.append(now())) as deadline:
            await asyncio.sleep(1e6)
        assert deadline.expired
        assert now() == pytest.approx(5.0)
        assert ending == [pytest.approx(5.0)]

    run_virtual(main())


@pytest.mark.parametrize("seconds", [5.0, None, math.inf])
def test_one_that_ends_in_time_is_left_alone(run_virtual: RunVirtual, seconds: float | None) -> None:
    async def main() -> None:
        async with Deadline(Stopwatch(SystemClock()).read, seconds) as deadline:
            await asyncio.sleep(4.9)
        await asyncio.sleep(100.0)
        assert not deadline.expired

    run_virtual(main())


def test_an_error_inside_stays_what_it_is(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError, match="its own"):
            async with Deadline(Stopwatch(SystemClock()).read, 5.0) as deadline:
                raise TimeoutError("its own")
        assert not deadline.expired

    run_virtual(main())


def test_the_inner_one_of_two_leaves_the_outer_one_alone(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        read = Stopwatch(SystemClock()).read
        async with Deadline(read, 10.0) as outer:
            async with Deadline(read, 3.0) as inner:
                await asyncio.sleep(1e6)
            assert inner.expired
            assert now() == pytest.approx(3.0)
            async with Deadline(read, 300.0) as later:
                await asyncio.sleep(1e6)
        assert outer.expired
        assert not later.expired
        assert now() == pytest.approx(10.0)

    run_virtual(main())


def test_held_time_does_not_count(run_virtual: RunVirtual) -> None:
    """Two hold it, one within the other's time and beyond: the time for which anybody did is taken once."""

    async def main() -> None:
        stopwatch = Stopwatch(SystemClock())

        async def hold(after: float, seconds: float) -> None:
            await asyncio.sleep(after)
            stopwatch.hold()
            await asyncio.sleep(seconds)
            stopwatch.let_go()

        async with asyncio.TaskGroup() as group:
            group.create_task(hold(2.0, 100.0))
            group.create_task(hold(52.0, 100.0))
            async with Deadline(stopwatch.read, 5.0) as deadline:
                await asyncio.sleep(1e6)
        assert deadline.expired
        assert stopwatch.read() == pytest.approx(5.0, abs=0.1)
        assert now() == pytest.approx(155.0, abs=0.1)

    run_virtual(main())


def test_a_call_that_is_under_way_survives_lost_time(run_virtual: RunVirtual) -> None:
    """Half a minute in which nobody could hear its answer is not the provider's."""

    async def main() -> None:
        lost = 0.0
        clock = SteadyClock(lambda now: lost)
        async with Deadline(clock.monotonic, 10.0) as deadline:
            await asyncio.sleep(9.0)
            lost = 30.0
            await asyncio.sleep(30.5)
        assert not deadline.expired
        async with Deadline(clock.monotonic, 10.0) as deadline:
            await asyncio.sleep(1e6)
        assert deadline.expired
        assert now() == pytest.approx(49.5)

    run_virtual(main())
