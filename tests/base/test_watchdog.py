"""Work that hangs in every way, on a real loop: it ends, and what others do is not touched."""

import asyncio
import random
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from wardian.base.hang import Allowed, Doing, Hang, Hung, Who
from wardian.base.interruption import Interruptible
from wardian.base.watchdog import EXIT_CODE, Patience, Watchdog

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]

QUICK = Patience(look_s=0.02, tick_s=0.1, grace_s=0.3, clean_up_s=0.3)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


def doing(what: str = "find", seconds: float = 0.1, episode: str = "e1") -> Doing:
    return Who(episode, f"shop/{episode}"), what, Allowed("limits.tool_s", seconds)


def busy() -> None:
    while True:
        pass


async def async_busy() -> None:
    await asyncio.sleep(0.01)
    busy()


@pytest.mark.parametrize("work", [busy, lambda: time.sleep(1e6), lambda: threading.Event().wait()])
async def test_what_blocks_is_interrupted(work: Callable[[], object]) -> None:
    """Python, a sleep, a lock: in the main thread a signal wakes those that wait for the system."""
    watchdog, begun = Watchdog(patience=QUICK), time.monotonic()
    with watchdog.watching():
        with pytest.raises(Hung) as hung:
            watchdog.at_once(doing(), work)
        assert watchdog.at_once(doing(), lambda: "well") == "well"
        await asyncio.sleep(0.1)
    assert time.monotonic() - begun < 5.0
    assert (hung.value.cause, hung.value.kind) == ("environment", "tool_hung")
    assert "'find' of shop/e1 blocked its process for more than 0.1 s (limits.tool_s), at " in str(hung.value)
    assert f"{__file__}:" in str(hung.value)
    assert watchdog.has_hung(Who("e1", "shop/e1"))
    assert not watchdog.has_hung(Who("e2", "shop/e2"))


async def test_what_never_lets_another_thread_run_is_interrupted() -> None:
    """A regular expression that tries everything: no thread could see it, but a signal lets one."""
    watchdog = Watchdog(patience=QUICK)
    with watchdog.watching(), pytest.raises(Hung) as hung:
        watchdog.at_once(doing(), lambda: re.match("(a+)+$", "a" * 50 + "b"))
    assert hung.value.kind == "tool_hung"
    assert f"{__file__}:" in str(hung.value)


async def test_what_blocks_after_it_awaited_something_is_interrupted() -> None:
    watchdog = Watchdog(patience=QUICK)
    with watchdog.watching(), pytest.raises(Hung, match="blocked its process"):
        await watchdog.within(doing(), async_busy())


async def test_others_go_on_and_lose_no_time() -> None:
    """A timer of theirs that was due meanwhile is late, but the clock of their deadlines stood still."""
    watchdog = Watchdog(patience=QUICK)
    with watchdog.watching():
        await asyncio.sleep(0.1)
        began, steadily = time.monotonic(), watchdog.clock.monotonic()
        with pytest.raises(Hung):
            watchdog.at_once(doing(seconds=2.5), busy)
        await asyncio.sleep(0.1)
        assert time.monotonic() - began >= 2.6
        assert watchdog.clock.monotonic() - steadily < 1.6
    assert watchdog.clock.monotonic() - steadily < 1.8


async def test_slow_work_of_many_is_no_hang_of_one() -> None:
    """The loop does not turn for long, but no piece of work takes long."""
    watchdog = Watchdog(patience=QUICK)
    with watchdog.watching():
        for number in range(40):
            watchdog.at_once(doing(episode=f"e{number}"), lambda: time.sleep(0.02))


async def test_what_catches_everything_ends_with_its_process() -> None:
    """Also when it swallows the interruption: nothing else is left."""
    words, codes, over = list[Hang](), list[int](), threading.Event()

    def stubborn() -> None:
        while not over.is_set():
            with suppress(BaseException):
                busy_until(over)

    def end(code: int) -> None:
        codes.append(code)
        over.set()

    watchdog = Watchdog(words.append, end, QUICK)
    with watchdog.watching():
        watchdog.at_once(doing(), stubborn)
        await asyncio.sleep(0.05)
    assert codes == [EXIT_CODE]
    assert [(hang.episode, hang.what, hang.blocking) for hang in words] == [("e1", "find", True)]


def busy_until(over: threading.Event) -> None:
    while not over.is_set():
        pass


