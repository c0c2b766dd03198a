"""The thread that may block."""

import threading
import time

import pytest

from wardian.base.errors import Failure
from wardian.tracking.courier import Courier


def ignore(failure: Failure) -> None:
    raise AssertionError(failure)


async def test_it_delivers_at_once_again_and_at_the_end() -> None:
    seen: list[str] = []
    twice = threading.Event()

    def deliver() -> None:
        seen.append("deliver")
        if len(seen) == 2:
            twice.set()

    courier = Courier(deliver, ignore, lambda: seen.append("ended"), pause_s=0.001)
    courier.start()
    assert twice.wait(5)
    await courier.finish(5)
    assert seen[-2:] == ["deliver", "ended"]


async def test_the_end_does_not_wait_for_a_store_that_hangs() -> None:
    hang = threading.Event()

    def wait() -> None:
        hang.wait(10)

    courier = Courier(wait, ignore)
    courier.start()
    with pytest.raises(TimeoutError):
        await courier.finish(0.05)
    hang.set()
    await courier.finish(5)


async def test_failures_are_reported_tried_less_and_less_often_and_end_the_wait_at_once() -> None:
    failures: list[Failure] = []
    attempts: list[float] = []
    fourth = threading.Event()

    def broken() -> None:
        attempts.append(time.monotonic())
        if len(attempts) == 4:
            fourth.set()
        raise ConnectionError("no server")

    courier = Courier(broken, failures.append, pause_s=0.01, longest_pause_s=60)
    courier.start()
    assert fourth.wait(5)
    await courier.finish(5)
    first, second, third, last = attempts[:4]
    assert second - first >= 0.01
    assert third - second >= 0.02
    assert last - third >= 0.04
    assert {failure.kind for failure in failures} == {"ConnectionError"}
    assert len(failures) == len(attempts) == 5
