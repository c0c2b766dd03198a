"""The store: several processes, one folder."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.models.reply_store import ReplyStore, check_folder
from wardian.models.segment import SegmentWriter
from wardian.specs.cache import CacheSpec

KEY, OTHER = b"k" * 16, b"o" * 16
Run = Callable[[Coroutine[Any, Any, None]], None]


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


async def test_what_was_put_is_found_by_this_store_and_the_next(tmp_path: Path) -> None:
    with ReplyStore(tmp_path / "a" / "b", SystemClock()) as store:
        assert store.get(KEY) is None
        store.put(KEY, b"one")
        assert store.get(KEY) == b"one"
    with ReplyStore(tmp_path / "a" / "b", SystemClock()) as store:
        assert store.get(KEY) == b"one"
        assert store.get(OTHER) is None


def test_who_only_looks_leaves_nothing_behind(tmp_path: Path) -> None:
    async def look() -> None:
        with ReplyStore(tmp_path / "none", SystemClock()) as store:
            assert store.get(KEY) is None

    asyncio.run(look())
    assert not (tmp_path / "none").exists()


def test_others_are_heard_at_the_next_miss(tmp_path: Path, run_virtual: Run) -> None:
    """A worker is lost, another one plays its episodes: what was paid for is there at once."""

    async def main() -> None:
        with ReplyStore(tmp_path, SystemClock()) as mine, ReplyStore(tmp_path, SystemClock()) as theirs:
            assert mine.get(KEY) is None
            theirs.put(KEY, b"theirs")
            assert mine.get(KEY) == b"theirs"

    run_virtual(main())


class SlowDisk:
    """A clock by which every second look at it comes a second later: reading the folder takes a second."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        self.seconds += 1.0
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


async def test_looking_takes_a_small_part_of_the_time(tmp_path: Path) -> None:
    clock = SlowDisk()
    with ReplyStore(tmp_path, clock) as mine, ReplyStore(tmp_path, clock) as theirs:
        assert mine.get(KEY) is None
        theirs.put(KEY, b"theirs")
        assert mine.get(KEY) is None
        await clock.sleep(20.0)
        assert mine.get(KEY) == b"theirs"


@pytest.mark.parametrize("newest_first", [False, True])
async def test_the_newest_counts_whoever_wrote_it(tmp_path: Path, newest_first: bool) -> None:
    """Two workers played the same episode, for one of them was lost: the later one's answers are a chain."""
    times = (2.0, 1.0) if newest_first else (1.0, 2.0)
    for recorded_at in times:
        writer = SegmentWriter(tmp_path)
        writer.append(KEY, recorded_at, b"at %d" % recorded_at)
        writer.close()
    with ReplyStore(tmp_path, SystemClock()) as store:
        assert store.get(KEY) == b"at 2"


def write_many(folder: str, first: int) -> None:
    async def main() -> None:
        with ReplyStore(Path(folder), SystemClock()) as store:
            for number in range(first, first + 200):
                store.put(key(number), b"%d" % number)

    asyncio.run(main())


async def test_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(str(tmp_path), 200 * part)) for part in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with ReplyStore(tmp_path, SystemClock()) as store:
        assert [store.get(key(number)) for number in range(600)] == [b"%d" % number for number in range(600)]
    assert sorted(os.listdir(tmp_path)) == ["000001.replies", "000002.replies", "000003.replies"]


def test_a_replay_needs_something_to_replay(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^cache\.folder: there is nothing to replay in "):
        check_folder(CacheSpec(mode="replay", folder=str(tmp_path)))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"^cache\.folder: .*file/replies cannot be made \(Not a directory\)$"):
        check_folder(CacheSpec(mode="record", folder=str(tmp_path / "file" / "replies")))
    check_folder(CacheSpec(mode="off", folder=str(tmp_path / "file" / "replies")))


async def test_a_segment_that_somebody_took_away_is_no_error(tmp_path: Path) -> None:
    with ReplyStore(tmp_path, SystemClock()) as writer:
        writer.put(KEY, b"one")
    (tmp_path / "000002.replies").symlink_to(tmp_path / "gone")  # listed like one that goes before it is opened
    with ReplyStore(tmp_path, SystemClock()) as store:
        assert store.get(KEY) == b"one"
