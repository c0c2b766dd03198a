"""A run's store in a folder: what is special about files and their locks."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from runs.test_journal import full_disk

from wardian.base.errors import ConfigError
from wardian.base.store import Durability
from wardian.runs.folder_store import FileLog, FolderStore

HOLD = """\
import sys, time
from pathlib import Path
from wardian.runs.folder_store import FolderStore
FolderStore(Path(sys.argv[1])).hold()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that plays the run."""
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_run_is_alive_until_its_process_has_died(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    store = FolderStore(tmp_path)
    assert store.held()
    with pytest.raises(ConfigError, match=f"^{tmp_path}: another process is playing this run; wait for it or stop it$"):
        store.hold()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(10)
    assert not store.held()
    store.hold()
    assert FolderStore(tmp_path).held()
    store.release()
    assert not store.held()


def test_a_child_of_the_process_does_not_keep_the_run(tmp_path: Path) -> None:
    """A server that outlives its parent would make the run look alive."""
    store = FolderStore(tmp_path)
    store.hold()
    words, pipe = [sys.executable, "-c", "print(flush=True); input()"], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, close_fds=False) as child:
        assert child.stdout is not None
        child.stdout.readline()  # before that it may still be closing what it does not inherit
        store.release()
        assert not store.held()
        child.communicate(b"\n")


def test_nobody_holds_a_run_that_is_not_there(tmp_path: Path) -> None:
    assert not FolderStore(tmp_path / "none").held()


def look_for(seconds: float, path: Path) -> threading.Timer:
    """Hold the lock of somebody who only looks."""
    file = path.open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    timer = threading.Timer(seconds, file.close)
    timer.start()
    return timer


def test_who_only_looks_keeps_nobody_from_playing(tmp_path: Path) -> None:
    (tmp_path / "writer.lock").touch()
    looking = look_for(0.03, tmp_path / "writer.lock")
    store = FolderStore(tmp_path)
    store.hold()
    assert store.held()
    store.release()
    looking.join()


async def test_a_log_is_a_file_of_its_kind(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for _ in range(2):
        await store.create_log("calls").close()
    await store.create_log("results").close()
    assert [log[:13] for log in store.logs("calls")] == ["calls/000001-", "calls/000002-"]
    assert [log[:15] for log in store.logs("results")] == ["results/000001-"]
    assert len(set(store.logs("calls"))) == 2


async def test_the_last_log_of_a_kind_takes_its_folder_away(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    logs = [store.create_log("calls") for _ in range(2)]
    for log in logs:
        await log.close()
        assert (tmp_path / "calls").exists()
        store.delete(log.name)
    assert not (tmp_path / "calls").exists()
    await store.create_log("calls").close()
    assert len(store.logs("calls")) == 1


def test_of_two_that_delete_and_create_at_once_both_succeed(tmp_path: Path) -> None:
    """The folder goes with its last log, also when somebody is about to put one there."""
    store, names = FolderStore(tmp_path), list[str]()

    async def churn() -> None:
        for _ in range(60):
            log = store.create_log("calls")
            await log.append([b"x"])
            names.append(log.name)
            await log.close()
            store.delete(log.name)

    threads = [threading.Thread(target=lambda: asyncio.run(churn())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 180
    assert not (tmp_path / "calls").exists()


@pytest.mark.parametrize(("durability", "waits"), [("process", False), ("machine", True)])
async def test_only_who_asks_for_it_waits_for_the_disk(durability: Durability, waits: bool) -> None:
    """A pipe takes what is written to it, and has no disk to wait for."""
    reader, writer = os.pipe()
    log = FileLog(writer, "calls/000001.log", durability)
    failure = None
    try:
        await log.append([b"x"])
    except OSError as error:
        failure = error.strerror
    assert failure == ("Invalid argument" if waits else None)
    assert os.read(reader, 100).endswith(b"x")
    os.close(reader)
    with suppress(OSError):
        await log.close()


async def test_overlapping_appends_keep_their_order_and_share_waits(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    log = store.create_log("calls", "machine")
    payloads = [b"x" * number for number in range(1, 101)]
    places = [place for (place,) in await asyncio.gather(*(log.append([each]) for each in payloads))]
    await log.close()
    assert list(store.entries(log.name)) == list(zip(places, payloads, strict=True))
    assert [store.read(place) for place in reversed(places)] == payloads[::-1]


async def test_half_a_frame_is_cut_off_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    log = store.create_log("calls")
    path = tmp_path / log.name
    await log.append([b"one"])
    with full_disk(path, room=40):
        for payloads in ([b"x" * 100], [b"first", b"x" * 100]):
            with pytest.raises(OSError, match="File too large"):
                await log.append(payloads)
            assert [payload for _, payload in store.entries(log.name)] == [b"one"]
    (place,) = await log.append([b"two"])
    await log.close()
    assert [payload for _, payload in store.entries(log.name)] == [b"one", b"two"]
    assert store.read(place) == b"two"
    assert store.damage(log.name) is None


@pytest.mark.parametrize(("cut", "damaged"), [(0, False), (1, False), (5, False), (20, False)])
async def test_a_torn_last_frame_is_no_damage(tmp_path: Path, cut: int, damaged: bool) -> None:
    store, path = FolderStore(tmp_path), await three(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - cut])
    (log,) = store.logs("calls")
    assert (store.damage(log) is not None) is damaged
    assert len(list(store.entries(log))) == (2 if cut else 3)


@pytest.mark.parametrize("broken", [0, 1])
async def test_a_broken_frame_in_the_middle_is_damage_and_says_where(tmp_path: Path, broken: int) -> None:
    store, path = FolderStore(tmp_path), await three(tmp_path)
    (log,) = store.logs("calls")
    places = [place for place, _ in store.entries(log)]
    data = bytearray(path.read_bytes())
    data[places[broken].offset + 10] ^= 1
    path.write_bytes(bytes(data))
    assert store.damage(log) == places[broken]
    assert store.read(places[broken]) is None
    assert store.read(places[2]) == b"payload number 3", "others' places are as they were"


async def three(folder: Path) -> Path:
    log = FolderStore(folder).create_log("calls")
    await log.append([f"payload number {number}".encode() for number in (1, 2, 3)])
    await log.close()
    return folder / log.name


def test_a_small_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("status.json", b"old")
    with full_disk(tmp_path / "status.json", room=10), pytest.raises(OSError, match="File too large"):
        store.put("status.json", b"x" * 100)
    assert store.get("status.json") == b"old"
    store.put("status.json", b"new")
    assert store.get("status.json") == b"new"
    assert sorted(os.listdir(tmp_path)) == ["status.json"]


@pytest.mark.parametrize("byte", range(4))
async def test_a_length_that_is_wrong_is_no_torn_frame(tmp_path: Path, byte: int) -> None:
    """It may point past the end; what stands behind it was written all the same."""
    store, path = FolderStore(tmp_path), await three(tmp_path)
    (log,) = store.logs("calls")
    _, (second, _), _ = store.entries(log)
    data = bytearray(path.read_bytes())
    data[second.offset + byte] ^= 1
    path.write_bytes(bytes(data))
    damage = store.damage(log)
    assert damage is not None
    assert damage.offset == second.offset
