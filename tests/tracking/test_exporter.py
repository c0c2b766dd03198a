"""The thread that may block."""

import threading
import time

import pytest

from wardian.base.errors import Failure
from wardian.tracking.exporter import CAPACITY, Exporter


def ignore(failure: Failure) -> None:
    raise AssertionError(failure)


async def test_everything_arrives_in_order_and_last_comes_last() -> None:
    seen: list[object] = []
    exporter: Exporter[int] = Exporter(seen.extend, ignore, pause_s=0.001)
    exporter.start()
    for number in range(100):
        exporter.put(number)
    await exporter.finish(lambda: seen.append("last"), 5)
    assert seen == [*range(100), "last"]


async def test_put_does_not_wait_for_a_store_that_hangs() -> None:
    hang = threading.Event()

    def wait(batch: tuple[int, ...]) -> None:
        hang.wait(10)

    exporter: Exporter[int] = Exporter(wait, ignore)
    exporter.start()
    begun = time.perf_counter()
    for number in range(1_000):
        exporter.put(number)
    assert time.perf_counter() - begun < 0.5
    with pytest.raises(TimeoutError):
        await exporter.finish(lambda: None, 0.05)
    hang.set()
    await exporter.finish(lambda: None, 5)


async def test_a_failed_batch_is_tried_again() -> None:
    failures: list[Failure] = []
    seen: list[int] = []

    def export(batch: tuple[int, ...]) -> None:
        if not failures:
            raise ConnectionError("no server")
        seen.extend(batch)

    exporter: Exporter[int] = Exporter(export, failures.append, pause_s=0.001)
    exporter.put(1)
    exporter.start()
    exporter.put(2)
    await exporter.finish(lambda: None, 5)
    assert [failure.kind for failure in failures] == ["ConnectionError"]
    assert seen == [1, 2]


async def test_a_failing_last_step_is_reported_and_ends_the_wait() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    failures: list[Failure] = []
    exporter: Exporter[int] = Exporter(lambda batch: None, failures.append)
    exporter.start()
    await exporter.finish(broken, 5)
    assert failures[0].kind == "ZeroDivisionError"


async def test_when_the_store_is_slow_the_oldest_items_go() -> None:
    seen: list[int] = []
    exporter: Exporter[int] = Exporter(seen.extend, ignore)
    for number in range(CAPACITY + 5):
        exporter.put(number)
    exporter.start()
    await exporter.finish(lambda: None, 5)
    assert seen == list(range(5, CAPACITY + 5))


async def test_what_comes_during_an_export_is_not_taken_for_exported() -> None:
    """Full while a batch is under way: the oldest of those that wait go, and nothing else."""
    seen: list[int] = []
    started, go_on = threading.Event(), threading.Event()

    def export(batch: tuple[int, ...]) -> None:
        if batch and not seen:
            started.set()
            go_on.wait(10)
        seen.extend(batch)

    exporter: Exporter[int] = Exporter(export, ignore, pause_s=0.001, capacity=3)
    for number in range(3):
        exporter.put(number)
    exporter.start()
    assert started.wait(10)
    for number in range(10, 15):
        exporter.put(number)
    go_on.set()
    await exporter.finish(lambda: None, 5)
    assert seen == [0, 1, 2, 12, 13, 14]