async def test_what_c_does_ends_with_its_process() -> None:
    """A query without an end: no signal reaches it."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    words, codes = list[Hang](), list[int]()

    def end(code: int) -> None:
        codes.append(code)
        connection.interrupt()

    watchdog = Watchdog(words.append, end, QUICK)
    with watchdog.watching(), pytest.raises(Hung):
        watchdog.at_once(doing(), lambda: connection.execute(ENDLESS).fetchall())
    connection.close()
    assert codes == [EXIT_CODE]
    assert words[0].line.startswith("'find' of shop/e1 blocked its process for more than 0.1 s (limits.tool_s), at ")


def test_in_another_thread_a_sleep_ends_with_its_process() -> None:
    """As on a Ray worker, whose loop is not in the main thread: there only what runs Python can be interrupted."""
    codes, slept = list[int](), 0.8

    async def main() -> list[str]:
        watchdog, kinds = Watchdog(end=codes.append, patience=QUICK), list[str]()
        with watchdog.watching():
            for work in (busy, lambda: time.sleep(slept)):
                with pytest.raises(Hung) as hung:
                    watchdog.at_once(doing(), work)
                kinds.append(hung.value.kind)
        return kinds

    with ThreadPoolExecutor(1) as pool:
        kinds = pool.submit(asyncio.run, main()).result(timeout=30)
    assert kinds == ["tool_hung", "tool_hung"]
    assert codes == [EXIT_CODE]


async def test_what_resists_its_cancellation_ends_with_its_process() -> None:
    codes = list[int]()

    async def stubborn() -> str:
        while not codes:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)
        return "at last"

    words = list[Hang]()
    watchdog = Watchdog(words.append, codes.append, QUICK)
    with watchdog.watching():
        assert await watchdog.within(doing(), stubborn()) == "at last"
    assert codes == [EXIT_CODE]
    assert words[0].line == "'find' of shop/e1 went on for more than 0.1 s (limits.tool_s)"


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
async def test_an_interruption_never_hits_what_comes_after() -> None:
    """Work that ends at the very moment in which it is interrupted, again and again, with other work right behind.

    Half of the exceptions arrive when the work has already ended, and its last instructions are those of the guard.
    """
    work, over, chance, hits, misses = Interruptible(), threading.Event(), random.Random(1), 0, 0

    def hunt() -> None:
        while not over.is_set():
            if (target := work.doing) is not None and target[0].episode == "prey":
                work.interrupt(target)

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        ends = time.monotonic() + 3.0
        while time.monotonic() < ends:
            try:
                work.at_once(doing(episode="prey"), partial(doze, chance.randrange(7)))
                misses += 1
            except Hung:
                hits += 1
            assert [work.at_once(doing(episode="other"), partial(count, number)) for number in range(9)] == [*range(9)]
            await asyncio.sleep(0)
    finally:
        over.set()
        hunter.join()
    assert hits > 20
    assert misses > 20


def doze(turns: int) -> None:
    """Let the other thread have its turn, and be done soon after."""
    if turns % 2:
        time.sleep(0)
    count(turns)


def count(turns: int) -> int:
    number = 0
    while number < turns:
        number += 1
    return number


def test_what_awaits_too_long_is_cancelled(run_virtual: RunVirtual) -> None:
    async def main() -> None:
        watchdog, cleaned = Watchdog(), list[float]()

        async def waits() -> None:
            try:
                await asyncio.sleep(1e6)
            finally:
                cleaned.append(asyncio.get_running_loop().time())

        with pytest.raises(Hung) as hung:
            await watchdog.within(doing(seconds=60.0), waits())
        assert (hung.value.cause, hung.value.kind) == ("environment", "tool_timeout")
        assert str(hung.value) == "'find' of shop/e1 went on for more than 60 s (limits.tool_s)"
        assert cleaned == [pytest.approx(60.0)]
        assert not watchdog.has_hung(Who("e1", "shop/e1"))

    run_virtual(main())


def test_whoever_is_unhurried_may_wait(run_virtual: RunVirtual) -> None:
    async def main() -> str:
        return await Watchdog().unhurried(doing(seconds=1.0), asyncio.sleep(1e6, "at last"))

    assert run_virtual(main()) == "at last"


def test_results_errors_and_cancellations_pass_through(run_virtual: RunVirtual) -> None:
    async def waits(log: list[str]) -> str:
        try:
            await asyncio.sleep(1.0)
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            log.append("cancelled")
            raise
        return "done"

    async def breaks(after: float) -> None:
        await asyncio.sleep(after)
        raise KeyError("its own")

    async def fails() -> None:
        raise KeyError("its own")

    async def main() -> list[str]:
        watchdog, log = Watchdog(), list[str]()
        assert await watchdog.within(doing(seconds=5.0), waits(log)) == "done"
        for work in (fails(), breaks(1.0)):
            with pytest.raises(KeyError, match="its own"):
                await watchdog.within(doing(seconds=5.0), work)
        with pytest.raises(KeyError):
            watchdog.at_once(doing(), dict[str, str]().popitem)
        task = asyncio.create_task(_awaited(watchdog.within(doing(seconds=5.0), waits(log))))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return log

    assert run_virtual(main()) == ["cancelled"]


async def _awaited(work: Any) -> Any:
    return await work
