"""A run in a folder: what a disk does that an object store does not."""

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.base.frames import frame
from wardian.base.store import Place
from wardian.runs.folder_store import FileLog, FolderStore


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """The limit on a file's size stands for a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def pipe() -> Iterator[int]:
    """It takes what is written, but cannot be synchronised or cut: a disk that breaks."""
    read, write = os.pipe()
    yield write
    os.close(read)
    os.close(write)


def payloads(store: FolderStore, log: str) -> list[bytes]:
    return [payload for _, payload in store.entries(log)]


def add(path: Path, data: bytes) -> None:
    path.write_bytes(path.read_bytes() + data)


async def test_half_a_write_is_taken_back(store: FolderStore) -> None:
    log = store.create_log("calls")
    await log.append([b"before"])
    with files_end_at(40), pytest.raises(OSError, match="File too large"):
        await log.append([b"fits", b"does not fit" * 10])
    await log.append([b"after"])
    assert payloads(store, log.name) == [b"before", b"after"]
    await log.close()


async def test_nothing_is_written_behind_half_a_write() -> None:
    """A pipe without a reader takes nothing, and cannot be cut: nobody knows what stands there."""
    read, write = os.pipe()
    os.close(read)
    log = FileLog(write, "calls/1", "process")
    with pytest.raises(OSError, match="Invalid argument"):
        await log.append([b"one"])
    with pytest.raises(OSError, match="has lost what was written before: 'calls/1'"):
        await log.append([b"two"])
    os.close(write)


async def test_after_a_failed_sync_nobody_is_told_that_his_payload_is_safe(pipe: int) -> None:
    """Linux reports a failed write once; whoever asks again hears that all is well."""
    log = FileLog(pipe, "calls/1", "machine")
    failed = await asyncio.gather(*(log.append([b"one"]) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in failed] == [OSError] * 3
    with pytest.raises(OSError, match="has lost what was written before"):
        await log.append([b"two"])


@pytest.mark.parametrize("zeros", [1, 8, 64, 4_095])
async def test_zeros_at_the_end_are_no_entries_and_no_damage(store: FolderStore, tmp_path: Path, zeros: int) -> None:
    """What a file system may leave when its machine dies."""
    log = store.create_log("calls")
    await log.append([b"one"])
    await log.close()
    add(tmp_path / log.name, b"\0" * zeros)
    assert payloads(store, log.name) == [b"one"]
    assert store.damage(log.name) is None


@pytest.mark.parametrize(
    ("tail", "damaged"),
    [
        (b"", False),
        (frame(b"two")[:-1], False),
        (frame(b"two")[:3], False),
        (frame(b"two")[:-1] + b"!", False),
        (frame(b"two")[:-1] + b"!" + frame(b"three"), True),
        (b"\0" * 64 + frame(b"three"), True),
    ],
)
async def test_damage_is_what_has_something_behind_it(
    store: FolderStore, tmp_path: Path, tail: bytes, damaged: bool
) -> None:
    log = store.create_log("calls")
    (place,) = await log.append([b"one"])
    await log.close()
    add(tmp_path / log.name, tail)
    damage = store.damage(log.name)
    assert payloads(store, log.name) == [b"one"]
    assert (damage is not None) == damaged
    if damage:
        assert damage == Place(log.name, place.length, damage.length)


def test_a_small_file_that_does_not_fit_leaves_the_old_one_and_nothing_else(store: FolderStore, tmp_path: Path) -> None:
    store.put("status.json", b"old")
    with files_end_at(40), pytest.raises(OSError, match="File too large"):
        store.put("status.json", b"new" * 1_000)
    assert store.get("status.json") == b"old"
    assert os.listdir(tmp_path) == ["status.json"]


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere: cannot be locked: No such file or directory$"):
        FolderStore(tmp_path / "nowhere").hold()
